using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Law;
using Correction.Projections;
using Correction.Store.Tracks;
using Marten;
using NodaTime;
using Npgsql;

namespace Correction.Store.Reading;

/// <summary>
/// Opens rows of Marten's table of events as they come from the database. Marten itself makes an envelope of each with a
/// dictionary of headers, which costs more than reading the event.
/// </summary>
internal sealed class EventRows(IDocumentStore documents)
{
    /// <summary>What a query selects, of a table named <c>e</c>.</summary>
    public const string Columns = "e.seq_id, e.stream_id, e.version, e.type, e.data, e.bdata, e.headers, e.timestamp, e.causation_id";

    private readonly ISerializer _serializer = documents.Options.Serializer();

    /// <summary>All rows, in the order of the query.</summary>
    public async Task<List<RecordedEvent>> ReadAsync(NpgsqlCommand select, CancellationToken cancellation)
    {
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellation);
        var found = new List<RecordedEvent>();
        while (await row.ReadAsync(cancellation))
        {
            found.Add(Open(row));
        }

        return found;
    }

    /// <exception cref="FormatException">The row is not as the Journal writes it.</exception>
    private RecordedEvent Open(NpgsqlDataReader row)
    {
        long sequence = row.GetInt64(0);
        string type = row.GetString(3);
        try
        {
            var data = (IDomainEvent)(row.IsDBNull(5) ? _serializer.FromJson(EventRegistry.Types[type], row, 4) : TrackSerializer.Read(row.GetFieldValue<byte[]>(5)));
            (Instant occurredAt, Actor actor, ImmutableArray<LegalBasis> basis) = EventHeaders.Read(row.GetFieldValue<byte[]>(6));
            return new(
                sequence, row.GetString(1), row.GetInt64(2), type, data, occurredAt, Instant.FromDateTimeUtc(row.GetDateTime(7)), actor, basis,
                row.IsDBNull(8) ? null : row.GetString(8));
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or FormatException)
        {
            throw new FormatException($"Event {sequence} ({type}) does not read as the Journal writes it.", unreadable);
        }
    }
}
