using System.Collections.Immutable;
using System.Security.Claims;
using Correction.Domain;
using Correction.Server.Accounts;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Server.Api.Visits;

/// <summary>How many visits were held, how many people came, what was refused and what was lost.</summary>
internal static class VisitStatisticsApi
{
    private static readonly Duration Longest = Duration.FromDays(366);

    /// <param name="Jurisdiction">Of the office that hosts; null: any.</param>
    /// <param name="Prison">Null: any.</param>
    /// <param name="From">The first instant of the period.</param>
    /// <param name="To">The instant after it.</param>
    /// <param name="Visits">Held.</param>
    /// <param name="People">Attendances: who came twice counts twice.</param>
    internal sealed record VisitCountsOfPeriod(
        string? Jurisdiction, string? Prison, Instant From, Instant To, long Visits, long People, long NotAttended, IEnumerable<ReasonCount> Declined, IEnumerable<ReasonCount> Cancelled,
        IEnumerable<ReasonCount> Cut, IEnumerable<ReasonCount> RelativesRefused, IEnumerable<LostMinutes> MinutesLost);

    internal sealed record ReasonCount(string Reason, long Count);

    /// <param name="Minutes">To one decimal.</param>
    internal sealed record LostMinutes(string Cause, double Minutes);

    public static void MapVisitStatistics(this RouteGroupBuilder visits) => visits.MapGet("/statistics", Read).RequireAuthorization(Policies.CountVisits);

    /// <summary>A prison counts its own visits, an office what it hosts or covers; each may ask for less. False: it lies outside.</summary>
    public static bool TryScope(ClaimsPrincipal reader, string? jurisdiction, string? prison, out (Jurisdiction? Prison, Jurisdiction? Office) scope)
    {
        Jurisdiction own = Jurisdiction.Parse(reader.Actor().Jurisdiction);
        bool readable = Asked(jurisdiction, out Jurisdiction? office) & Asked(prison, out Jurisdiction? at);
        bool isPrison = reader.Actor().Role == Role.Prison;
        scope = isPrison ? (at ?? own, office) : (at, office ?? own);
        return readable && reader.Covers((isPrison ? scope.Prison : scope.Office)!.Value);

        static bool Asked(string? code, out Jurisdiction? asked)
        {
            bool valid = Jurisdiction.TryParse(code, out Jurisdiction parsed);
            asked = valid ? parsed : null;
            return valid || code is null;
        }
    }

    private static async Task<IResult> Read(
        HttpContext http, string? jurisdiction, string? prison, string? from, string? to, VisitStatistics statistics, Freshness freshness)
    {
        if (!(SubjectsApi.TryReadTime(from, out Instant? begin) & SubjectsApi.TryReadTime(to, out Instant? end)) || begin is not { } since || end is not { } until
            || since >= until || until - since > Longest)
        {
            return Problems.Malformed(("from", "Two instants in UTC such as 2026-03-01T00:00:00Z, at most a year apart, from before to."));
        }

        if (!TryScope(http.User, jurisdiction, prison, out var scope))
        {
            return Problems.OutsideJurisdiction();
        }

        await freshness.WaitForProjectionsAsync(http.RequestAborted);
        VisitReport report = await statistics.ReadAsync(scope.Prison, scope.Office, since, until, http.RequestAborted);
        return TypedResults.Ok(new VisitCountsOfPeriod(
            scope.Office?.Code, scope.Prison?.Code, since, until, report.Visits, report.People, report.NotAttended, Of(report.Declined), Of(report.Cancelled), Of(report.Cut),
            Of(report.RelativesRefused), report.SecondsLost.Select(lost => new LostMinutes(lost.Key, Math.Round(lost.Count / 60.0, 1)))));
    }

    private static IEnumerable<ReasonCount> Of(ImmutableArray<CountOf> counts) => counts.Select(known => new ReasonCount(known.Key, known.Count));
}
