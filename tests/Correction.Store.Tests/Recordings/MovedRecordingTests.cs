using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Store.Journaling;
using Correction.Store.Objects;
using Correction.Store.Recordings;
using Correction.Store.Tests.Objects;
using Correction.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Correction.Store.Tests.Recordings;

/// <summary>A sealed recording in object storage is the same evidence, and at no moment is it nowhere.</summary>
public sealed class MovedRecordingTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _data = new();
    private readonly Guid _visit = Guid.CreateVersion7();
    private S3Server _server = null!;
    private S3Objects _s3 = null!;
    private FailingObjects _objects = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await S3Server.StartAsync();
        _s3 = new S3Objects(_server.Options.At("recordings/"));
        _objects = new FailingObjects(_s3);
    }

    public async ValueTask DisposeAsync()
    {
        _s3.Dispose();
        await _server.DisposeAsync();
        _data.Dispose();
    }

    [Fact]
    public async Task Given_a_seal_that_is_an_event_When_moved_Then_the_storage_alone_has_it_and_plays_it_with_the_events_hash()
    {
        await using StoreHost host = await StartAsync();
        string hash = await SealAsync(host);
        Assert.True(await MoveAsync(host));

        Assert.Equal([$"recordings/{_visit:N}/family-a.webm", $"recordings/{_visit:N}/manifest.json", $"recordings/{_visit:N}/prison-b.webm"], _server.Names);
        Assert.Empty(Directory.EnumerateFiles(_data.Path, "*", SearchOption.AllDirectories));
        await AssertWholeAsync(host, hash);
        Assert.Empty(host.Get<RecordingMove>().Here());
        Assert.False(await MoveAsync(host));
    }

    [Fact]
    public async Task Given_a_seal_that_is_no_event_yet_When_moved_Then_nothing_happens()
    {
        await using StoreHost host = await StartAsync();
        await RecordAsync(host);
        Assert.NotNull(await host.Get<RecordingArchive>().SealAsync(_visit, Cancellation));
        Assert.False(await MoveAsync(host));
        Assert.Empty(_server.Names);
    }

    [Fact]
    public async Task Wherever_a_move_breaks_off_the_recording_is_whole_and_the_next_move_sends_only_what_is_missing()
    {
        await using StoreHost host = await StartAsync();
        string hash = await SealAsync(host);
        for (int puts = 0; puts < 3; puts++)
        {
            _objects.PutsLeft = puts == 0 ? 0 : 1;
            await Assert.ThrowsAsync<IOException>(() => MoveAsync(host));
            await AssertWholeAsync(host, hash);
        }

        _objects.PutsLeft = int.MaxValue;
        Assert.True(await MoveAsync(host));
        await AssertWholeAsync(host, hash);
        Assert.Equal(_objects.Put.Distinct(), _objects.Put);
    }

    [Fact]
    public async Task Given_a_host_that_died_between_the_storage_and_its_own_files_When_moved_again_Then_these_go_and_nothing_is_sent_twice()
    {
        await using StoreHost host = await StartAsync();
        string hash = await SealAsync(host);
        string folder = Path.Combine(_data.Path, $"{_visit:N}");
        byte[] manifest = await File.ReadAllBytesAsync(Path.Combine(folder, "manifest.json"), Cancellation), part = await File.ReadAllBytesAsync(Path.Combine(folder, "prison-b.webm"), Cancellation);
        await MoveAsync(host);
        Directory.CreateDirectory(folder);
        await File.WriteAllBytesAsync(Path.Combine(folder, "manifest.json"), manifest, Cancellation); // as it stood with one part gone already
        await File.WriteAllBytesAsync(Path.Combine(folder, "prison-b.webm"), part, Cancellation);

        await AssertWholeAsync(host, hash);
        Assert.Equal([_visit], host.Get<RecordingMove>().Here());
        Assert.True(await MoveAsync(host));
        Assert.Equal(3, _objects.Put.Count);
        Assert.Empty(Directory.EnumerateFiles(_data.Path, "*", SearchOption.AllDirectories));
        await AssertWholeAsync(host, hash);
    }

    [Fact]
    public async Task Given_a_storage_that_keeps_other_bytes_When_moved_Then_everything_stays_here_and_the_file_is_named()
    {
        await using StoreHost host = await StartAsync();
        string hash = await SealAsync(host);
        _objects.Spoils = true;
        InvalidDataException failure = await Assert.ThrowsAsync<InvalidDataException>(() => MoveAsync(host));
        Assert.Contains(".webm does not come back", failure.Message, StringComparison.Ordinal);
        await AssertWholeAsync(host, hash);
        _objects.Spoils = false;
        Assert.True(await MoveAsync(host));
        await AssertWholeAsync(host, hash);
    }

    [Fact]
    public async Task Given_a_byte_changed_in_the_storage_When_verified_Then_the_file_is_named()
    {
        await using StoreHost host = await StartAsync();
        await SealAsync(host);
        await MoveAsync(host);
        byte[] bytes = (await _s3.ReadAsync($"{_visit:N}/family-a.webm", Cancellation))!;
        bytes[^1] ^= 1;
        await _s3.PutAsync($"{_visit:N}/family-a.webm", bytes, "video/webm", Cancellation);
        Assert.Equal(["family-a.webm"], await host.Get<RecordingArchive>().VerifyAsync((await host.Get<RecordingArchive>().FindAsync(_visit, Cancellation))!, Cancellation));
    }

    [Fact]
    public async Task Given_a_storage_that_is_down_When_a_visit_ends_Then_it_is_sealed_and_played_from_here_and_moved_later()
    {
        await using StoreHost host = await StartAsync();
        await _server.StopAsync();
        string hash = await SealAsync(host);
        await Assert.ThrowsAnyAsync<Exception>(() => MoveAsync(host));
        await AssertWholeAsync(host, hash);
        await _server.RunAsync();
        Assert.True(await MoveAsync(host));
        await AssertWholeAsync(host, hash);
    }

    [Fact]
    public async Task Given_a_moved_recording_When_a_program_reads_a_part_Then_it_is_fetched_and_goes_afterwards()
    {
        await using StoreHost host = await StartAsync();
        await SealAsync(host);
        await MoveAsync(host);
        using (BorrowedFile file = (await host.Get<RecordingArchive>().BorrowAsync(_visit, "family-a.webm", Cancellation))!)
        {
            Assert.Equal(Bytes("family"), await File.ReadAllBytesAsync(file.Path, Cancellation));
        }

        Assert.Empty(Directory.EnumerateFiles(_data.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Given_a_moved_recording_When_deleted_Then_it_fails_until_the_storage_has_let_it_go_and_nothing_is_left()
    {
        await using StoreHost host = await StartAsync();
        await SealAsync(host);
        await MoveAsync(host);
        await File.WriteAllTextAsync(host.Get<RecordingArchive>().CopyPath(_visit, "family-a.webm"), "a copy for players", Cancellation);
        await _server.StopAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => host.Get<RecordingArchive>().DeleteAsync(_visit, Cancellation));
        await _server.RunAsync();

        await host.Get<RecordingArchive>().DeleteAsync(_visit, Cancellation);
        await host.Get<RecordingArchive>().DeleteAsync(_visit, Cancellation);
        Assert.Empty(_server.Names);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_data.Path));
        Assert.Null(await host.Get<RecordingArchive>().FindAsync(_visit, Cancellation));
    }

    [Fact]
    public async Task Given_a_move_that_broke_off_When_deleted_Then_what_it_had_sent_goes_too()
    {
        await using StoreHost host = await StartAsync();
        await SealAsync(host);
        _objects.PutsLeft = 1;
        await Assert.ThrowsAsync<IOException>(() => MoveAsync(host));
        Assert.Single(_server.Names);
        await host.Get<RecordingArchive>().DeleteAsync(_visit, Cancellation);
        Assert.Empty(_server.Names);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_data.Path));
    }

    private async Task<StoreHost> StartAsync() => await StoreHost.StartAsync(
        await StoreHost.NewDatabaseAsync("moved"), services => services.AddSingleton(new RecordingOptions(_data.Path) { Objects = _objects, MovePeriod = TimeSpan.FromHours(1) }));

    private Task<bool> MoveAsync(StoreHost host) => host.Get<RecordingMove>().MoveAsync(_visit, Cancellation);

    private async Task RecordAsync(StoreHost host)
    {
        foreach ((string party, string segment) in ((string, string)[])[("family", "a"), ("prison", "b")])
        {
            Assert.IsType<ChunkOutcome.Accepted>(await host.Get<ChunkLog>().AppendAsync(new RecordingChunk(_visit, segment, 0, party, Bytes(party)), Cancellation));
        }
    }

    /// <summary>As the visit's grain does it. Returns the hash that stands in the event.</summary>
    private async Task<string> SealAsync(StoreHost host)
    {
        await RecordAsync(host);
        StoredRecording recording = Assert.IsType<StoredRecording>(await host.Get<RecordingArchive>().SealAsync(_visit, Cancellation));
        var seal = new NewEvent(new RecordingSealed(recording.Sha256, 1, null), Instant.FromUnixTimeSeconds(1_790_000_000), Actor.System, []);
        Assert.IsType<CommitResult.Committed>(await host.Journal.CommitAsync(
            new JournalEntry { Streams = [new StreamAppend(StreamKeys.Visit(new VisitId(_visit)), 0, [seal])] }, Cancellation));
        await host.Get<RecordingArchive>().ForgetChunksAsync(_visit, Cancellation);
        return recording.Sha256;
    }

    private async Task AssertWholeAsync(StoreHost host, string hash)
    {
        RecordingArchive archive = host.Get<RecordingArchive>();
        StoredRecording found = Assert.IsType<StoredRecording>(await archive.FindAsync(_visit, Cancellation));
        Assert.Equal(hash, found.Sha256);
        Assert.Empty(await archive.VerifyAsync(found, Cancellation));
        foreach (RecordingPart part in found.Manifest.Parts)
        {
            await using Stream content = (await archive.OpenAsync(_visit, part.File, Cancellation))!;
            byte[] played = new byte[content.Length];
            await content.ReadExactlyAsync(played, Cancellation);
            Assert.Equal(Bytes(part.Party), played);
        }
    }

    private static byte[] Bytes(string party) => [.. Enumerable.Range(0, 5_000).Select(at => (byte)((at * 31) + party.Length))];
}
