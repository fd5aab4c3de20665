using Correction.Domain;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Server.Api;

/// <summary>What became of the alerts of a period, by kind and by zone, so that an office can tune its zones.</summary>
internal static class AlertStatisticsApi
{
    private static readonly Duration Standard = Duration.FromDays(30);
    private static readonly Duration Longest = Duration.FromDays(366);

    /// <param name="From">The first instant of the period.</param>
    /// <param name="To">The instant after it.</param>
    internal sealed record AlertCountsOfPeriod(string Jurisdiction, Instant From, Instant To, IEnumerable<KindCounts> ByKind, IEnumerable<ZoneCounts> ByZone);

    internal sealed record KindCounts(string Kind, AlertCounts Counts);

    public static void MapAlertStatistics(this RouteGroupBuilder alerts) => alerts.MapGet("/statistics", Read);

    private static async Task<IResult> Read(
        HttpContext http, string? jurisdiction, string? from, string? to, AlertStatistics statistics, Freshness freshness, IClock clock)
    {
        bool readable = SubjectsApi.TryReadTime(to, out Instant? end) & SubjectsApi.TryReadTime(from, out Instant? begin);
        Instant until = end ?? clock.GetCurrentInstant();
        Instant since = begin ?? until - Standard;
        if (!readable || since >= until || until - since > Longest)
        {
            return Problems.Malformed(("from", "Two instants in UTC such as 2026-03-01T00:00:00Z, at most a year apart, from before to."));
        }

        if (AlertsApi.Within(http, jurisdiction, out Jurisdiction within) is { } problem)
        {
            return problem;
        }

        await freshness.WaitForProjectionsAsync(http.RequestAborted);
        AlertReport report = await statistics.ReadAsync(within, since, until, http.RequestAborted);
        return TypedResults.Ok(new AlertCountsOfPeriod(
            within.Code,
            since,
            until,
            report.ByKind.Select(kind => new KindCounts(kind.Key, kind.Value))
                .OrderByDescending(kind => kind.Counts.Raised).ThenBy(kind => kind.Kind, StringComparer.Ordinal),
            report.ByZone));
    }
}
