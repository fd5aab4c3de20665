using System.Collections.Immutable;
using Correction.Domain;
using Correction.Projections;
using Marten;
using NodaTime;
using Npgsql;

namespace Correction.Store.Reading;

/// <summary>What became of the alerts that were raised in a period.</summary>
/// <param name="Cleared">Of these, whose condition is over.</param>
/// <param name="Withdrawn">Of these, whose condition never was, as late fixes showed.</param>
/// <param name="MedianSecondsToAcknowledge">Of the acknowledged ones; null where there is none.</param>
/// <param name="FalseAlarms">Of the resolved ones, how many turned out to be false alarms.</param>
public sealed record AlertCounts(
    long Raised, long Cleared, long Withdrawn, long Acknowledged, long Resolved, double? MedianSecondsToAcknowledge, long FalseAlarms)
{
    /// <summary>0 to 1; null where none is resolved.</summary>
    public double? FalseAlarmShare => Resolved == 0 ? null : (double)FalseAlarms / Resolved;
}

/// <param name="Name">The zone's name at its last alert of the period.</param>
/// <param name="SubjectId">Whose zone it is; null where it is shared.</param>
public sealed record ZoneCounts(string ZoneId, string Name, string? SubjectId, AlertCounts Counts);

public sealed record AlertReport(ImmutableDictionary<string, AlertCounts> ByKind, ImmutableArray<ZoneCounts> ByZone);

/// <summary>
/// Counts alerts so that an office can tune its zones. The database counts over the columns of the folded alerts; none is
/// loaded.
/// </summary>
public sealed class AlertStatistics(IDocumentStore documents, NpgsqlDataSource database)
{
    private const string Counts =
        """
        count(*), count(*) filter (where condition = 'cleared'), count(*) filter (where condition = 'withdrawn'), count(seconds_to_acknowledge),
        count(outcome), percentile_cont(0.5) within group (order by seconds_to_acknowledge), count(*) filter (where outcome = 'falseAlarm')
        """;

    private readonly string _table = documents.TableOf<AlertEntry>();

    /// <param name="from">The first instant of the period.</param>
    /// <param name="to">The instant after it.</param>
    public async Task<AlertReport> ReadAsync(Jurisdiction within, Instant from, Instant to, CancellationToken cancellation = default)
    {
        var byKind = ImmutableDictionary.CreateBuilder<string, AlertCounts>();
        await foreach (NpgsqlDataReader row in RowsAsync($"select {Counts}, kind from {_table} where {Period} group by kind", within, from, to, cancellation))
        {
            byKind.Add(row.GetString(7), Read(row));
        }

        var byZone = ImmutableArray.CreateBuilder<ZoneCounts>();
        await foreach (NpgsqlDataReader row in RowsAsync(
            $$"""
            select {{Counts}}, zone_id, (array_agg(data #>> '{alert,alert,evidence,zone,name}' order by raised_at desc))[1], case when count(distinct subject_id) = 1 then min(subject_id) end
            from {{_table}} where {{Period}} and zone_id is not null group by zone_id order by count(*) desc, zone_id
            """,
            within, from, to, cancellation))
        {
            byZone.Add(new ZoneCounts(row.GetString(7), row.GetString(8), row.IsDBNull(9) ? null : row.GetString(9), Read(row)));
        }

        return new AlertReport(byKind.ToImmutable(), byZone.DrainToImmutable());
    }

    private const string Period = "starts_with(jurisdiction, $1) and raised_at >= $2 and raised_at < $3";

    private async IAsyncEnumerable<NpgsqlDataReader> RowsAsync(
        string sql, Jurisdiction within, Instant from, Instant to, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await using NpgsqlCommand count = database.CreateCommand(sql);
        count.Parameters.Add(new() { Value = within.Code });
        count.Parameters.Add(new() { Value = from.ToDateTimeUtc() });
        count.Parameters.Add(new() { Value = to.ToDateTimeUtc() });
        await using NpgsqlDataReader row = await count.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            yield return row;
        }
    }

    private static AlertCounts Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.IsDBNull(5) ? null : row.GetDouble(5), row.GetInt64(6));
}
