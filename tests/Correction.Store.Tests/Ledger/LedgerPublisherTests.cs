using System.Text;
using Correction.Ledger;
using Correction.Store.Journaling;
using Correction.Store.Ledger;
using Correction.Store.Objects;
using Correction.Store.Tests.Objects;
using Correction.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Correction.Store.Tests.Ledger;

/// <summary>A published log is whole at every moment, continues itself, and is never replaced by another.</summary>
public abstract class LedgerPublisherTests : IDisposable
{
    private readonly TemporaryDirectory _keys = new();

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract IObjectStore Objects { get; }

    public virtual void Dispose()
    {
        _keys.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_was_published_later_continues_what_was_published_before_by_the_published_hashes_alone()
    {
        string database = await StoreHost.NewDatabaseAsync("published");
        await using StoreHost one = await StartAsync(database), two = await StartAsync(database);
        await GrowAsync(one, 300);
        Assert.Contains(300L, (await Task.WhenAll(PublishAsync(one), PublishAsync(two))).OfType<long>()); // one at a time, or one after the other
        await AssertPublishedAsync(300);
        await GrowAsync(two, 250);
        Assert.Equal(550, await PublishAsync(two));
        Assert.Equal(550, await PublishAsync(one)); // nothing new

        Checkpoint old = await NoteAsync(LedgerPublisher.NameOf(300)), now = await AssertPublishedAsync(550);
        var whole = new TiledTree(now.Size, async (tiles, cancellation) => await Task.WhenAll(tiles.Select(async tile => new ReadOnlyMemory<byte>(await Objects.ReadAsync(tile.ToString(), cancellation)))));
        Assert.True(MerkleProof.Extends(old.Size, old.Root, now.Size, now.Root, await whole.ConsistencyAsync(old.Size, Cancellation)));
        Assert.Null(await Objects.OpenAsync("tile/entries/000", Cancellation)); // events are for those whose right was checked
    }

    [Fact]
    public async Task Wherever_it_breaks_off_no_reader_sees_a_checkpoint_without_its_hashes_and_the_next_round_finishes()
    {
        var failing = new FailingObjects(Objects);
        await using StoreHost host = await StartAsync(objects: failing);
        await GrowAsync(host, 270);
        Assert.Equal(270, await PublishAsync(host));
        await GrowAsync(host, 270);
        int written = 0;
        for (bool done = false; !done; written++)
        {
            failing.PutsLeft = written;
            done = await TryPublishAsync(host);
            await AssertPublishedAsync(done ? 540 : 270);
            failing.PutsLeft = 0; // what a repeat finds written already, it writes no second time
        }

        Assert.True(written > 3, "Tiles, keys and checkpoints are several objects.");
    }

    [Fact]
    public async Task Where_other_hashes_stand_under_a_name_nothing_is_published_and_the_name_is_told()
    {
        await using StoreHost host = await StartAsync();
        await GrowAsync(host, 10);
        await PublishAsync(host);
        await Objects.PutAsync("tile/0/000", new byte[256 * 32], "application/octet-stream", Cancellation);
        await GrowAsync(host, 290);

        LedgerConflictException conflict = await Assert.ThrowsAsync<LedgerConflictException>(() => PublishAsync(host));
        Assert.Equal("tile/0/000", conflict.Name);
        Assert.Equal(new byte[256 * 32], await Objects.ReadAsync("tile/0/000", Cancellation));
        await AssertPublishedAsync(10);
    }

    [Fact]
    public async Task A_log_that_was_begun_anew_with_the_same_key_is_not_published_over_the_old_one()
    {
        await using StoreHost host = await StartAsync();
        await GrowAsync(host, 300);
        await PublishAsync(host);
        Checkpoint honest = await AssertPublishedAsync(300);
        await ExecuteAsync(host, "truncate correction.ledger_leaf, correction.ledger_node, correction.ledger_checkpoint");
        await ExecuteAsync(host, "update correction.mt_events set headers = jsonb_set(headers, '{account}', '\"nobody\"') where seq_id = 5");
        await GrowAsync(host, 20);

        LedgerConflictException conflict = await Assert.ThrowsAsync<LedgerConflictException>(() => PublishAsync(host));
        Assert.Equal("checkpoint", conflict.Name);
        Assert.Equal(honest.Root, (await AssertPublishedAsync(300)).Root);
    }

    [Fact]
    public async Task A_key_that_came_signs_what_is_published_too()
    {
        await using StoreHost host = await StartAsync();
        await GrowAsync(host, 3);
        await PublishAsync(host);
        SignerKey next = new KeyDirectory(_keys.Path).Make((await NoteAsync("checkpoint")).Origin);
        await host.Get<LedgerSealer>().SealAsync(Cancellation);
        await PublishAsync(host);
        await AssertPublishedAsync(3);
        Assert.True(SignedNote.Parse(await TextAsync("checkpoint")).IsSignedBy([next.Verifier]));
        Assert.Contains(next.Verifier.ToString(), await TextAsync("key"), StringComparison.Ordinal);
        Assert.True(SignedNote.Parse(await TextAsync($"endorsement/{next.Verifier.IdText}")).IsSignedBy([VerifierKey.Parse((await TextAsync("key")).Split('\n')[0])]));
    }

    protected async Task<StoreHost> StartAsync(string? database = null, IObjectStore? objects = null) => await StoreHost.StartAsync(
        database ?? await StoreHost.NewDatabaseAsync("published"),
        services => services.AddSingleton(new LedgerOptions(_keys.Path) { Period = TimeSpan.FromHours(1), Published = objects ?? Objects, PublishPeriod = TimeSpan.FromHours(1) }));

    protected static Task<long?> PublishAsync(StoreHost host) => host.Get<LedgerPublisher>().PublishAsync(Cancellation);

    protected static async Task GrowAsync(StoreHost host, int events)
    {
        string stream = $"access/{Guid.CreateVersion7():N}";
        for (int version = 0; version < events; version++)
        {
            Assert.IsType<CommitResult.Committed>(await host.Journal.CommitAsync(Entries.Append(stream, version), Cancellation));
        }

        await host.Get<LedgerSealer>().SealAsync(Cancellation);
    }

    /// <summary>As a watcher reads it: from published objects alone.</summary>
    protected async Task<Checkpoint> AssertPublishedAsync(long size)
    {
        Checkpoint published = await NoteAsync("checkpoint");
        Assert.Equal(size, published.Size);
        Assert.True(published.IsSame(await NoteAsync(LedgerPublisher.NameOf(size))));
        var levels = new Dictionary<int, List<byte[]>>();
        foreach (Tile tile in Tile.Of(size))
        {
            byte[] hashes = Assert.IsType<byte[]>(await Objects.ReadAsync(tile.ToString(), Cancellation));
            Assert.Equal(tile.Width * MerkleTree.HashLength, hashes.Length);
            List<byte[]> level = levels.TryGetValue(tile.Level!.Value, out List<byte[]>? begun) ? begun : levels[tile.Level.Value] = [];
            level.AddRange(hashes.Chunk(MerkleTree.HashLength));
        }

        Assert.Equal(published.Root, MerkleTree.Root([.. levels[0]]));
        foreach ((int level, List<byte[]> nodes) in levels.Where(level => level.Key > 0))
        {
            Assert.Equal(levels[level - 1].Chunk(Tile.FullWidth).Where(tile => tile.Length == Tile.FullWidth).Select(tile => MerkleTree.Root(tile)), nodes);
        }

        return published;
    }

    private static async Task<bool> TryPublishAsync(StoreHost host)
    {
        try
        {
            return await PublishAsync(host) is not null;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task<Checkpoint> NoteAsync(string name)
    {
        SignedNote note = SignedNote.Parse(await TextAsync(name));
        Assert.True(note.IsSignedBy([.. (await TextAsync("key")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(VerifierKey.Parse)]));
        return Checkpoint.Parse(note.Text);
    }

    private async Task<string> TextAsync(string name) => Encoding.UTF8.GetString(Assert.IsType<byte[]>(await Objects.ReadAsync(name, Cancellation)));

    private static async Task ExecuteAsync(StoreHost host, string statement)
    {
        await using NpgsqlCommand command = host.Get<NpgsqlDataSource>().CreateCommand(statement);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}

public sealed class LedgerInFolderTests : LedgerPublisherTests
{
    private readonly TemporaryDirectory _directory = new();

    protected override IObjectStore Objects => new FolderObjects(_directory.Path);

    public override void Dispose()
    {
        base.Dispose();
        _directory.Dispose();
    }
}

public sealed class LedgerInS3Tests : LedgerPublisherTests, IAsyncLifetime
{
    private S3Server _server = null!;
    private S3Objects _objects = null!;

    protected override IObjectStore Objects => _objects;

    public async ValueTask InitializeAsync()
    {
        _server = await S3Server.StartAsync();
        _objects = new S3Objects(_server.Options.At("ledger/"));
    }

    public async ValueTask DisposeAsync()
    {
        _objects.Dispose();
        await _server.DisposeAsync();
        Dispose();
    }

    [Fact]
    public async Task While_the_storage_is_down_the_log_is_sealed_and_signed_as_ever_and_published_when_it_is_back()
    {
        await using StoreHost host = await StartAsync();
        await GrowAsync(host, 3);
        await PublishAsync(host);
        await _server.StopAsync();
        await GrowAsync(host, 4);
        await Assert.ThrowsAnyAsync<Exception>(() => PublishAsync(host));
        Assert.Equal(7, Checkpoint.Parse((await host.Get<LedgerCheckpoints>().LatestAsync(Cancellation))!.Text).Size);
        await _server.RunAsync();
        await PublishAsync(host);
        await AssertPublishedAsync(7);
    }
}
