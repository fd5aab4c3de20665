using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Time;
using Correction.Domain.Visits;
using Correction.Grains.Visits;
using NodaTime;

namespace Correction.Server.Pages.Visits;

/// <param name="Places">Its slots with what is free now, closed ones apart.</param>
/// <param name="Claims">What the account holds, is offered or waits for on this day.</param>
internal sealed record BookableDay(LocalDate Date, ImmutableArray<SlotPlaces> Places, ImmutableArray<Claim> Claims)
{
    public int Free => Places.Sum(place => place.Free);

    /// <summary>A place that is kept for the account: its own hold, or what it waited for and is offered now.</summary>
    public Claim? Kept(SlotId slot, Instant now) => Claims.FirstOrDefault(claim => claim.Slot == slot && claim.Until > now);

    public bool Waits(SlotId slot) => Claims.Any(claim => claim.Slot == slot && claim.Until is null);
}

/// <summary>
/// The days with sessions on which an account may book at a prison: a family between lead and window of the policy of that
/// day; the office and the prison may arrange at short notice.
/// </summary>
internal sealed class BookableDays(IGrainFactory grains, IClock clock)
{
    private const int FarthestDay = 90;

    public async Task<ImmutableArray<BookableDay>> OfAsync(Jurisdiction prison, Actor reader)
    {
        PrisonState state = await grains.Prison(prison).Read();
        LocalDate today = ChinaTime.DateOf(clock.GetCurrentInstant());
        BookableDay[] days = await Task.WhenAll(Enumerable.Range(0, FarthestDay + 1)
            .Where(ahead => state.PolicyOn(today.PlusDays(ahead)) is { } policy
                && (reader.Role != Role.Family || (ahead >= policy.Policy.LeadDays && ahead <= policy.Policy.WindowDays)) && !policy.SlotsOn(prison, today.PlusDays(ahead)).IsEmpty)
            .Select(ahead => ReadAsync(prison, today.PlusDays(ahead), reader.Account)));
        return [.. days.Where(day => !day.Places.IsEmpty)];
    }

    public async Task<BookableDay> ReadAsync(Jurisdiction prison, LocalDate date, string account)
    {
        IVisitDayGrain day = grains.DayOf(prison, date);
        Instant now = clock.GetCurrentInstant();
        ImmutableArray<SlotPlaces> places = await day.Slots();
        ImmutableArray<Claim> claims = (await day.Read()).Claims;
        return new BookableDay(
            date,
            [.. places.Where(place => !place.Blocked && place.Slot.From > now)],
            [.. claims.Where(claim => claim.Account == account && (claim.Until is null || claim.Until > now))]);
    }
}
