using System.Collections.Immutable;
using System.Diagnostics;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Visits;

// One prison's day of visits, stream visit-day/{prison}/{date}: its slots, who holds, waits for or has booked a place, and what
// is blocked. The rule it guards: never more visits in a slot than it has places. Because one stream says so, two hundred
// families who press at once cannot overbook it.

public abstract record VisitDayCommand;

/// <summary>A fact of stream <c>visit-day/{prison}/{date}</c>.</summary>
public interface IVisitDayEvent : IDomainEvent;

/// <summary>What the prison's policy plans for the day; looked up with every command.</summary>
/// <param name="Revision">0: nothing is planned.</param>
/// <param name="LeadDays">So many days before the day families may book for the last time.</param>
public sealed record DayPlan(int Revision, ImmutableArray<Slot> Slots, int HoldMinutes, int OfferMinutes, int LeadDays);

/// <summary>A look because a hold or an offer may have run out.</summary>
public sealed record LookAtClaims : VisitDayCommand;

public sealed record VisitDayPlanned(string Prison, LocalDate Date, int PolicyRevision, ImmutableArray<Slot> Slots) : IVisitDayEvent;

/// <param name="Until">When a hold or offer ends; null: still waiting.</param>
public sealed record Claim(ClaimId Id, SlotId Slot, string Account, Instant Since, Instant? Until);

/// <param name="Moved">Taken by a visit that was booked elsewhere before: its own stream has still to say so.</param>
public sealed record Booking(VisitId VisitId, SlotId Slot, string? Room, Instant BookedAt, bool Moved);

/// <param name="Slots">Empty: the whole day.</param>
public sealed record Block(BlockId Id, ImmutableArray<SlotId> Slots, BlockReason Reason)
{
    public bool Covers(SlotId slot) => Slots.IsEmpty || Slots.Contains(slot);
}

/// <param name="Slots">As planned, and those planned no more in which a visit is booked.</param>
public sealed record VisitDayState(
    int PolicyRevision, ImmutableArray<Slot> Slots, ImmutableArray<Claim> Claims, ImmutableArray<Booking> Bookings, ImmutableArray<Block> Blocks, ImmutableHashSet<SlotId> Withdrawn)
{
    /// <summary>A booking that its visit did not take up is looked for after this time.</summary>
    public static readonly Duration SettleAfter = Duration.FromMinutes(5);

    public static VisitDayState Initial { get; } = new(0, [], [], [], [], []);

    public bool IsBlocked(SlotId slot) => Withdrawn.Contains(slot) || Blocks.Any(block => block.Covers(slot));

    /// <summary>Places that nobody has and nobody holds.</summary>
    public int Free(Slot slot, Instant now) => IsBlocked(slot.Id) ? 0 : Math.Max(0, slot.Capacity - Bookings.Count(booking => booking.Slot == slot.Id) - Held(slot.Id, now));

    public int Waiting(SlotId slot) => Claims.Count(claim => claim.Slot == slot && claim.Until is null);

    public Slot? Find(SlotId slot) => Slots.FirstOrDefault(known => known.Id == slot);

    /// <summary>Visits that cannot take place where they are booked.</summary>
    public IEnumerable<Booking> Disturbed => Bookings.Where(booking => IsBlocked(booking.Slot));

    /// <summary>When to look although nobody calls.</summary>
    public Instant? NextLook(Instant now) => Claims.Select(claim => claim.Until)
        .Concat(Bookings.Where(booking => booking.Moved).Select(booking => (Instant?)(booking.BookedAt + SettleAfter)).Where(at => at > now)).Min();

    private int Held(SlotId slot, Instant now) => Claims.Count(claim => claim.Slot == slot && claim.Until > now);
}

/// <summary>The decisions of a day and how its state follows from its events.</summary>
public static class VisitDayDecider
{
    public static Decision<IVisitDayEvent> Decide(VisitDayState state, VisitDayCommand command, DayPlan plan, Jurisdiction prison, LocalDate date, DecisionContext context)
    {
        ImmutableArray<IVisitDayEvent> planned = plan.Revision == state.PolicyRevision ? [] : [new VisitDayPlanned(prison.Code, date, plan.Revision, plan.Slots)];
        VisitDayState before = After(state, planned, context.Now);
        return Decide(before, command, plan, context) switch
        {
            Decision<IVisitDayEvent>.Accepted accepted when accepted.Events.IsEmpty && !Concerns(before, state) => accepted,
            Decision<IVisitDayEvent>.Accepted accepted => WithOffers(before, accepted with { Events = [.. planned, .. accepted.Events] }, accepted.Events, plan, date, context),
            var refused => refused,
        };
    }

