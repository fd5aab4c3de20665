using System.Collections.Concurrent;
using System.Collections.Immutable;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using Correction.Store.Tracks;
using Correction.Testing;
using Marten;
using NodaTime;
using Npgsql;

namespace Correction.Store.Tests.Journaling;

public sealed class JournalTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Concurrent_writers_of_many_streams_are_each_stored_once_and_gapless()
    {
        await using StoreHost store = await StoreHost.StartAsync(await PostgresServer.Shared());
        const int Streams = 100, Each = 10;

        await Task.WhenAll(Enumerable.Range(0, Streams).Select(async stream =>
        {
            for (int version = 0; version < Each; version++)
            {
                Assert.IsType<CommitResult.Committed>(await store.Journal.CommitAsync(Entries.Append($"access/{stream}", version), Cancellation));
            }
        }));

        for (int stream = 0; stream < Streams; stream++)
        {
            ImmutableArray<RecordedEvent> events = await store.Get<EventReader>().ReadStreamAsync($"access/{stream}", Cancellation);
            Assert.Equal(Enumerable.Range(1, Each).Select(version => (long)version), events.Select(happened => happened.Version));
        }
    }

    [Fact]
    public async Task A_stale_command_fails_alone_and_its_batch_is_stored()
    {
        await using StoreHost store = await StoreHost.StartAsync(await PostgresServer.Shared());
        await store.Journal.CommitAsync(Entries.Append("access/guilty", 0), Cancellation);

        CommitResult[] results = await Task.WhenAll(Enumerable.Range(0, 50).Select(
            stream => store.Journal.CommitAsync(stream == 20 ? Entries.Append("access/guilty", 0) : Entries.Append($"access/{stream}", 0), Cancellation)));

        Assert.Equal("access/guilty", Assert.IsType<CommitResult.Conflict>(results[20]).StreamKey);
        Assert.Equal(49, results.OfType<CommitResult.Committed>().Count());
        Assert.Single(await store.Get<EventReader>().ReadStreamAsync("access/guilty", Cancellation));
    }

    [Fact]
    public async Task A_repeated_command_is_stored_once_and_tells_what_the_first_led_to()
    {
        await using StoreHost store = await StoreHost.StartAsync(await PostgresServer.Shared());
        var command = new CommandKey("once", "same");

        CommitResult first = await store.Journal.CommitAsync(Entries.Append("access/a", 0, command), Cancellation);
        CommitResult second = await store.Journal.CommitAsync(Entries.Append("access/a", 1, command), Cancellation);

        Assert.IsType<CommitResult.Committed>(first);
        Assert.Equal(new CommandReceipt("once", "same", "access/a", 0, 1), Assert.IsType<CommitResult.Repeated>(second).Receipt);
        Assert.Single(await store.Get<EventReader>().ReadStreamAsync("access/a", Cancellation));
    }

    [Fact]
    public async Task Beyond_its_bound_the_journal_turns_callers_away_and_stores_nothing_of_them()
    {
        await using StoreHost store = await StoreHost.StartAsync(
            await PostgresServer.Shared(),
            services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton(
                services, new JournalOptions { Capacity = 4, BatchEntries = 1, Patience = TimeSpan.FromMilliseconds(1) }));

        var outcomes = new ConcurrentBag<bool>();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async stream =>
        {
            try
            {
                await store.Journal.CommitAsync(Entries.Append($"access/{stream}", 0), Cancellation);
                outcomes.Add(true);
            }
            catch (JournalOverloadedException)
            {
                outcomes.Add(false);
            }
        }));

        long stored = await store.Get<EventReader>().ReadAsync(new EventQuery(), Cancellation).LongCountAsync(Cancellation);
        Assert.Contains(false, outcomes);
        Assert.Equal(outcomes.Count(taken => taken), stored);
    }

    [Fact]
    public async Task While_the_database_crashes_and_returns_every_acknowledged_entry_is_stored_once()
    {
        await using PostgresServer server = await PostgresServer.StartOwnAsync();
        await using StoreHost store = await StoreHost.StartAsync(server);
        var acknowledged = new ConcurrentDictionary<int, int>();
        using var enough = new CancellationTokenSource();

        Task[] writers = [.. Enumerable.Range(0, 20).Select(async stream =>
        {
            for (int version = 0; !enough.IsCancellationRequested; version++)
            {
                Assert.IsType<CommitResult.Committed>(await store.Journal.CommitAsync(Entries.Append($"access/{stream}", version), Cancellation));
                acknowledged[stream] = version + 1;
            }
        })];
        for (int crash = 0; crash < 3; crash++)
        {
            int before = acknowledged.Values.Sum();
            Task progress = Eventually.Until(() => Task.FromResult(acknowledged.Values.Sum() > before + 200), "200 more acknowledged entries");
            await await Task.WhenAny([progress, .. writers]); // a writer that fails says why
            await server.RestartAsync();
        }

        await enough.CancelAsync();
        await Task.WhenAll(writers);

        for (int stream = 0; stream < 20; stream++)
        {
            ImmutableArray<RecordedEvent> events = await store.Get<EventReader>().ReadStreamAsync($"access/{stream}", Cancellation);
            Assert.Equal(Enumerable.Range(1, acknowledged[stream]).Select(version => (long)version), events.Select(happened => happened.Version));
        }
    }

    [Fact]
    public async Task A_fix_for_a_slot_that_another_host_has_sealed_is_stored_all_the_same()
    {
        await using StoreHost store = await StoreHost.StartAsync(await PostgresServer.Shared());
        Instant now = store.Get<IClock>().GetCurrentInstant();
        var options = store.Get<SealingOptions>();
        var elsewhere = new InboxPartitions(store.Get<NpgsqlDataSource>(), options);
        var sealer = new Sealer(store.Get<IDocumentStore>(), store.Get<NpgsqlDataSource>(), elsewhere, store.Get<SealedTracks>(), options, store.Get<IClock>());
        await store.Journal.CommitAsync(Entries.Fix(now), Cancellation);
        await sealer.SealBeforeAsync(elsewhere.SlotAt(now) + 2, Cancellation);

        CommitResult late = await store.Journal.CommitAsync(Entries.Fix(now + Duration.FromSeconds(1)), Cancellation);

        Assert.IsType<CommitResult.Committed>(late);
        Assert.Equal(2, (await store.Get<TrackReader>().LatestAsync([Entries.Subject], Cancellation))[Entries.Subject].Length);
    }
}
