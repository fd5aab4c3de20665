using System.Collections.Concurrent;
using System.Collections.Immutable;
using Correction.Store.Journaling;
using Correction.Store.Reading;

namespace Correction.Store.Tests.Journaling;

/// <summary>Two hosts write to the same streams of one database at once, as two activations of one grain would.</summary>
public sealed class TwoJournalsTests
{
    private const int Streams = 8;
    private const int Writes = 25;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Conflicting_writers_hear_of_each_other_and_every_acknowledged_entry_is_stored_once()
    {
        string database = await StoreHost.NewDatabaseAsync("twojournals");
        await using StoreHost one = await StoreHost.StartAsync(database);
        await using StoreHost two = await StoreHost.StartAsync(database);
        var acknowledged = new ConcurrentBag<string>();
        int conflicts = 0;

        await Task.WhenAll(from host in (StoreHost[])[one, two] from stream in Enumerable.Range(0, Streams) select WriteAsync(host, stream));

        for (int stream = 0; stream < Streams; stream++)
        {
            ImmutableArray<RecordedEvent> events = await one.Get<EventReader>().ReadStreamAsync(Key(stream), Cancellation);
            Assert.Equal(Enumerable.Range(1, 2 * Writes).Select(version => (long)version), events.Select(happened => happened.Version));
            Assert.Equal(2 * Writes, events.Select(happened => happened.CommandId).Distinct().Count());
            Assert.All(events, happened => Assert.Contains(happened.CommandId, acknowledged));
        }

        Assert.Equal(2 * Writes * Streams, acknowledged.Count);
        Assert.True(conflicts > 0, "the two never met");

        async Task WriteAsync(StoreHost host, int stream)
        {
            for (int write = 0; write < Writes; write++)
            {
                var command = new CommandKey($"{(host == one ? 1 : 2)}/{stream}/{write}", "same");
                while (await AppendAsync(host, stream, command) is CommitResult.Conflict)
                {
                    Interlocked.Increment(ref conflicts);
                }

                acknowledged.Add(command.Id);
            }
        }
    }

    [Fact]
    public async Task One_command_sent_to_both_hosts_at_once_is_stored_once()
    {
        string database = await StoreHost.NewDatabaseAsync("twojournals");
        await using StoreHost one = await StoreHost.StartAsync(database);
        await using StoreHost two = await StoreHost.StartAsync(database);

        for (int round = 0; round < 20; round++)
        {
            var command = new CommandKey($"twice/{round}", "same");
            CommitResult[] results = await Task.WhenAll(UntilNoConflictAsync(one, command), UntilNoConflictAsync(two, command));
            Assert.Single(results.OfType<CommitResult.Committed>());
            Assert.Single(results.OfType<CommitResult.Repeated>());
        }

        Assert.Equal(20, (await one.Get<EventReader>().ReadStreamAsync(Key(0), Cancellation)).Length);
    }

    private static string Key(int stream) => $"access/{stream}";

    private static async Task<CommitResult> UntilNoConflictAsync(StoreHost host, CommandKey command)
    {
        while (true)
        {
            if (await AppendAsync(host, 0, command) is not CommitResult.Conflict and var result)
            {
                return result;
            }
        }
    }

    /// <summary>As a grain does: look where the stream stands, then append there.</summary>
    private static async Task<CommitResult> AppendAsync(StoreHost host, int stream, CommandKey command)
    {
        ImmutableArray<RecordedEvent> before = await host.Get<EventReader>().ReadStreamAsync(Key(stream), Cancellation);
        return await host.Journal.CommitAsync(Entries.Append(Key(stream), before.Length, command), Cancellation);
    }
}