    /// <summary>Total: any event in any state yields a state.</summary>
    public static VisitDayState Evolve(VisitDayState state, IVisitDayEvent happened, Instant occurredAt) => happened switch
    {
        VisitDayPlanned planned => Plan(state, planned),
        SlotHeld held => state with { Claims = [.. state.Claims.Where(claim => claim.Id != held.ClaimId), new Claim(held.ClaimId, held.Slot, held.Account, occurredAt, held.Until)] },
        WaitingBegun waiting => state with { Claims = [.. state.Claims.Where(claim => claim.Id != waiting.ClaimId), new Claim(waiting.ClaimId, waiting.Slot, waiting.Account, occurredAt, null)] },
        SlotOffered offered => state with { Claims = [.. state.Claims.Select(claim => claim.Id == offered.ClaimId ? claim with { Until = offered.Until } : claim)] },
        ClaimEnded ended => state with { Claims = [.. state.Claims.Where(claim => claim.Id != ended.ClaimId)] },
        SlotBooked booked => state with
        {
            Claims = [.. state.Claims.Where(claim => claim.Id != booked.ClaimId)],
            Bookings = [.. state.Bookings.Where(known => !Same(known, booked.VisitId, booked.Slot)), new Booking(booked.VisitId, booked.Slot, booked.Room, occurredAt, booked.Moved)],
        },
        SlotFreed freed => state with { Bookings = [.. state.Bookings.Where(known => !Same(known, freed.VisitId, freed.Slot))] },
        SlotsBlocked blocked => state with { Blocks = [.. state.Blocks.Where(known => known.Id != blocked.BlockId), new Block(blocked.BlockId, blocked.Slots, blocked.Reason)] },
        SlotsUnblocked unblocked => state with { Blocks = [.. state.Blocks.Where(known => known.Id != unblocked.BlockId)] },
        _ => state,
    };

    public static VisitDayState After(VisitDayState state, ImmutableArray<IVisitDayEvent> events, Instant now) =>
        events.Aggregate(state, (before, next) => Evolve(before, next, now));

    internal static bool Same(Booking booking, VisitId visit, SlotId slot) => booking.VisitId == visit && booking.Slot == slot;

    private static Decision<IVisitDayEvent> Decide(VisitDayState state, VisitDayCommand command, DayPlan plan, DecisionContext context) => command switch
    {
        HoldSlot hold => SlotClaims.Decide(state, hold, plan, context),
        WaitForSlot wait => SlotClaims.Decide(state, wait, context),
        GiveUpClaim giveUp => SlotClaims.Decide(state, giveUp, context),
        LookAtClaims => SlotClaims.Look(state, context),
        BookSlot book => SlotBookings.Decide(state, book, context),
        FreeSlot free => SlotBookings.Decide(state, free, context),
        BlockSlots block => SlotBlocks.Decide(state, block, context),
        UnblockSlots unblock => SlotBlocks.Decide(state, unblock, context),
        _ => throw new UnreachableException(),
    };

    /// <summary>
    /// Whoever waits is offered what became free, in the order in which they came; no newcomer gets in between. Nothing is
    /// offered that the lead days let no family take.
    /// </summary>
    private static Decision<IVisitDayEvent> WithOffers(
        VisitDayState before, Decision<IVisitDayEvent>.Accepted accepted, ImmutableArray<IVisitDayEvent> decided, DayPlan plan, LocalDate date, DecisionContext context)
    {
        VisitDayState after = After(before, decided, context.Now);
        Instant tooLate = ChinaTime.StartOf(date.PlusDays(1 - plan.LeadDays));
        var offers = ImmutableArray.CreateBuilder<IVisitDayEvent>();
        foreach (Slot slot in after.Slots.Where(slot => slot.From > context.Now && tooLate > context.Now))
        {
            Instant until = Instant.Min(Instant.Min(slot.From, tooLate), context.Now + Duration.FromMinutes(plan.OfferMinutes));
            offers.AddRange(after.Claims.Where(claim => claim.Slot == slot.Id && claim.Until is null).Take(after.Free(slot, context.Now)).Select(claim => new SlotOffered(claim.Id, until)));
        }

        return accepted with { Events = [.. accepted.Events, .. offers] };
    }

    /// <summary>Another plan may have places for who waits, and none for who has booked.</summary>
    private static bool Concerns(VisitDayState planned, VisitDayState before) =>
        planned.PolicyRevision != before.PolicyRevision && (before.Claims.Any(claim => claim.Until is null) || !before.Bookings.IsEmpty);

    private static VisitDayState Plan(VisitDayState state, VisitDayPlanned planned)
    {
        Slot[] left = [.. state.Slots.Where(slot => planned.Slots.All(next => next.Id != slot.Id) && state.Bookings.Any(booking => booking.Slot == slot.Id))];
        return state with { PolicyRevision = planned.PolicyRevision, Slots = [.. planned.Slots, .. left], Withdrawn = [.. left.Select(slot => slot.Id)] };
    }
}
