using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Correction.Domain;
using Correction.Store;
using Correction.Store.Journaling;
using JasperFx;
using Marten;
using NodaTime;
using NodaTime.Text;
using Npgsql;

namespace Correction.Server.Tests.Replay;

/// <summary>An event with both its times, as a test gives it or as it lies in the table.</summary>
internal sealed record Dated(IDomainEvent Data, Instant OccurredAt, Instant RecordedAt, long Version = 0);

/// <summary>
/// Writes streams into a server's database with times of the test's choice, also such as happened long before they were
/// recorded, and reads the rows back with nothing but SQL and JSON.
/// </summary>
internal sealed class BackdatedStore : IAsyncDisposable
{
    private static readonly ImmutableDictionary<string, Type> Types = EventRegistry.Names.ToImmutableDictionary(name => name.Value, name => name.Key);
    private static readonly Actor Officer = new("officer", Role.Officer, "430981001");

    private readonly SetTime _time = new();
    private readonly NpgsqlDataSource _database;
    private readonly DocumentStore _documents;

    public BackdatedStore(string connectionString)
    {
        _database = NpgsqlDataSource.Create(connectionString);
        var options = new StoreOptions { AutoCreateSchemaObjects = AutoCreate.None };
        options.Connection(_database);
        MartenSetup.Configure(options, _time);
        _documents = new DocumentStore(options);
    }

    /// <summary>Appends to a new stream, each event in a commit of its own.</summary>
    public async Task WriteAsync(string key, IEnumerable<Dated> history)
    {
        long version = 0;
        foreach (Dated happened in history)
        {
            _time.Now = happened.RecordedAt;
            await using IDocumentSession session = _documents.LightweightSession();
            EventWriter.Append(session, key, version++, [new NewEvent(happened.Data, happened.OccurredAt, Officer, [])], null);
            await session.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A stream's rows in order.</summary>
    public async Task<ImmutableArray<Dated>> ReadAsync(string key)
    {
        await using NpgsqlCommand read = _database.CreateCommand(
            "select version, type, data::text, headers ->> 'occurredAt', timestamp from correction.mt_events where stream_id = $1 order by version");
        read.Parameters.Add(new() { Value = key });
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = ImmutableArray.CreateBuilder<Dated>();
        while (await row.ReadAsync(TestContext.Current.CancellationToken))
        {
            using var data = new MemoryStream(Encoding.UTF8.GetBytes(row.GetString(2)));
            rows.Add(new(
                (IDomainEvent)_documents.Options.Serializer().FromJson(Types[row.GetString(1)], data),
                InstantPattern.ExtendedIso.Parse(row.GetString(3)).Value,
                Instant.FromDateTimeUtc(row.GetDateTime(4)),
                row.GetInt64(0)));
        }

        return rows.ToImmutable();
    }

    public async ValueTask DisposeAsync()
    {
        await _documents.DisposeAsync();
        await _database.DisposeAsync();
    }

    private sealed class SetTime : TimeProvider
    {
        public Instant Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now.ToDateTimeOffset();
    }
}
