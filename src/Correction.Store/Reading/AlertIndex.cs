using System.Collections.Immutable;
using System.Globalization;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Projections;
using Marten;
using NodaTime;
using Npgsql;

namespace Correction.Store.Reading;

/// <summary>Which alerts; what is not given does not restrict.</summary>
/// <param name="Within">Only alerts that this jurisdiction covers.</param>
/// <param name="Handling">Only alerts handled so far; empty: all.</param>
/// <param name="After">Where the page before ended.</param>
public sealed record AlertQuery(
    Jurisdiction Within, ImmutableArray<AlertHandling> Handling, SubjectId? Subject = null, Cursor? After = null, int Limit = 50)
{
    public AlertKind? Kind { get; init; }

    /// <summary>From when the list is seen; a list of another time than now is read by <see cref="PastReader"/>.</summary>
    public ViewTime When { get; init; }

    public AlertSeverity? Severity { get; init; }

    /// <summary>An account.</summary>
    public string? AssignedTo { get; init; }

    /// <summary>Only alerts that nobody has resolved and that were due before this instant.</summary>
    public Instant? OverdueAt { get; init; }

    /// <summary>Whether an alert, as it was, is asked for.</summary>
    internal bool Asks(AlertEntry entry) =>
        (Handling.IsEmpty || Handling.Contains(entry.Alert.Handling)) && (AssignedTo is null || entry.Assignee == AssignedTo)
        && (OverdueAt is not { } then || (entry.Alert.DueAt < then && entry.Alert.Handling != AlertHandling.Resolved));
}

/// <summary>Finds alerts, whatever their level, the one due first in front.</summary>
public sealed class AlertIndex(IDocumentStore documents, NpgsqlDataSource database)
{
    private readonly string _table = documents.TableOf<AlertEntry>();

    public async Task<Page<AlertEntry>> FindAsync(AlertQuery query, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand find = database.CreateCommand(
            $"""
            select data from {_table}
            where starts_with(jurisdiction, $1) and ($2::text[] is null or handling = any($2)) and ($3::text is null or subject_id = $3)
              and ($4::timestamptz is null or (due_at, id) > ($4, $5))
              and ($6::text is null or kind = $6) and ($7::text is null or severity = $7) and ($8::text is null or assignee = $8)
              and ($9::timestamptz is null or (due_at < $9 and handling <> 'resolved'))
            order by due_at, id limit $10
            """);
        object?[] values =
        [
            query.Within.Code, Names(query.Handling), query.Subject?.ToString(), Due(query.After), query.After?.Second ?? "",
            query.Kind is { } kind ? WireNames<AlertKind>.Of(kind) : null, query.Severity is { } severity ? WireNames<AlertSeverity>.Of(severity) : null,
            query.AssignedTo, query.OverdueAt?.ToDateTimeUtc(), query.Limit + 1,
        ];
        foreach (object? value in values)
        {
            find.Parameters.Add(new() { Value = value ?? DBNull.Value });
        }

        List<AlertEntry> found = await ReadAsync(find, cancellation);
        return found.Count > query.Limit
            ? new(found[..query.Limit], After(found[query.Limit - 1]))
            : new(found, null);
    }

    /// <summary>The streams of all alerts of a subject, handled or not.</summary>
    public async Task<ImmutableArray<string>> StreamsOfAsync(SubjectId subject, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand find = database.CreateCommand($"select id from {_table} where subject_id = $1");
        find.Parameters.Add(new() { Value = subject.ToString() });
        await using NpgsqlDataReader row = await find.ExecuteReaderAsync(cancellation);
        var found = ImmutableArray.CreateBuilder<string>();
        while (await row.ReadAsync(cancellation))
        {
            found.Add(row.GetString(0));
        }

        return found.ToImmutable();
    }

    /// <summary>
    /// Keys of the alerts that may be in the answer to the query as of another time, in the order in which they were raised:
    /// what can change of an alert decides nothing here, but that it was resolved where only unresolved ones are asked for.
    /// </summary>
    internal async Task<Page<string>> CandidatesAsync(AlertQuery query, CancellationToken cancellation)
    {
        await using NpgsqlCommand find = database.CreateCommand(
            $"""
            select id from {_table} as alert
            where starts_with(jurisdiction, $1) and ($2::text is null or subject_id = $2) and ($3::text is null or kind = $3) and ($4::text is null or severity = $4)
              and ($5::text is null or id > $5) and ($6::timestamptz is null or raised_at <= $6)
              and (not $7 or not exists (
                select from correction.mt_events where stream_id = alert.id and type = 'alert_resolved'
                  and ($6::timestamptz is null or (headers ->> 'occurredAt')::timestamptz <= $6) and ($8::timestamptz is null or timestamp <= $8)))
            order by id limit $9
            """);
        object?[] values =
        [
            query.Within.Code, query.Subject?.ToString(), query.Kind is { } kind ? WireNames<AlertKind>.Of(kind) : null,
            query.Severity is { } severity ? WireNames<AlertSeverity>.Of(severity) : null, query.After?.Second, query.When.AsOf?.ToDateTimeUtc(),
            !query.Handling.IsEmpty && !query.Handling.Contains(AlertHandling.Resolved), query.When.KnownAt?.ToDateTimeUtc(), query.Limit + 1,
        ];
        foreach (object? value in values)
        {
            find.Parameters.Add(new() { Value = value ?? DBNull.Value });
        }

        return await find.ReadKeysAsync(query.Limit, cancellation);
    }

    /// <summary>How many alerts of each subject nobody has resolved; subjects without one are absent.</summary>
    public async Task<ImmutableDictionary<SubjectId, int>> CountUnresolvedAsync(
        IReadOnlyCollection<SubjectId> subjects, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand count = database.CreateCommand(
            $"select subject_id, count(*)::int from {_table} where subject_id = any($1) and handling <> $2 group by 1");
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

    private static string[]? Names(ImmutableArray<AlertHandling> handling) =>
        handling.IsDefaultOrEmpty ? null : [.. handling.Select(WireNames<AlertHandling>.Of)];

    /// <summary>To the microsecond, as the column has it: a finer time would skip or repeat the boundary.</summary>
    private static Cursor After(AlertEntry last) =>
        new((last.DueAt.UtcTicks / TimeSpan.TicksPerMicrosecond).ToString(CultureInfo.InvariantCulture), last.Id);

    private static DateTime? Due(Cursor? after) =>
        after is { } cursor && long.TryParse(cursor.First, NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds)
            && microseconds <= DateTime.MaxValue.Ticks / TimeSpan.TicksPerMicrosecond
            ? new DateTime(microseconds * TimeSpan.TicksPerMicrosecond, DateTimeKind.Utc)
            : null;
}
