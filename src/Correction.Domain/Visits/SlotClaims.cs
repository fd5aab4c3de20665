using System.Text.Json.Serialization;
using Correction.Domain.Law;
using NodaTime;

namespace Correction.Domain.Visits;

// Claims on a place: held for some minutes while the form is filled; waited for where a slot is full, and offered to who waits
// longest as soon as a place is free. A hold that has run out holds nothing, whether or not anybody looked.

[JsonConverter(typeof(JsonStringEnumConverter<ClaimEnd>))]
public enum ClaimEnd
{
    /// <summary>超时</summary>
    [JsonStringEnumMemberName("expired")] Expired,

    /// <summary>本人放弃</summary>
    [JsonStringEnumMemberName("givenUp")] GivenUp,

    /// <summary>改选其他时段</summary>
    [JsonStringEnumMemberName("movedOn")] MovedOn,
}

public sealed record HoldSlot(SlotId Slot, string Account) : VisitDayCommand;

public sealed record WaitForSlot(SlotId Slot, string Account) : VisitDayCommand;

/// <summary>Gives up what the account holds, was offered or waits for in this slot.</summary>
public sealed record GiveUpClaim(SlotId Slot, string Account) : VisitDayCommand;

/// <param name="Account">An account, never a person's name.</param>
public sealed record SlotHeld(ClaimId ClaimId, SlotId Slot, string Account, Instant Until) : IVisitDayEvent;

public sealed record WaitingBegun(ClaimId ClaimId, SlotId Slot, string Account) : IVisitDayEvent;

public sealed record SlotOffered(ClaimId ClaimId, Instant Until) : IVisitDayEvent;

public sealed record ClaimEnded(ClaimId ClaimId, ClaimEnd How) : IVisitDayEvent;

internal static class SlotClaims
{
    /// <summary>An account holds one place a day: another choice lets the first one go.</summary>
    public static Decision<IVisitDayEvent> Decide(VisitDayState state, HoldSlot hold, DayPlan plan, DecisionContext context)
    {
        LegalBasis basis = VisitLaw.Arrangement(context.Now);
        if (state.Claims.Any(claim => claim.Slot == hold.Slot && claim.Account == hold.Account && claim.Until > context.Now))
        {
            return Decision<IVisitDayEvent>.AlreadySo;
        }

        if (Unavailable(state, hold.Slot, context) is { } refusal)
        {
            return refusal;
        }

        if (state.Free(state.Find(hold.Slot)!, context.Now) < 1)
        {
            return SlotBookings.Full(basis);
        }

        return new Decision<IVisitDayEvent>.Accepted(
            [
                .. state.Claims.Where(claim => claim.Account == hold.Account && claim.Until > context.Now).Select(claim => (IVisitDayEvent)new ClaimEnded(claim.Id, ClaimEnd.MovedOn)),
                new SlotHeld(new ClaimId(context.NewId()), hold.Slot, hold.Account, context.Now + Duration.FromMinutes(plan.HoldMinutes)),
            ],
            [basis]);
    }

    public static Decision<IVisitDayEvent> Decide(VisitDayState state, WaitForSlot wait, DecisionContext context)
    {
        if (state.Claims.Any(claim => claim.Slot == wait.Slot && claim.Account == wait.Account && (claim.Until is null || claim.Until > context.Now)))
        {
            return Decision<IVisitDayEvent>.AlreadySo;
        }

        return Unavailable(state, wait.Slot, context)
            ?? (state.Free(state.Find(wait.Slot)!, context.Now) > 0
                ? Decision<IVisitDayEvent>.Refuse(RefusalKind.State, "slotFree", "There is a free place in this slot: book it.", VisitLaw.Arrangement(context.Now))
                : Decision<IVisitDayEvent>.Accept(new WaitingBegun(new ClaimId(context.NewId()), wait.Slot, wait.Account), VisitLaw.Arrangement(context.Now)));
    }

    public static Decision<IVisitDayEvent> Decide(VisitDayState state, GiveUpClaim giveUp, DecisionContext context) => new Decision<IVisitDayEvent>.Accepted(
        [.. state.Claims.Where(claim => claim.Slot == giveUp.Slot && claim.Account == giveUp.Account).Select(claim => (IVisitDayEvent)new ClaimEnded(claim.Id, ClaimEnd.GivenUp))], []);

    public static Decision<IVisitDayEvent> Look(VisitDayState state, DecisionContext context) => new Decision<IVisitDayEvent>.Accepted(
        [.. state.Claims.Where(claim => claim.Until <= context.Now).Select(claim => (IVisitDayEvent)new ClaimEnded(claim.Id, ClaimEnd.Expired))], []);

    /// <summary>Null: the slot is planned, lies ahead and is not blocked.</summary>
    public static Decision<IVisitDayEvent>? Unavailable(VisitDayState state, SlotId slot, DecisionContext context)
    {
        LegalBasis basis = VisitLaw.Arrangement(context.Now);
        return state.Find(slot) is not { } known ? Decision<IVisitDayEvent>.Refuse(RefusalKind.Unknown, "slotUnknown", "The prison has no visits at this time.", basis)
            : known.From <= context.Now ? Decision<IVisitDayEvent>.Refuse(RefusalKind.Rule, "slotPast", "This time has passed: choose a later one.", basis)
            : state.IsBlocked(slot) ? Decision<IVisitDayEvent>.Refuse(RefusalKind.State, "slotBlocked", "The prison has closed this time: choose another one.", basis)
            : null;
    }
}
