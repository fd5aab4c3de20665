using Correction.Ledger;
using Correction.Store.Journaling;
using Correction.Store.Ledger;
using Correction.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Correction.Store.Tests.Ledger;

/// <summary>The ledger holds every committed event once, in the order of sequences, whatever happens meanwhile.</summary>
public sealed class LedgerSealerTests : IDisposable
{
    /// <summary>Who has asked for the holders of numbers; it is asked after the last number was read. This statement does not find itself.</summary>
    private const string Waiting = "select pid::bigint from pg_stat_activity where datname = current_database() and query like '%select virtual' || 'transaction from pg_locks%'";

    private readonly TemporaryDirectory _keys = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _keys.Dispose();

    [Fact]
    public async Task While_two_hosts_write_and_seal_every_event_becomes_one_leaf_in_the_order_of_sequences()
    {
        string database = await StoreHost.NewDatabaseAsync("ledger");
        await using StoreHost one = await StartAsync(database), two = await StartAsync(database);
        using var enough = new CancellationTokenSource();
        Task[] sealing = [.. ((StoreHost[])[one, two]).Select(async host =>
        {
            while (!enough.IsCancellationRequested)
            {
                await host.Get<LedgerSealer>().SealAsync(Cancellation);
            }
        })];
        await Task.WhenAll(from host in (StoreHost[])[one, two] from stream in Enumerable.Range(0, 20) select WriteAsync(host, $"access/{(host == one ? 1 : 2)}-{stream}", 40));
        await enough.CancelAsync();
        await Task.WhenAll(sealing);
        await one.Get<LedgerSealer>().SealAsync(Cancellation);

        Assert.Equal(1_600, await one.Get<LedgerTree>().SizeAsync(Cancellation));
        Assert.Equal(
            await ColumnAsync(one, "select seq_id from correction.mt_events order by seq_id"),
            await ColumnAsync(one, "select sequence from correction.ledger_leaf order by index"));
        await AssertSignedAsync(one, 1_600);
    }

    [Fact]
    public async Task A_number_that_is_out_is_waited_for_and_one_that_was_rolled_back_is_a_gap_for_good()
    {
        await using StoreHost host = await StartAsync();
        await WriteAsync(host, "access/before", 3);
        await using NpgsqlConnection slow = await host.Get<NpgsqlDataSource>().OpenConnectionAsync(Cancellation);
        await using NpgsqlTransaction transaction = await slow.BeginTransactionAsync(Cancellation);
        await using (NpgsqlCommand take = new("select nextval('correction.mt_events_sequence')", slow))
        {
            await take.ExecuteScalarAsync(Cancellation);
        }

        await WriteAsync(host, "access/after", 3); // committed, with numbers beyond the one that is out
        Task<int> sealing = host.Get<LedgerSealer>().SealAsync(Cancellation);
        await Eventually.Until(async () => await ColumnAsync(host, Waiting) is not [], "the sealer has read the last number and waits");
        await WriteAsync(host, "access/later", 3); // the writers go on meanwhile
        Assert.False(sealing.IsCompleted);
        Assert.Equal(0, await host.Get<LedgerTree>().SizeAsync(Cancellation));

        await transaction.RollbackAsync(Cancellation);
        Assert.Equal(6, await sealing.WaitAsync(TimeSpan.FromSeconds(30), Cancellation));
        Assert.Equal(3, await host.Get<LedgerSealer>().SealAsync(Cancellation));

        var places = await host.Get<LedgerLeaves>().PlacesAsync(Enumerable.Range(0, 20).Select(sequence => (long)sequence), 9, Cancellation);
        List<long> sequences = await ColumnAsync(host, "select sequence from correction.ledger_leaf order by index");
        Assert.Equal(sequences.Index().Select(leaf => (leaf.Item, (long)leaf.Index)), places.OrderBy(found => found.Key).Select(found => (found.Key, found.Value))); // the gap is nowhere
    }

    [Fact]
    public async Task Built_again_from_the_events_it_is_the_same_tree_whatever_the_steps()
    {
        string database = await StoreHost.NewDatabaseAsync("ledger");
        byte[] root;
        await using (StoreHost host = await StartAsync(database))
        {
            await WriteAsync(host, "access/a", 300);
            await host.Get<LedgerSealer>().SealAsync(Cancellation);
            await WriteAsync(host, "access/b", 300);
            await host.Get<LedgerSealer>().SealAsync(Cancellation);
            root = (await AssertSignedAsync(host, 600)).Root;
        }

        await using StoreHost again = await StartAsync(database, batch: 77);
        await ExecuteAsync(again, "truncate correction.ledger_leaf, correction.ledger_node, correction.ledger_checkpoint");
        await again.Get<LedgerSealer>().SealAsync(Cancellation);
        Assert.Equal(root, (await AssertSignedAsync(again, 600)).Root);
    }

