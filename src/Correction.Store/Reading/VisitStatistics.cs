using System.Collections.Immutable;
using Correction.Domain;
using Correction.Projections;
using Marten;
using NodaTime;
using Npgsql;

namespace Correction.Store.Reading;

/// <param name="Key">Wire name of a reason or a cause.</param>
public sealed record CountOf(string Key, long Count);

/// <summary>The visits of a period, by when they were to begin.</summary>
/// <param name="Visits">Held: they began.</param>
/// <param name="People">Who came to them by the officer's check, counted once for every visit they came to.</param>
/// <param name="Declined">By the prison, by reason.</param>
/// <param name="Cancelled">By reason.</param>
/// <param name="Cut">By reason.</param>
/// <param name="RelativesRefused">By the office in the period, by reason.</param>
/// <param name="SecondsLost">Time to talk that interruptions took, by cause.</param>
public sealed record VisitReport(
    long Visits, long People, long NotAttended, ImmutableArray<CountOf> Declined, ImmutableArray<CountOf> Cancelled, ImmutableArray<CountOf> Cut,
    ImmutableArray<CountOf> RelativesRefused, ImmutableArray<CountOf> SecondsLost);

/// <summary>Counts visits and the people who came. The database counts over the folded visits; none is loaded.</summary>
public sealed class VisitStatistics(IDocumentStore documents, NpgsqlDataSource database)
{
    private const string Within =
        "($1::text is null or starts_with(prison, $1)) and ($2::text is null or starts_with(jurisdiction, $2) or starts_with($2, jurisdiction))";

    /// <summary>A visit that was cut keeps its reason when its recording is sealed; these are how one ends without a cut.</summary>
    private const string Ends = "'finished', 'timeUp', 'notResumed'";

    private readonly string _visits = documents.TableOf<VisitEntry>();
    private readonly string _relatives = documents.TableOf<RelativeEntry>();

    /// <param name="prison">Null: all.</param>
    /// <param name="office">Visits that it hosts or covers; a station hosts for its county too. Null: all.</param>
    /// <param name="from">The first instant of the period.</param>
    /// <param name="to">The instant after it.</param>
    public async Task<VisitReport> ReadAsync(Jurisdiction? prison, Jurisdiction? office, Instant from, Instant to, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand count = database.CreateCommand(
            $$"""
            with visit as (select stage, data -> 'visit' as visit from {{_visits}} where {{Within}} and "from" >= $3 and "from" < $4)
            select 'visits', '', count(*) from visit where visit ->> 'startedAt' is not null
            union all select 'people', '', coalesce(sum(jsonb_array_length(visit -> 'attended')), 0) from visit where visit ->> 'startedAt' is not null
            union all select 'notAttended', '', count(*) from visit where stage = 'notAttended'
            union all select stage, visit ->> 'reason', count(*) from visit where stage in ('declined', 'cancelled') group by 1, 2
            union all select 'cut', visit ->> 'reason', count(*) from visit where stage in ('cut', 'sealed') and visit ->> 'reason' not in ({{Ends}}) group by 2
            union all select 'lost', lost ->> 'cause', sum((lost ->> 'seconds')::int) from visit, jsonb_array_elements(visit -> 'lost') lost group by 2
            union all select 'refused', data #>> '{relative,refusal}', count(*) from {{_relatives}}
              where {{Within}} and (data #>> '{relative,refusedAt}')::timestamptz >= $3 and (data #>> '{relative,refusedAt}')::timestamptz < $4 group by 2
            """);
        foreach (object? value in (object?[])[prison?.Code, office?.Code, from.ToDateTimeUtc(), to.ToDateTimeUtc()])
        {
            count.Parameters.Add(new() { Value = value ?? DBNull.Value });
        }

        var counts = new List<(string What, CountOf Count)>();
        await using NpgsqlDataReader row = await count.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            counts.Add((row.GetString(0), new CountOf(row.GetString(1), row.GetInt64(2))));
        }

        return new VisitReport(One("visits"), One("people"), One("notAttended"), Of("declined"), Of("cancelled"), Of("cut"), Of("refused"), Of("lost"));

        long One(string what) => counts.Single(known => known.What == what).Count.Count;

        ImmutableArray<CountOf> Of(string what) =>
            [.. counts.Where(known => known.What == what).Select(known => known.Count).OrderByDescending(known => known.Count).ThenBy(known => known.Key, StringComparer.Ordinal)];
    }
}
