using Correction.Domain;
using Correction.Domain.Law;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using Marten;
using NodaTime;
using Npgsql;

namespace Correction.Store.Tests.Journaling;

/// <summary>The Journal writes Marten's tables itself: what it leaves there is what Marten would have left.</summary>
public sealed class EventTableTests
{
    private static readonly Instant At = Instant.FromUtc(2026, 3, 1, 4, 0);
    private static readonly NewEvent Look = new(Entries.Look(), At, Entries.Officer, [new LegalBasis("社区矫正法", "29")]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_column_of_events_and_streams_is_as_Marten_writes_it()
    {
        await using StoreHost store = await StoreHost.StartAsync(await StoreHost.NewDatabaseAsync("eventtable"));
        await using (IDocumentSession session = store.Get<IDocumentStore>().LightweightSession())
        {
            EventWriter.Append(session, "access/marten", 0, [Look, Look], "command");
            await session.SaveChangesAsync(Cancellation);
        }

        await using (IDocumentSession session = store.Get<IDocumentStore>().LightweightSession())
        {
            EventWriter.Append(session, "access/marten", 2, [Look], null);
            await session.SaveChangesAsync(Cancellation);
        }

        await CommitAsync(store, new StreamAppend("access/journal", 0, [Look, Look]), new CommandKey("command", "same"));
        await CommitAsync(store, new StreamAppend("access/journal", 2, [Look]), null);

        Assert.Equal(await EventsAsync(store, "access/marten"), await EventsAsync(store, "access/journal"));
        Assert.Equal(await StreamAsync(store, "access/marten"), await StreamAsync(store, "access/journal"));
    }

    [Fact]
    public async Task What_one_transaction_stores_is_numbered_in_the_order_of_its_entry()
    {
        await using StoreHost store = await StoreHost.StartAsync(await StoreHost.NewDatabaseAsync("eventtable"));
        string[] keys = ["access/z", "access/a", "access/m"];

        await store.Journal.CommitAsync(new JournalEntry { Streams = [.. keys.Select(key => new StreamAppend(key, 0, [Look, Look]))] }, Cancellation);

        RecordedEvent[] stored = await store.Get<EventReader>().ReadAsync(new EventQuery(), Cancellation).ToArrayAsync(Cancellation);
        Assert.Equal(keys.SelectMany(key => new[] { (key, 1L), (key, 2L) }), stored.Select(happened => (happened.StreamKey, happened.Version)));
    }

    private static async Task CommitAsync(StoreHost store, StreamAppend append, CommandKey? command) =>
        Assert.IsType<CommitResult.Committed>(await store.Journal.CommitAsync(new JournalEntry { Streams = [append], Command = command }, Cancellation));

    /// <summary>Whole rows but for what is each one's own: number, id, stream and time.</summary>
    private static Task<string[]> EventsAsync(StoreHost store, string key) => RowsAsync(
        store, "select to_jsonb(e) - '{seq_id,id,stream_id,timestamp}'::text[] from correction.mt_events e where stream_id = $1 order by version", key);

    private static Task<string[]> StreamAsync(StoreHost store, string key) => RowsAsync(
        store, "select to_jsonb(s) - '{id,timestamp,created}'::text[] from correction.mt_streams s where id = $1", key);

    private static async Task<string[]> RowsAsync(StoreHost store, string select, string key)
    {
        await using NpgsqlCommand rows = store.Get<NpgsqlDataSource>().CreateCommand(select);
        rows.Parameters.Add(new() { Value = key });
        await using NpgsqlDataReader row = await rows.ExecuteReaderAsync(Cancellation);
        var found = new List<string>();
        while (await row.ReadAsync(Cancellation))
        {
            found.Add(row.GetString(0));
        }

        Assert.NotEmpty(found);
        return [.. found];
    }
}
