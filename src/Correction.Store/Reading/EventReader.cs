using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Correction.Domain;
using Correction.Domain.Law;
using Marten;
using NodaTime;
using Npgsql;

namespace Correction.Store.Reading;

/// <summary>An event as it stands in the store, with both its times.</summary>
/// <param name="Sequence">Place in the order of all events.</param>
/// <param name="Version">Place in its stream, from 1.</param>
public sealed record RecordedEvent(
    long Sequence,
    string StreamKey,
    long Version,
    string Type,
    IDomainEvent Data,
    Instant OccurredAt,
    Instant RecordedAt,
    Actor Actor,
    ImmutableArray<LegalBasis> Basis,
    string? CommandId);

/// <summary>Which events; what is not given does not restrict.</summary>
/// <param name="Seen">Looks at this subject's data only.</param>
/// <param name="UpTo">No event after this sequence.</param>
public sealed record EventQuery(
    long AfterSequence = 0,
    string? Stream = null,
    string? Type = null,
    string? Account = null,
    Instant? From = null,
    Instant? To = null,
    int? Limit = null,
    SubjectId? Seen = null,
    long? UpTo = null);

/// <summary>Reads events back, each with the envelope that the Journal gave it.</summary>
public sealed class EventReader(IDocumentStore documents, NpgsqlDataSource database)
{
    private const int Page = 500;
    private readonly EventRows _rows = new(documents);

    /// <summary>A whole stream in order; empty where there is none.</summary>
    public async Task<ImmutableArray<RecordedEvent>> ReadStreamAsync(string key, CancellationToken cancellation = default) =>
        [.. await RowsAsync([key], cancellation)];

    /// <summary>What of a stream a view shows, in order.</summary>
    public async Task<ImmutableArray<RecordedEvent>> ReadStreamAsync(string key, ViewTime when, CancellationToken cancellation = default) =>
        [.. (await RowsAsync([key], cancellation)).Where(when.Shows)];

    /// <summary>Many whole streams, each in order; those that do not exist are absent.</summary>
    public async Task<IReadOnlyDictionary<string, ImmutableArray<RecordedEvent>>> ReadStreamsAsync(
        IReadOnlyCollection<string> keys, CancellationToken cancellation = default) =>
        (await RowsAsync(keys, cancellation)).GroupBy(happened => happened.StreamKey).ToDictionary(stream => stream.Key, stream => stream.ToImmutableArray());

    /// <summary>Events of any stream in sequence order, a page at a time.</summary>
    public async IAsyncEnumerable<RecordedEvent> ReadAsync(EventQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        long after = query.AfterSequence;
        int left = query.Limit ?? int.MaxValue;
        while (left > 0)
        {
            List<RecordedEvent> page = await FindAsync(query with { AfterSequence = after }, Math.Min(left, Page), cancellation);
            if (page.Count == 0)
            {
                yield break;
            }

            foreach (RecordedEvent happened in page)
            {
                yield return happened;
            }

            after = page[^1].Sequence;
            left -= page.Count;
        }
    }

    /// <summary>
    /// Streams in order, one after the other. Each is looked up in the index for itself: left to guess how many events so many
    /// streams have, PostgreSQL reads the whole table where statistics are missing or old.
    /// </summary>
    private async Task<List<RecordedEvent>> RowsAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation)
    {
        await using NpgsqlCommand read = database.CreateCommand(
            $"""
            select {EventRows.Columns} from unnest($1) as wanted (key)
            cross join lateral (select * from correction.mt_events where stream_id = wanted.key order by version offset 0) as e
            """);
        read.Parameters.Add(new() { Value = keys.ToArray() });
        return await _rows.ReadAsync(read, cancellation);
    }

    private async Task<List<RecordedEvent>> FindAsync(EventQuery query, int limit, CancellationToken cancellation)
    {
        await using NpgsqlCommand find = database.CreateCommand(
            $"""
            select {EventRows.Columns} from correction.mt_events e
            where seq_id > $1 and ($2::text is null or stream_id = $2) and ($3::text is null or type = $3)
              and ($4::text is null or headers ->> 'account' = $4)
              and ($5::timestamptz is null or (headers ->> 'occurredAt')::timestamptz >= $5)
              and ($6::timestamptz is null or (headers ->> 'occurredAt')::timestamptz < $6)
              and ($7::text is null or data -> 'subjects' ? $7)
              and ($8::bigint is null or seq_id <= $8)
            order by seq_id limit $9
            """);
        object?[] values = [query.AfterSequence, query.Stream, query.Type, query.Account, query.From?.ToDateTimeUtc(), query.To?.ToDateTimeUtc(), query.Seen?.ToString(), query.UpTo, limit];
        foreach (object? value in values)
        {
            find.Parameters.Add(new() { Value = value ?? DBNull.Value });
        }

        return await _rows.ReadAsync(find, cancellation);
    }
}
