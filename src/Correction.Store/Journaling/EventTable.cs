using System.Collections.Frozen;
using Correction.Domain;
using JasperFx.Events;
using Marten;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Correction.Store.Journaling;

/// <summary>
/// Appends the events of a batch to Marten's tables in three statements, whatever it holds: Marten itself calls a function
/// per stream. The rows are those that Marten writes. As there, a stream that another writer has moved on makes the append
/// fail by the unique index on stream and version; and the number of an event MUST be drawn in the transaction that stores
/// it: by that the daemon tells a number that is still to come from one that never will.
/// </summary>
internal sealed class EventTable(IDocumentStore documents)
{
    private const string Begin = "insert into correction.mt_streams (id, version) select * from unnest($1, $2)";

    private const string Move =
        """
        update correction.mt_streams stream set version = given.after, timestamp = now()
        from unnest($1, $2, $3) as given (id, before, after)
        where stream.id = given.id and stream.version = given.before
        """;

    private const string Insert =
        """
        insert into correction.mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, causation_id, headers)
        select nextval('correction.mt_events_sequence'), id, stream, version, data, type, $9, class, command, headers
        from unnest($1, $2, $3, $4, $5, $6, $7, $8) as given (id, stream, version, data, type, class, command, headers)
        """;

    private readonly ISerializer _serializer = documents.Options.Serializer();

    private readonly FrozenDictionary<Type, string> _classes =
        documents.Options.Events.AllKnownEventTypes().ToFrozenDictionary(known => known.EventType, known => known.DotNetTypeName);

    public void Add(NpgsqlBatch batch, IReadOnlyList<JournalEntry> entries, Instant now)
    {
        (StreamAppend Append, string? Command)[] appends =
        [
            .. from entry in entries from append in entry.Streams where !append.Events.IsEmpty select (append, entry.Command?.Id),
        ];
        StreamAppend[] streams = [.. appends.Select(next => next.Append).OrderBy(append => append.Key, StringComparer.Ordinal)]; // two writers lock in one order
        StreamAppend[] begun = [.. streams.Where(append => append.ExpectedVersion == 0)], moved = [.. streams.Where(append => append.ExpectedVersion != 0)];
        if (begun.Length > 0)
        {
            batch.Add(Begin, Keys(begun), begun.Select(After).ToArray());
        }

        if (moved.Length > 0)
        {
            batch.Add(Move, Keys(moved), moved.Select(append => append.ExpectedVersion).ToArray(), moved.Select(After).ToArray());
        }

        if (streams.Length > 0)
        {
            AddEvents(batch, appends, now);
        }
    }

    private void AddEvents(NpgsqlBatch batch, (StreamAppend Append, string? Command)[] appends, Instant now)
    {
        (StreamAppend Append, string? Command, long Version, IEvent Envelope)[] events =
        [
            .. from next in appends
               from place in Enumerable.Range(0, next.Append.Events.Length)
               select (next.Append, next.Command, next.Append.ExpectedVersion + place + 1, EventWriter.Envelope(next.Append.Events[place], next.Command)),
        ];
        NpgsqlBatchCommand insert = batch.Add(
            Insert,
            events.Select(_ => Guid.CreateVersion7()).ToArray(),
            events.Select(next => next.Append.Key).ToArray(),
            events.Select(next => next.Version).ToArray(),
            events.Select(next => _serializer.ToJson(next.Envelope.Data)).ToArray(),
            events.Select(next => Domain.EventRegistry.NameOf((IDomainEvent)next.Envelope.Data)).ToArray(),
            events.Select(next => _classes[next.Envelope.Data.GetType()]).ToArray(),
            events.Select(next => next.Command).ToArray(),
            events.Select(next => _serializer.ToJson(next.Envelope.Headers)).ToArray(),
            now.ToDateTimeUtc());
        insert.Parameters[3].NpgsqlDbType = insert.Parameters[7].NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb;
    }

    private static string[] Keys(StreamAppend[] appends) => [.. appends.Select(append => append.Key)];

    private static long After(StreamAppend append) => append.ExpectedVersion + append.Events.Length;
}
