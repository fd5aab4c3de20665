using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using Correction.Ledger;
using Correction.Store.Journaling;
using Correction.Store.Ledger;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Correction.Benchmarks;

/// <summary>
/// Events sealed a second against the rate at which the Journal takes them: what follows must be faster than what goes
/// ahead. And how long an inclusion proof takes where the log has ten million leaves, read from the database each time.
/// </summary>
internal static class LedgerBenchmark
{
    private const int Events = 40_000;
    private const long Leaves = 10_000_000;
    private const int Proofs = 2_000;
    private const int LeavesOfACopy = 500_000;

    public static async Task RunAsync()
    {
        await using BenchmarkHost host = await BenchmarkHost.StartAsync(builder => builder.Services.AddSingleton(
            new LedgerOptions(Directory.CreateTempSubdirectory("ledger").FullName) { Period = TimeSpan.FromDays(1) })); // sealed when it is measured
        Journal journal = host.Services.GetRequiredService<Journal>();
        LedgerSealer sealer = host.Services.GetRequiredService<LedgerSealer>();
        await JournalBenchmark.ThroughJournalAsync(journal, "warm", 4_000);
        await sealer.SealAsync();

        double journaled = await Figure.PerSecondAsync("journal", Events, () => JournalBenchmark.ThroughJournalAsync(journal, "j", Events));
        double sealedRate = await Figure.PerSecondAsync("sealed", Events, () => SealAllAsync(sealer));

        NpgsqlDataSource database = host.Services.GetRequiredService<NpgsqlDataSource>();
        LedgerTree tree = host.Services.GetRequiredService<LedgerTree>();
        await GrowAsync(database);
        double[] milliseconds = await ProveAsync(tree, await tree.Of(Leaves).RootAsync(Leaves));
        Figure.Print(
            Figure.Of("ledger-sealed", sealedRate, "events/s", journaled),
            Figure.Of("ledger-proof-p50", Figure.Percentile(milliseconds, 0.5), "ms"),
            Figure.Of("ledger-proof-p99", Figure.Percentile(milliseconds, 0.99), "ms"));
    }

    private static async Task SealAllAsync(LedgerSealer sealer)
    {
        if (await sealer.SealAsync() is var count && count != Events)
        {
            throw new InvalidOperationException($"{count} of {Events} events were sealed.");
        }
    }

    /// <summary>A log of that size in place of the small one: leaves that no event stands behind, for proofs ask only for hashes.</summary>
    private static async Task GrowAsync(NpgsqlDataSource database)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync();
        await using (NpgsqlCommand empty = new("truncate correction.ledger_leaf, correction.ledger_node, correction.ledger_checkpoint", connection))
        {
            await empty.ExecuteNonQueryAsync();
        }

        TileFrontier edge = TileFrontier.Resume(0, []);
        for (long first = 0; first < Leaves; first += LeavesOfACopy)
        {
            var nodes = new List<TileNode>();
            await using (NpgsqlBinaryImporter leaves = await connection.BeginBinaryImportAsync("copy correction.ledger_leaf (index, sequence, stream_id, version, hash) from stdin (format binary)"))
            {
                for (long leaf = first; leaf < first + LeavesOfACopy; leaf++)
                {
                    byte[] hash = HashOf(leaf);
                    await leaves.StartRowAsync();
                    await leaves.WriteAsync(leaf, NpgsqlDbType.Bigint);
                    await leaves.WriteAsync(leaf + 1, NpgsqlDbType.Bigint);
                    await leaves.WriteAsync("subject/0", NpgsqlDbType.Text);
                    await leaves.WriteAsync(leaf + 1, NpgsqlDbType.Bigint);
                    await leaves.WriteAsync(hash, NpgsqlDbType.Bytea);
                    nodes.AddRange(edge.Append(hash));
                }

                await leaves.CompleteAsync();
            }

            await using NpgsqlBinaryImporter copy = await connection.BeginBinaryImportAsync("copy correction.ledger_node (level, index, hash) from stdin (format binary)");
            foreach (TileNode node in nodes)
            {
                await copy.StartRowAsync();
                await copy.WriteAsync((short)node.Level, NpgsqlDbType.Smallint);
                await copy.WriteAsync(node.Index, NpgsqlDbType.Bigint);
                await copy.WriteAsync(node.Hash, NpgsqlDbType.Bytea);
            }

            await copy.CompleteAsync();
        }

        await using NpgsqlCommand analyze = new("vacuum analyze correction.ledger_leaf, correction.ledger_node", connection) { CommandTimeout = 0 };
        await analyze.ExecuteNonQueryAsync();
    }

    /// <summary>Proofs of leaves all over the log, each of a tree that knows nothing yet, and each checked.</summary>
    private static async Task<double[]> ProveAsync(LedgerTree tree, byte[] root)
    {
        const long Stride = 6_180_339; // near the golden section of the log: no two are neighbours
        var milliseconds = new double[Proofs];
        for (int number = 0; number < Proofs; number++)
        {
            long leaf = number * Stride % Leaves;
            long begun = Stopwatch.GetTimestamp();
            ImmutableArray<byte[]> path = await tree.Of(Leaves).InclusionAsync(leaf);
            milliseconds[number] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            if (!MerkleProof.Includes(leaf, HashOf(leaf), Leaves, path, root))
            {
                throw new InvalidOperationException($"The proof of leaf {leaf} does not hold.");
            }
        }

        return milliseconds[(Proofs / 10)..]; // the first were compiled on the way
    }

    private static byte[] HashOf(long leaf) => SHA256.HashData(BitConverter.GetBytes(leaf));
}
