using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Access;
using Correction.Store.Journaling;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Correction.Benchmarks;

/// <summary>Commands a second through the Journal, against one <c>SaveChanges</c> per command on the same store.</summary>
internal static class JournalBenchmark
{
    private const int Callers = 512;
    private const int Commands = 40_000;
    private const int BaselineCommands = 2_000;

    public static async Task RunAsync()
    {
        await using BenchmarkHost host = await BenchmarkHost.StartAsync();
        IDocumentStore documents = host.Services.GetRequiredService<IDocumentStore>();
        Journal journal = host.Services.GetRequiredService<Journal>();
        await OneByOneAsync(documents, "warm", 100);
        await ThroughJournalAsync(journal, "warm-journal", 4_000);

        double before = await Figure.PerSecondAsync("one SaveChanges per command", BaselineCommands, () => OneByOneAsync(documents, "a", BaselineCommands));
        double journaled = await Figure.PerSecondAsync("journal", Commands, () => ThroughJournalAsync(journal, "j", Commands));
        double after = await Figure.PerSecondAsync("one SaveChanges per command, again", BaselineCommands, () => OneByOneAsync(documents, "b", BaselineCommands));
        Figure.Print(Figure.Of("journal", journaled, "commands/s", (before + after) / 2));
    }

    private static async Task OneByOneAsync(IDocumentStore documents, string prefix, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await using IDocumentSession session = documents.LightweightSession();
            EventWriter.Append(session, $"access/{prefix}{i}", 0, [Command()], null);
            await session.SaveChangesAsync();
        }
    }

    /// <summary>Commits so many events, each beginning a stream of its own, for many callers at once.</summary>
    public static Task ThroughJournalAsync(Journal journal, string prefix, int count)
    {
        int next = 0;
        return Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            for (int i = Interlocked.Increment(ref next); i <= count; i = Interlocked.Increment(ref next))
            {
                var entry = new JournalEntry { Streams = [new StreamAppend($"access/{prefix}{i}", 0, [Command()])] };
                if (await journal.CommitAsync(entry) is not CommitResult.Committed)
                {
                    throw new InvalidOperationException("A command of the benchmark was not committed.");
                }
            }
        }));
    }

    private static NewEvent Command() => new(
        new PersonalDataViewed(ImmutableArray<SubjectId>.Empty, "board", "hub", null), Instant.FromUnixTimeSeconds(1_790_000_000), Actor.System, []);
}
