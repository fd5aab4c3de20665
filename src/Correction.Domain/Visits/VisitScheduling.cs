using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Correction.Domain.Law;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Visits;

// Moving a visit and cancelling it. Who cancels too late has used the visit; what the prison or the office takes back costs the
// prisoner nothing.

[JsonConverter(typeof(JsonStringEnumConverter<CancelReason>))]
public enum CancelReason
{
    /// <summary>家属不能参加</summary>
    [JsonStringEnumMemberName("familyCannotCome")] FamilyCannotCome,

    /// <summary>罪犯不愿会见</summary>
    [JsonStringEnumMemberName("prisonerUnwilling")] PrisonerUnwilling,

    /// <summary>罪犯调动、释放</summary>
    [JsonStringEnumMemberName("prisonerLeft")] PrisonerLeft,

    /// <summary>设备故障</summary>
    [JsonStringEnumMemberName("equipment")] Equipment,

    /// <summary>突发事件</summary>
    [JsonStringEnumMemberName("emergency")] Emergency,

    /// <summary>到期未作出决定</summary>
    [JsonStringEnumMemberName("notDecided")] NotDecided,

    /// <summary>未能开始</summary>
    [JsonStringEnumMemberName("notHeld")] NotHeld,

    /// <summary>其他</summary>
    [JsonStringEnumMemberName("other")] Other,
}

/// <param name="Slot">Booked already for this visit.</param>
/// <param name="Policy">In force on the day of that slot.</param>
/// <param name="Visitors">As the office knows them now.</param>
public sealed record RescheduleVisit(Slot Slot, string? Room, PolicyInForce Policy, Prisoner Prisoner, ImmutableArray<Relative> Visitors, CancelReason Reason) : VisitCommand;

public sealed record CancelVisit(CancelReason Reason) : VisitCommand;

/// <summary>Moved: the former slot is given back.</summary>
public sealed record VisitRescheduled(SlotId Slot, Instant From, Instant To, string? Room, VisitTerms Terms, CancelReason Reason) : IVisitEvent;

/// <param name="Refunded">Whether the prisoner's quota gets it back.</param>
public sealed record VisitCancelled(CancelReason Reason, bool Refunded) : IVisitEvent;

/// <summary>Nobody came: the visit is given up (rules of 2016).</summary>
public sealed record VisitNotAttended : IVisitEvent;

internal static class VisitScheduling
{
    public static Decision<IVisitEvent> Decide(Visit visit, RescheduleVisit reschedule, DecisionContext context)
    {
        LegalBasis basis = VisitLaw.Arrangement(context.Now);
        return !visit.IsAhead ? visit.IsOpen ? Begun() : VisitApproval.Over()
            : reschedule.Slot.Id == visit.Slot ? Decision<IVisitEvent>.AlreadySo
            : context.Actor.Role == Role.Family && visit.IsLateToCancel(context.Now)
                ? Decision<IVisitEvent>.Refuse(RefusalKind.Rule, "tooLate", $"Less than {visit.Terms.CancelHours} hours are left: ask the office.", basis)
            : (VisitRules.Untimely(reschedule.Policy.Policy, visit.Channel, reschedule.Slot, context)
                ?? VisitRules.Restricted(reschedule.Prisoner, reschedule.Visitors, ChinaTime.DateOf(reschedule.Slot.From), context.Now)) is { } refusal
                ? new Decision<IVisitEvent>.Refused(refusal)
            : Decision<IVisitEvent>.Accept(
                new VisitRescheduled(
                    reschedule.Slot.Id, reschedule.Slot.From, reschedule.Slot.To, reschedule.Room, reschedule.Policy.TermsOf(visit.Channel, reschedule.Slot), reschedule.Reason),
                basis);
    }

    public static Decision<IVisitEvent> Decide(Visit visit, CancelVisit cancel, DecisionContext context) => visit switch
    {
        { Stage: VisitStage.Cancelled } => Decision<IVisitEvent>.AlreadySo,
        { IsAhead: true } => Decision<IVisitEvent>.Accept(
            new VisitCancelled(cancel.Reason, Refunded: context.Actor.Role != Role.Family || !visit.IsLateToCancel(context.Now)), VisitLaw.Arrangement(context.Now)),
        { IsOpen: true } => Begun(),
        _ => VisitApproval.Over(),
    };

    public static Visit Evolve(Visit visit, VisitScheduled happened) =>
        visit with { Stage = VisitStage.Scheduled, Slot = happened.Slot, From = happened.From, To = happened.To, Room = happened.Room };

    /// <summary>An approved visit stays approved; what blocked the former slot is left behind.</summary>
    public static Visit Evolve(Visit visit, VisitRescheduled happened) => visit with
    {
        Slot = happened.Slot,
        From = happened.From,
        To = happened.To,
        Room = happened.Room,
        Terms = happened.Terms,
        Left = [.. visit.Left.Where(left => left != happened.Slot), visit.Slot],
        Flags = visit.Flags.Remove(VisitObstacle.SlotBlocked),
        Accepted = visit.Accepted.Remove(VisitObstacle.SlotBlocked),
    };

    private static Decision<IVisitEvent> Begun() => Decision<IVisitEvent>.Refuse(RefusalKind.State, "visitBegun", "The visitors are there: cut or end the visit instead.");
}
