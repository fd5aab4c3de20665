using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Visits;

// What came up after a visit was booked: its slot was blocked, a restriction or ban began. The visit is flagged, never
// cancelled by itself: a person decides. The look at night, and when a deadline passes, keeps flags true.

[JsonConverter(typeof(JsonStringEnumConverter<VisitObstacle>))]
public enum VisitObstacle
{
    /// <summary>时段已停用</summary>
    [JsonStringEnumMemberName("slotBlocked")] SlotBlocked,

    /// <summary>罪犯暂不能会见</summary>
    [JsonStringEnumMemberName("prisonerRestricted")] PrisonerRestricted,

    /// <summary>会见人被限制会见</summary>
    [JsonStringEnumMemberName("visitorRestricted")] VisitorRestricted,

    /// <summary>亲属关系核验未通过</summary>
    [JsonStringEnumMemberName("kinshipRefused")] KinshipRefused,
}

/// <summary>The day tells whether the slot is blocked.</summary>
/// <param name="Slot">Of a visit that has moved on meanwhile it is no news.</param>
public sealed record FlagVisit(SlotId Slot, bool Blocked) : VisitCommand;

/// <summary>A person has looked and lets the visit stand.</summary>
public sealed record ClearVisitFlags : VisitCommand;

/// <summary>A look because a deadline has passed or a night is over; early or repeated it changes nothing.</summary>
public sealed record LookAtVisit(Prisoner Prisoner, ImmutableArray<Relative> Visitors) : VisitCommand;

public sealed record VisitFlagged(VisitObstacle Obstacle) : IVisitEvent;

/// <param name="Accepted">A person lets the visit stand although the obstacle is there; else it is gone.</param>
public sealed record VisitFlagCleared(VisitObstacle Obstacle, bool Accepted = false) : IVisitEvent;

internal static class VisitFlags
{
    public static Decision<IVisitEvent> Decide(Visit visit, FlagVisit flag, DecisionContext context)
    {
        bool flagged = visit.Flags.Contains(VisitObstacle.SlotBlocked) || visit.Accepted.Contains(VisitObstacle.SlotBlocked);
        return !visit.IsAhead || visit.Slot != flag.Slot || flagged == flag.Blocked ? Decision<IVisitEvent>.AlreadySo
            : flag.Blocked ? Decision<IVisitEvent>.Accept(new VisitFlagged(VisitObstacle.SlotBlocked), VisitLaw.Arrangement(context.Now))
            : Decision<IVisitEvent>.Accept(new VisitFlagCleared(VisitObstacle.SlotBlocked), VisitLaw.Arrangement(context.Now));
    }

    public static Decision<IVisitEvent> Decide(Visit visit, ClearVisitFlags clear, DecisionContext context) =>
        context.Actor.Role is not (Role.Prison or Role.Officer or Role.Approver)
            ? Decision<IVisitEvent>.Refuse(RefusalKind.Power, "prisonDecides", "The prison or the office decides whether the visit stands.", VisitLaw.Arrangement(context.Now))
            : new Decision<IVisitEvent>.Accepted([.. visit.Flags.Select(flag => (IVisitEvent)new VisitFlagCleared(flag, Accepted: true))], [VisitLaw.Arrangement(context.Now)]);

    /// <summary>What restrictions and bans have become since the flags were set.</summary>
    public static IEnumerable<IVisitEvent> Since(Visit visit, Prisoner prisoner, ImmutableArray<Relative> visitors)
    {
        ImmutableArray<VisitObstacle> now = VisitRules.Flags(prisoner, visitors, ChinaTime.DateOf(visit.From));
        ImmutableArray<VisitObstacle> known = [.. visit.Flags, .. visit.Accepted];
        return now.Where(flag => !known.Contains(flag)).Select(flag => (IVisitEvent)new VisitFlagged(flag))
            .Concat(known.Where(flag => flag != VisitObstacle.SlotBlocked && !now.Contains(flag)).Select(flag => new VisitFlagCleared(flag)));
    }
}

internal static class VisitLook
{
    public static Decision<IVisitEvent> Decide(Visit visit, LookAtVisit look, DecisionContext context)
    {
        Instant now = context.Now;
        return visit switch
        {
            { Stage: VisitStage.Applied or VisitStage.KinshipChecked or VisitStage.Approved } when now >= visit.From =>
                Decision<IVisitEvent>.Accept(new VisitCancelled(CancelReason.NotDecided, Refunded: true), VisitLaw.Arrangement(now)),
            { Stage: VisitStage.Scheduled } when now >= visit.From + Duration.FromMinutes(visit.Terms.NoShowMinutes) =>
                Decision<IVisitEvent>.Accept(new VisitNotAttended(), VisitLaw.VideoVisit(now)),
            { Stage: VisitStage.Waiting or VisitStage.Admitted } when now >= visit.To =>
                Decision<IVisitEvent>.Accept(new VisitCancelled(CancelReason.NotHeld, Refunded: true), VisitLaw.Arrangement(now)),
            { Stage: VisitStage.InProgress } when now >= visit.TimeIsUpAt =>
                Decision<IVisitEvent>.Accept(new VisitEnded(EndReason.TimeUp, 0), VisitLaw.Arrangement(now)),
            { Stage: VisitStage.Interrupted, InterruptedAt: { } since } when now >= since + Duration.FromMinutes(visit.Terms.ResumeMinutes) =>
                Decision<IVisitEvent>.Accept(new VisitEnded(EndReason.NotResumed, VisitConduct.SecondsLeft(visit, since)), VisitLaw.Arrangement(now)),
            { IsAhead: true } => new Decision<IVisitEvent>.Accepted([.. VisitFlags.Since(visit, look.Prisoner, look.Visitors)], [VisitLaw.Arrangement(now)]),
            _ => Decision<IVisitEvent>.AlreadySo,
        };
    }
}
