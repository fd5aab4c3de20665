using System.Collections.Immutable;
using System.Globalization;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Projections;
using Marten;
using Npgsql;
using NpgsqlTypes;

namespace Correction.Store.Reading;

/// <param name="Within">Only alerts that this jurisdiction covers.</param>
/// <param name="Handling">Only alerts handled so far; empty: all.</param>
/// <param name="After">Where the page before ended.</param>
public sealed record AlertQuery(
    Jurisdiction Within, ImmutableArray<AlertHandling> Handling, SubjectId? Subject = null, Cursor? After = null, int Limit = 50);

/// <summary>Finds alerts, the one due first in front.</summary>
public sealed class AlertIndex(IDocumentStore documents, NpgsqlDataSource database)
{
    public async Task<Page<AlertEntry>> FindAsync(AlertQuery query, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand find = database.CreateCommand(
            """
            select data from correction.mt_doc_alertentry
            where starts_with(jurisdiction, $1) and ($2::text[] is null or handling = any($2)) and ($3::text is null or subject_id = $3)
              and ($4::timestamptz is null or (due_at, id) > ($4, $5))
            order by due_at, id limit $6
            """);
        find.Parameters.Add(new() { Value = query.Within.Code });
        find.Parameters.Add(new() { Value = Names(query.Handling), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        find.Parameters.Add(new() { Value = (object?)query.Subject?.ToString() ?? DBNull.Value });
        find.Parameters.Add(new() { Value = Due(query.After), NpgsqlDbType = NpgsqlDbType.TimestampTz });
        find.Parameters.Add(new() { Value = query.After?.Second ?? "" });
        find.Parameters.Add(new() { Value = query.Limit + 1 });
        List<AlertEntry> found = await ReadAsync(find, cancellation);
        return found.Count > query.Limit
            ? new(found[..query.Limit], After(found[query.Limit - 1]))
            : new(found, null);
    }

    /// <summary>How many alerts of each subject nobody has resolved; subjects without one are absent.</summary>
    public async Task<ImmutableDictionary<SubjectId, int>> CountUnresolvedAsync(
        IReadOnlyCollection<SubjectId> subjects, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand count = database.CreateCommand(
            "select subject_id, count(*)::int from correction.mt_doc_alertentry where subject_id = any($1) and handling <> $2 group by 1");
        count.Parameters.Add(new() { Value = subjects.Select(subject => subject.ToString()).ToArray() });
        count.Parameters.Add(new() { Value = WireNames<AlertHandling>.Of(AlertHandling.Resolved) });
        await using NpgsqlDataReader row = await count.ExecuteReaderAsync(cancellation);
        var counts = ImmutableDictionary.CreateBuilder<SubjectId, int>();
        while (await row.ReadAsync(cancellation))
        {
            if (SubjectId.TryParse(row.GetString(0), out SubjectId subject))
            {
                counts[subject] = row.GetInt32(1);
            }
        }

        return counts.ToImmutable();
    }

    private async Task<List<AlertEntry>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellation);
        var found = new List<AlertEntry>();
        while (await row.ReadAsync(cancellation))
        {
            found.Add(documents.Options.Serializer().FromJson<AlertEntry>(row, 0));
        }

        return found;
    }

    private static object Names(ImmutableArray<AlertHandling> handling) =>
        handling.IsDefaultOrEmpty ? DBNull.Value : handling.Select(WireNames<AlertHandling>.Of).ToArray();

    /// <summary>To the microsecond, as the column has it: a finer time would skip or repeat the boundary.</summary>
    private static Cursor After(AlertEntry last) =>
        new((last.DueAt.UtcTicks / TimeSpan.TicksPerMicrosecond).ToString(CultureInfo.InvariantCulture), last.Id);

    private static object Due(Cursor? after) =>
        after is { } cursor && long.TryParse(cursor.First, NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds)
            && microseconds <= DateTime.MaxValue.Ticks / TimeSpan.TicksPerMicrosecond
            ? new DateTime(microseconds * TimeSpan.TicksPerMicrosecond, DateTimeKind.Utc)
            : DBNull.Value;
}
