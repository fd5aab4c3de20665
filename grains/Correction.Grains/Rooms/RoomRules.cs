using Correction.Domain;
using Correction.Domain.Visits;
using NodaTime;

namespace Correction.Grains.Rooms;

/// <param name="ChunkSilence">Without a chunk for so long, the recording has stopped.</param>
/// <param name="Absence">A party may be away for so long without an interruption.</param>
/// <param name="Halt">What staff halted goes on after so long, where no decision followed.</param>
public sealed record RoomLimits(Duration ChunkSilence, Duration Absence, Duration Halt)
{
    public static RoomLimits Default { get; } = new(Duration.FromSeconds(8), Duration.FromSeconds(5), Duration.FromSeconds(15));
}

/// <summary>What a visit's state means for its room.</summary>
public static class RoomRules
{
    /// <summary>Whether the visit has a room, within its window.</summary>
    public static bool HasRoom(this Visit visit) =>
        visit.Stage is VisitStage.Scheduled or VisitStage.Waiting or VisitStage.Admitted or VisitStage.InProgress or VisitStage.Interrupted;

    /// <summary>Credited seconds, and an interruption that may still end, keep it open.</summary>
    public static Instant RoomClosesAt(this Visit visit) =>
        visit.TimeIsUpAt is { } end ? Instant.Max(visit.To, end + Duration.FromMinutes(visit.Terms.ResumeMinutes)) : visit.To;

    /// <summary>Seconds of talk that are left.</summary>
    public static double Remaining(this Visit visit, Instant now) =>
        visit.TimeIsUpAt is { } end ? Math.Max(0, (end - (visit.InterruptedAt ?? now)).TotalSeconds) : visit.Terms.Seconds;

    /// <summary>Code of why it is interrupted; null: it is not.</summary>
    public static string? Interruption(this Visit visit) => visit.InterruptedBy is { } cause ? WireNames<InterruptionCause>.Of(cause) : null;

    /// <summary>Whether anybody is let in now.</summary>
    public static bool IsOpen(this Visit visit, Instant now) => visit.HasRoom() && now >= visit.OpensAt && now <= visit.RoomClosesAt();

    /// <summary>The party that an account is at this visit, while its room is open; null: none.</summary>
    public static RoomParty? PartyOf(this Visit visit, Actor actor, Instant now) => !visit.IsOpen(now) ? null : actor.Role switch
    {
        Role.Family when visit.Account == actor.Account || visit.Visitors.Any(visitor => visitor.Account == actor.Account) => RoomParty.Family,
        Role.Prison when Covers(actor, visit.Prisoner.Prison) => RoomParty.Prison,
        _ => visit.HasOfficer(actor) ? RoomParty.Officer : null,
    };

    /// <summary>Of the office that hosts, of a station that serves for it, or of the county above it.</summary>
    public static bool HasOfficer(this Visit visit, Actor actor) => actor.Role is Role.Officer or Role.Approver
        && (Covers(actor, visit.Jurisdiction) || actor.Jurisdiction.StartsWith(visit.Jurisdiction.Code, StringComparison.Ordinal));

    private static bool Covers(Actor actor, Jurisdiction jurisdiction) => jurisdiction.Code.StartsWith(actor.Jurisdiction, StringComparison.Ordinal);
}