    [Theory]
    [InlineData("update correction.ledger_leaf set hash = sha256(hash) where index = 270")]
    [InlineData("delete from correction.ledger_leaf where index >= 200")]
    public async Task Where_the_tables_are_no_longer_what_was_signed_nothing_is_signed(string tampering)
    {
        string database = await StoreHost.NewDatabaseAsync("ledger");
        await using (StoreHost host = await StartAsync(database))
        {
            await WriteAsync(host, "access/a", 300);
            await host.Get<LedgerSealer>().SealAsync(Cancellation);
            await ExecuteAsync(host, tampering);
            await ExecuteAsync(host, "delete from correction.mt_events where seq_id > 200");
        }

        await using StoreHost again = await StartAsync(database);
        await WriteAsync(again, "access/b", 1);
        await Assert.ThrowsAsync<InvalidDataException>(() => again.Get<LedgerSealer>().SealAsync(Cancellation));
        await AssertSizeAsync(again, 300);
    }

    [Fact]
    public async Task A_key_that_is_added_signs_beside_the_old_one_and_alone_when_that_is_taken_away()
    {
        await using StoreHost host = await StartAsync();
        await host.Get<LedgerSealer>().SealAsync(Cancellation);
        string old = Assert.Single(Directory.GetFiles(_keys.Path, "*.key"));
        SignerKey first = SignerKey.Parse(await File.ReadAllTextAsync(old, Cancellation));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(old));
        }

        SignerKey next = new KeyDirectory(_keys.Path).Make(first.Verifier.Name);
        await host.Get<LedgerSealer>().SealAsync(Cancellation);
        Assert.True(await IsSignedAsync(host, first) && await IsSignedAsync(host, next));

        File.Delete(old);
        await host.Get<LedgerSealer>().SealAsync(Cancellation);
        Assert.True(await IsSignedAsync(host, next) && !await IsSignedAsync(host, first));
    }

    [Fact]
    public async Task A_host_without_the_logs_key_seals_what_comes_and_signs_nothing()
    {
        string database = await StoreHost.NewDatabaseAsync("ledger");
        await using (StoreHost host = await StartAsync(database))
        {
            await host.Get<LedgerSealer>().SealAsync(Cancellation);
        }

        using var elsewhere = new TemporaryDirectory();
        await using StoreHost stranger = await StoreHost.StartAsync(
            database, services => services.AddSingleton(new LedgerOptions(elsewhere.Path) { Period = TimeSpan.FromHours(1) }));
        await WriteAsync(stranger, "access/a", 2);
        Assert.Equal(2, await stranger.Get<LedgerSealer>().SealAsync(Cancellation));
        await AssertSizeAsync(stranger, 0);
        Assert.Empty(Directory.EnumerateFileSystemEntries(elsewhere.Path));
    }

    private async Task<StoreHost> StartAsync(string? database = null, int batch = 100) => await StoreHost.StartAsync(
        database ?? await StoreHost.NewDatabaseAsync("ledger"),
        services => services.AddSingleton(new LedgerOptions(_keys.Path) { Period = TimeSpan.FromHours(1), Batch = batch }));

    private static async Task WriteAsync(StoreHost host, string stream, int events)
    {
        for (int version = 0; version < events; version++)
        {
            Assert.IsType<CommitResult.Committed>(await host.Journal.CommitAsync(Entries.Append(stream, version), Cancellation));
        }
    }

    private static async Task<Checkpoint> AssertSignedAsync(StoreHost host, long size)
    {
        Checkpoint checkpoint = await AssertSizeAsync(host, size);
        Assert.Equal(checkpoint.Root, await host.Get<LedgerTree>().Of(size).RootAsync(size, Cancellation));
        return checkpoint;
    }

    private static async Task<Checkpoint> AssertSizeAsync(StoreHost host, long size)
    {
        SignedNote note = Assert.IsType<SignedNote>(await host.Get<LedgerCheckpoints>().LatestAsync(Cancellation));
        Checkpoint checkpoint = Checkpoint.Parse(note.Text);
        Assert.Equal(size, checkpoint.Size);
        return checkpoint;
    }

    private static async Task<bool> IsSignedAsync(StoreHost host, SignerKey key) =>
        (await host.Get<LedgerCheckpoints>().LatestAsync(Cancellation))!.IsSignedBy([key.Verifier]);

    private static async Task ExecuteAsync(StoreHost host, string statement)
    {
        await using NpgsqlCommand command = host.Get<NpgsqlDataSource>().CreateCommand(statement);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private static async Task<List<long>> ColumnAsync(StoreHost host, string query)
    {
        await using NpgsqlCommand command = host.Get<NpgsqlDataSource>().CreateCommand(query);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(Cancellation);
        var numbers = new List<long>();
        while (await row.ReadAsync(Cancellation))
        {
            numbers.Add(row.GetInt64(0));
        }

        return numbers;
    }
}
