using Correction.Domain.Law;
using NodaTime;

namespace Correction.Domain.Visits;

// Places that visits have. A visit that begins is booked in the commit that begins its stream; one that moves takes its new
// place first and gives the old one back once its own stream says that it has moved.

/// <param name="Account">Whose hold or offer it uses, where there is one.</param>
/// <param name="NotAfter">Too late afterwards: what was charged for it may have been given back.</param>
public sealed record BookSlot(VisitId VisitId, SlotId Slot, string Account, bool Moved, Instant NotAfter) : VisitDayCommand;

public sealed record FreeSlot(VisitId VisitId, SlotId Slot) : VisitDayCommand;

/// <param name="Room">Null where the prison names none.</param>
/// <param name="ClaimId">The hold or offer that it uses up.</param>
public sealed record SlotBooked(VisitId VisitId, SlotId Slot, string? Room, ClaimId? ClaimId, bool Moved) : IVisitDayEvent;

public sealed record SlotFreed(VisitId VisitId, SlotId Slot) : IVisitDayEvent;

internal static class SlotBookings
{
    public static Decision<IVisitDayEvent> Decide(VisitDayState state, BookSlot book, DecisionContext context)
    {
        LegalBasis basis = VisitLaw.Arrangement(context.Now);
        if (state.Bookings.Any(known => VisitDayDecider.Same(known, book.VisitId, book.Slot)))
        {
            return Decision<IVisitDayEvent>.AlreadySo;
        }

        if (SlotClaims.Unavailable(state, book.Slot, context) is { } refusal)
        {
            return refusal;
        }

        if (context.Now > book.NotAfter)
        {
            return Decision<IVisitDayEvent>.Refuse(RefusalKind.State, "bookingTooLate", "The booking took too long: send it again.", basis);
        }

        Slot slot = state.Find(book.Slot)!;
        Claim? claim = state.Claims.FirstOrDefault(known => known.Slot == book.Slot && known.Account == book.Account && known.Until > context.Now);
        return claim is null && state.Free(slot, context.Now) < 1
            ? Full(basis)
            : Decision<IVisitDayEvent>.Accept(new SlotBooked(book.VisitId, book.Slot, RoomFor(state, slot), claim?.Id, book.Moved), basis);
    }

    public static Decision<IVisitDayEvent> Decide(VisitDayState state, FreeSlot free, DecisionContext context) =>
        state.Bookings.Any(known => VisitDayDecider.Same(known, free.VisitId, free.Slot))
            ? Decision<IVisitDayEvent>.Accept(new SlotFreed(free.VisitId, free.Slot), VisitLaw.Arrangement(context.Now))
            : Decision<IVisitDayEvent>.AlreadySo;

    public static Decision<IVisitDayEvent> Full(LegalBasis basis) =>
        Decision<IVisitDayEvent>.Refuse(RefusalKind.State, "slotFull", "No place is left at this time: choose another one, or wait for this one.", basis);

    private static string? RoomFor(VisitDayState state, Slot slot) =>
        slot.Rooms.FirstOrDefault(room => !state.Bookings.Any(booking => booking.Slot == slot.Id && booking.Room == room));
}
