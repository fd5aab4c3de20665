using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Grains.Visits;
using NodaTime;

namespace Correction.Server.Pages.Visits;

/// <summary>One day as its prison sees it: every time of it, also what is blocked and what has passed.</summary>
internal sealed record PrisonDay(LocalDate Date, ImmutableArray<SlotPlaces> Places, ImmutableArray<Booking> Bookings, ImmutableArray<Block> Blocks)
{
    public int Booked => Bookings.Length;

    public int Free => Places.Sum(place => place.Free);

    public bool IsBlocked => Places.All(place => place.Blocked);

    /// <summary>Visits that are booked where none can take place.</summary>
    public int Disturbed => Places.Where(place => place.Blocked).Sum(BookedAt);

    public int BookedAt(SlotPlaces place) => Bookings.Count(booking => booking.Slot == place.Slot.Id);

    public static async Task<PrisonDay> ReadAsync(IGrainFactory grains, Jurisdiction prison, LocalDate date)
    {
        IVisitDayGrain day = grains.DayOf(prison, date);
        ImmutableArray<SlotPlaces> places = await day.Slots();
        VisitDayState state = await day.Read();
        return new PrisonDay(date, places, state.Bookings, state.Blocks);
    }
}
