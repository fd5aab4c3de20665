using System.Collections.Immutable;
using System.Security.Claims;
using Correction.Domain.Visits;
using Correction.Server.Api.Visits;
using NodaTime;

namespace Correction.Server.Pages.Visits;

/// <summary>A booking's steps are pages of their own; what was chosen so far stands in the address, as ids only.</summary>
internal static class BookingAddress
{
    private const int MostVisitors = 20;

    /// <summary>Empty where none is named, one of them is not the reader's own, or they visit different prisoners.</summary>
    public static async Task<ImmutableArray<Relative>> VisitorsAsync(this ClaimsPrincipal reader, IGrainFactory grains, string[]? ids)
    {
        RelativeId[] parsed = [.. (ids ?? []).Take(MostVisitors).Select(text => RelativeId.TryParse(text, out RelativeId id) ? id : default).Distinct()];
        ImmutableArray<Relative> visitors = await reader.OwnRelativesAsync(grains, parsed);
        return visitors.Select(visitor => visitor.Prisoner).Distinct().Count() == 1 ? visitors : [];
    }

    public static string Day(IEnumerable<Relative> visitors) => $"/visits/book/day?{Of(visitors)}";

    public static string Time(IEnumerable<Relative> visitors, LocalDate day) => $"/visits/book/time?{Of(visitors)}&day={Times.Date(day)}";

    public static string Confirm(IEnumerable<Relative> visitors, SlotId slot) => $"/visits/book/confirm?{Of(visitors)}&slot={slot}";

    private static string Of(IEnumerable<Relative> visitors) => string.Join('&', visitors.Select(visitor => $"visitor={visitor.Id}"));
}
