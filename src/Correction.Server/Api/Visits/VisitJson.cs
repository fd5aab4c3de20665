using Correction.Domain;
using Correction.Domain.Visits;

namespace Correction.Server.Api.Visits;

/// <summary>Visits, relatives and prisoners as the contract shows them.</summary>
internal static class VisitJson
{
    public static object Write(Visit visit, long version, VisitPeople people) => new
    {
        id = visit.Id.ToString(),
        version,
        state = visit.Stage,
        visit.Kind,
        prison = visit.Prisoner.Prison.Code,
        prisonerNumber = visit.Prisoner.Number,
        prisonerName = people.NameOf(StreamKeys.Prisoner(visit.Prisoner)),
        jurisdiction = visit.Jurisdiction.Code,
        place = visit.Channel,
        slotId = visit.Slot.ToString(),
        visit.From,
        visit.To,
        visit.Room,
        minutes = visit.Terms.Seconds / 60,
        visit.OpensAt,
        visitors = visit.Visitors.Select(visitor => new
        {
            relativeId = visitor.RelativeId.ToString(), name = people.NameOf(StreamKeys.Relative(visitor.RelativeId)), visitor.Relationship, visitor.Minor, attended = visit.Attended.Contains(visitor.RelativeId),
        }),
        visit.Flags,
        visit.Monitored,
        visit.Reason,
        visit.StartedAt,
        visit.TimeIsUpAt,
        visit.EndedAt,
        visit.SecondsLost,
        visit.SecondsCredited,
        recording = visit.Recording,
    };

    public static object Write(Relative relative, long version, VisitPeople people, string? note) => new
    {
        id = relative.Id.ToString(),
        version,
        state = relative.Stage,
        prison = relative.Prisoner.Prison.Code,
        prisonerNumber = relative.Prisoner.Number,
        relative.Relationship,
        person = people.PersonOf(StreamKeys.Relative(relative.Id)),
        relative.Minor,
        guardian = relative.Guardian?.ToString(),
        jurisdiction = relative.Jurisdiction.Code,
        papers = relative.Papers.Select((paper, number) => new { number, paper.Kind, paper.AddedAt }),
        reason = relative.Refusal,
        note,
        bans = relative.Bans,
    };
}
