using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Correction.Domain;
using Correction.Domain.Law;
using Correction.Projections;
using JasperFx.Events;
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
public sealed record EventQuery(
    long AfterSequence = 0,
    string? Stream = null,
    string? Type = null,
    string? Account = null,
    Instant? From = null,
    Instant? To = null,
    int? Limit = null,
    SubjectId? Seen = null);

/// <summary>Reads events back, each with the envelope that the Journal gave it.</summary>
public sealed class EventReader(IDocumentStore documents, NpgsqlDataSource database)
{
    private const int Page = 500;

    /// <summary>A whole stream in order; empty where there is none.</summary>
    public async Task<ImmutableArray<RecordedEvent>> ReadStreamAsync(string key, CancellationToken cancellation = default)
    {
        await using IQuerySession session = documents.QuerySession();
        IReadOnlyList<IEvent> events = await session.Events.FetchStreamAsync(key, token: cancellation);
        return [.. events.Select(Open)];
    }

    /// <summary>What of a stream a view shows, in order.</summary>
    public async Task<ImmutableArray<RecordedEvent>> ReadStreamAsync(string key, ViewTime when, CancellationToken cancellation = default) =>
        [.. (await ReadStreamAsync(key, cancellation)).Where(when.Shows)];

    /// <summary>Many whole streams, each in order; those that do not exist are absent.</summary>
    public async Task<IReadOnlyDictionary<string, ImmutableArray<RecordedEvent>>> ReadStreamsAsync(
        IReadOnlyCollection<string> keys, CancellationToken cancellation = default) =>
        (await EnvelopesAsync(keys, cancellation)).Select(Open).GroupBy(happened => happened.StreamKey).ToDictionary(
            stream => stream.Key, stream => stream.OrderBy(happened => happened.Version).ToImmutableArray());

    /// <summary>
    /// The events of many streams as Marten holds them. Each stream is looked up in the index for itself: left to guess how
    /// many events so many streams have, PostgreSQL reads the whole table where statistics are missing or old.
    /// </summary>
    internal async Task<IReadOnlyList<IEvent>> EnvelopesAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation)
    {
        await using NpgsqlCommand find = database.CreateCommand(
            """
            select seq_id from unnest($1) as wanted (key)
            cross join lateral (select seq_id from correction.mt_events where stream_id = wanted.key offset 0) as found
            """);
        find.Parameters.Add(new() { Value = keys.ToArray() });
        long[] sequences = await SequencesAsync(find, cancellation);
        return sequences is [] ? [] : await EnvelopesAsync(sequences, cancellation);
    }

    /// <summary>Events of any stream in sequence order, a page at a time.</summary>
    public async IAsyncEnumerable<RecordedEvent> ReadAsync(EventQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        long after = query.AfterSequence;
        int left = query.Limit ?? int.MaxValue;
        while (left > 0)
        {
            long[] page = await FindAsync(query with { AfterSequence = after }, Math.Min(left, Page), cancellation);
            if (page.Length == 0)
            {
                yield break;
            }

            foreach (IEvent happened in await EnvelopesAsync(page, cancellation))
            {
                yield return Open(happened);
            }

            after = page[^1];
            left -= page.Length;
        }
    }

    private async Task<long[]> FindAsync(EventQuery query, int limit, CancellationToken cancellation)
    {
        await using NpgsqlCommand find = database.CreateCommand(
            """
            select seq_id from correction.mt_events
            where seq_id > $1 and ($2::text is null or stream_id = $2) and ($3::text is null or type = $3)
              and ($4::text is null or headers ->> 'account' = $4)
              and ($5::timestamptz is null or (headers ->> 'occurredAt')::timestamptz >= $5)
              and ($6::timestamptz is null or (headers ->> 'occurredAt')::timestamptz < $6)
              and ($7::text is null or data -> 'subjects' ? $7)
            order by seq_id limit $8
            """);
        object?[] values = [query.AfterSequence, query.Stream, query.Type, query.Account, query.From?.ToDateTimeUtc(), query.To?.ToDateTimeUtc(), query.Seen?.ToString(), limit];
        foreach (object? value in values)
        {
            find.Parameters.Add(new() { Value = value ?? DBNull.Value });
        }

        return await SequencesAsync(find, cancellation);
    }

    private async Task<IReadOnlyList<IEvent>> EnvelopesAsync(long[] sequences, CancellationToken cancellation)
    {
        await using IQuerySession session = documents.QuerySession();
        return await session.Events.QueryAllRawEvents()
            .Where(happened => sequences.Contains(happened.Sequence)).OrderBy(happened => happened.Sequence).ToListAsync(cancellation);
    }

    private static async Task<long[]> SequencesAsync(NpgsqlCommand find, CancellationToken cancellation)
    {
        await using NpgsqlDataReader row = await find.ExecuteReaderAsync(cancellation);
        var found = new List<long>();
        while (await row.ReadAsync(cancellation))
        {
            found.Add(row.GetInt64(0));
        }

        return [.. found];
    }

    private static RecordedEvent Open(IEvent envelope) => new(
        envelope.Sequence,
        envelope.StreamKey ?? throw new FormatException($"Event {envelope.Sequence} has no stream key."),
        envelope.Version,
        envelope.EventTypeName,
        (IDomainEvent)envelope.Data,
        EventHeaders.OccurredAt(envelope),
        EventHeaders.RecordedAt(envelope),
        EventHeaders.Actor(envelope),
        EventHeaders.Basis(envelope),
        envelope.CausationId);
}
