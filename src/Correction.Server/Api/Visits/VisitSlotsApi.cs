using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Grains.Visits;
using Correction.Server.Accounts;
using NodaTime;
using NodaTime.Text;

namespace Correction.Server.Api.Visits;

/// <summary>A prison's slots with what is free now; holding one while the form is filled, waiting for one that is full.</summary>
internal static class VisitSlotsApi
{
    private const int MostDays = 31;

    public static void MapVisitSlots(this WebApplication app)
    {
        RouteGroupBuilder slots = app.MapGroup("/api/v1/visit-slots").WithTags("Visits").RequireAuthorization(Policies.ChangeVisits);
        slots.MapGet("/", List);
        slots.MapPost("/{slotId}/hold", Hold).RequireAuthorization(Policies.ApplyForVisits);
        slots.MapPost("/{slotId}/wait", Wait).RequireAuthorization(Policies.ApplyForVisits);
        slots.MapPost("/{slotId}/give-up", GiveUp).RequireAuthorization(Policies.ApplyForVisits);
    }

    private static async Task<IResult> List(HttpContext http, IGrainFactory grains, string? prison, string? from, string? to)
    {
        ParseResult<LocalDate> first = LocalDatePattern.Iso.Parse(from ?? string.Empty), last = LocalDatePattern.Iso.Parse(to ?? from ?? string.Empty);
        if (!Jurisdiction.TryParse(prison, out Jurisdiction whose) || !first.Success || !last.Success || Period.DaysBetween(first.Value, last.Value) is < 0 or >= MostDays)
        {
            return Problems.Malformed(("prison", "A prison's code, such as 4301P1."), ("from", $"A date such as 2026-03-01; to is at most {MostDays} days on."));
        }

        ImmutableArray<SlotPlaces>[] days = await Task.WhenAll(
            Enumerable.Range(0, Period.DaysBetween(first.Value, last.Value) + 1).Select(day => grains.DayOf(whose, first.Value.PlusDays(day)).Slots()));
        return TypedResults.Ok(days.SelectMany(day => day).Select(place => new SlotShape(
            place.Slot.Id.ToString(), place.Slot.Id.Prison.Code, place.Slot.From, place.Slot.To, place.Free, place.Slot.Capacity, place.Waiting, place.Blocked)));
    }

    private static Task<IResult> Hold(HttpContext http, string slotId, CommandEndpoint commands, IGrainFactory grains) =>
        SendAsync(http, slotId, commands, grains, slot => new HoldSlot(slot, http.User.Actor().Account));

    private static Task<IResult> Wait(HttpContext http, string slotId, CommandEndpoint commands, IGrainFactory grains) =>
        SendAsync(http, slotId, commands, grains, slot => new WaitForSlot(slot, http.User.Actor().Account));

    private static Task<IResult> GiveUp(HttpContext http, string slotId, CommandEndpoint commands, IGrainFactory grains) =>
        SendAsync(http, slotId, commands, grains, slot => new GiveUpClaim(slot, http.User.Actor().Account));

    private static async Task<IResult> SendAsync(HttpContext http, string slotId, CommandEndpoint commands, IGrainFactory grains, Func<SlotId, VisitDayCommand> command) =>
        SlotId.TryParse(slotId, out SlotId slot)
            ? await commands.SendAsync(
                http, await RequestBody.ReadOptionalAsync(http.Request), slotId, [], envelope => grains.DayOf(slot).Execute(command(slot), envelope))
            : Problems.NotFound();
}

/// <param name="Capacity">Visits at the same time.</param>
/// <param name="Waiting">How many wait for a place.</param>
/// <param name="Blocked">The prison has closed it.</param>
internal sealed record SlotShape(string SlotId, string Prison, Instant From, Instant To, int Free, int Capacity, int Waiting, bool Blocked);
