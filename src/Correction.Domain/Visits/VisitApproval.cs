using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Correction.Domain.Law;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Visits;

// The office has verified the visitors before they apply; the prison approves, which fixes the time, or declines with a reason
// that is told.

[JsonConverter(typeof(JsonStringEnumConverter<DeclineReason>))]
public enum DeclineReason
{
    /// <summary>亲属关系未核实</summary>
    [JsonStringEnumMemberName("kinshipNotProven")] KinshipNotProven,

    /// <summary>罪犯暂不能会见</summary>
    [JsonStringEnumMemberName("prisonerRestricted")] PrisonerRestricted,

    /// <summary>会见人被限制会见</summary>
    [JsonStringEnumMemberName("visitorRestricted")] VisitorRestricted,

    /// <summary>当月会见次数已用完</summary>
    [JsonStringEnumMemberName("quotaUsedUp")] QuotaUsedUp,

    /// <summary>不利于改造</summary>
    [JsonStringEnumMemberName("notBeneficial")] NotBeneficial,

    /// <summary>时段不可用</summary>
    [JsonStringEnumMemberName("slotUnavailable")] SlotUnavailable,

    /// <summary>其他</summary>
    [JsonStringEnumMemberName("other")] Other,
}

/// <param name="Visitors">As the office knows them now.</param>
public sealed record ApproveVisit(Prisoner Prisoner, ImmutableArray<Relative> Visitors) : VisitCommand;

/// <param name="Note">What the family is told beside the reason.</param>
public sealed record DeclineVisit(DeclineReason Reason, ForgettableRef? Note) : VisitCommand;

/// <summary>Every visitor was verified by the office.</summary>
public sealed record VisitKinshipChecked : IVisitEvent;

public sealed record VisitApproved : IVisitEvent;

/// <summary>Time and place are fixed.</summary>
public sealed record VisitScheduled(SlotId Slot, Instant From, Instant To, string? Room) : IVisitEvent;

public sealed record VisitDeclined(DeclineReason Reason, ForgettableRef? Note) : IVisitEvent;

internal static class VisitApproval
{
    public static Decision<IVisitEvent> Decide(Visit visit, ApproveVisit approve, DecisionContext context)
    {
        if (context.Actor.Role != Role.Prison)
        {
            return Decision<IVisitEvent>.Refuse(RefusalKind.Power, "prisonDecides", "The prison approves visits.", VisitLaw.Visit(context.Now));
        }

        if (visit.Stage is not (VisitStage.Applied or VisitStage.KinshipChecked))
        {
            return visit.IsOpen ? Decision<IVisitEvent>.AlreadySo : Over();
        }

        if (approve.Visitors.Any(visitor => visitor.Stage != RelativeStage.Verified))
        {
            return Decision<IVisitEvent>.Refuse(RefusalKind.Rule, "kinshipNotChecked", "The office has still to verify a visitor.", VisitLaw.Papers(context.Now));
        }

        if (visit.Flags.Contains(VisitObstacle.SlotBlocked))
        {
            return Decision<IVisitEvent>.Refuse(RefusalKind.State, "slotBlocked", "The slot is blocked: reschedule the visit first.", VisitLaw.Arrangement(context.Now));
        }

        return VisitRules.Restricted(approve.Prisoner, approve.Visitors, ChinaTime.DateOf(visit.From), context.Now) is { } refusal
            ? new Decision<IVisitEvent>.Refused(refusal)
            : new Decision<IVisitEvent>.Accepted(
                [
                    .. visit.Stage == VisitStage.Applied ? new IVisitEvent[] { new VisitKinshipChecked() } : [],
                    new VisitApproved(),
                    new VisitScheduled(visit.Slot, visit.From, visit.To, visit.Room),
                ],
                [VisitLaw.Visit(context.Now), VisitLaw.Arrangement(context.Now)]);
    }

    public static Decision<IVisitEvent> Decide(Visit visit, DeclineVisit decline, DecisionContext context) => visit switch
    {
        _ when context.Actor.Role != Role.Prison => Decision<IVisitEvent>.Refuse(RefusalKind.Power, "prisonDecides", "The prison declines visits.", VisitLaw.Visit(context.Now)),
        { Stage: VisitStage.Declined } => visit.Reason == WireNames<DeclineReason>.Of(decline.Reason) ? Decision<IVisitEvent>.AlreadySo : Over(),
        { IsAhead: true } => Decision<IVisitEvent>.Accept(new VisitDeclined(decline.Reason, decline.Note), VisitLaw.Visit(context.Now), VisitLaw.VideoVisit(context.Now)),
        { IsOpen: true } => Decision<IVisitEvent>.Refuse(RefusalKind.State, "visitBegun", "The visitors are there: cut or end the visit instead."),
        _ => Over(),
    };

    public static Decision<IVisitEvent> Over() => Decision<IVisitEvent>.Refuse(RefusalKind.State, "visitOver", "This visit is over; apply for another one.");
}
