using System.Security.Cryptography;
using Correction.Store.Recordings;
using Correction.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Correction.Store.Tests.Recordings;

/// <summary>A recording as evidence: what was acknowledged is there, whole and in order, and nothing can be put in afterwards.</summary>
public sealed class RecordingTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();
    private readonly Guid _visit = Guid.CreateVersion7();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Given_acknowledged_chunks_When_sealed_Then_each_segment_is_one_file_and_the_manifest_proves_it()
    {
        await using StoreHost host = await StartAsync();
        byte[] last = [];
        for (int sequence = 0; sequence < 5; sequence++)
        {
            last = Assert.IsType<ChunkOutcome.Accepted>(await SendAsync(host, sequence)).Chain;
            Assert.IsType<ChunkOutcome.Accepted>(await SendAsync(host, sequence, party: "prison", segment: "b"));
        }

        StoredRecording recording = Assert.IsType<StoredRecording>(await host.Get<RecordingArchive>().SealAsync(_visit, Cancellation));

        Assert.Equal(["family-a.webm", "prison-b.webm"], recording.Manifest.Parts.Select(part => part.File).Order(StringComparer.Ordinal));
        RecordingPart family = recording.Manifest.Parts.Single(part => part.Party == "family");
        byte[] whole = [.. Enumerable.Range(0, 5).SelectMany(Bytes)];
        Assert.Equal(
            (Convert.ToHexStringLower(SHA256.HashData(whole)), Convert.ToHexStringLower(last), 5, (long)whole.Length),
            (family.Sha256, family.Chain, family.Chunks.Length, family.Bytes));
        Assert.Equal(whole, await File.ReadAllBytesAsync(PathOf("family-a.webm"), Cancellation));
        Assert.Empty(await host.Get<RecordingArchive>().VerifyAsync(recording, Cancellation));
    }

    [Fact]
    public async Task Given_a_chunk_When_sent_again_Then_nothing_changes_and_other_bytes_under_its_number_are_refused()
    {
        await using StoreHost host = await StartAsync();
        byte[] chain = Assert.IsType<ChunkOutcome.Accepted>(await SendAsync(host, 0)).Chain;
        await SendAsync(host, 1);

        ChunkOutcome.Accepted again = Assert.IsType<ChunkOutcome.Accepted>(await SendAsync(host, 0));
        Assert.True(again.Repeated);
        Assert.Equal(chain, again.Chain);
        Assert.IsType<ChunkOutcome.Differs>(await SendAsync(host, 0, bytes: [1, 2, 3]));
        Assert.IsType<ChunkOutcome.Differs>(await SendAsync(host, 2, party: "prison"));
        Assert.Equal(2, Assert.IsType<ChunkOutcome.Missing>(await SendAsync(host, 7)).Expected);
        Assert.Equal(0, Assert.IsType<ChunkOutcome.Missing>(await SendAsync(host, 1, segment: "new")).Expected);
    }

    [Fact]
    public async Task Given_two_hosts_When_both_are_sent_the_same_chunks_Then_each_is_stored_once()
    {
        string database = await StoreHost.NewDatabaseAsync("recording");
        await using StoreHost one = await StartAsync(database);
        await using StoreHost two = await StartAsync(database);
        for (int sequence = 0; sequence < 10; sequence++)
        {
            ChunkOutcome[] both = await Task.WhenAll(SendAsync(one, sequence), SendAsync(two, sequence));
            Assert.Equal(Assert.IsType<ChunkOutcome.Accepted>(both[0]).Chain, Assert.IsType<ChunkOutcome.Accepted>(both[1]).Chain);
        }

        Assert.Equal(10, (await one.Get<RecordingArchive>().SealAsync(_visit, Cancellation))!.Manifest.Parts.Single().Chunks.Length);
    }

    [Fact]
    public async Task Given_a_sealed_recording_When_anything_is_sent_or_sealed_again_Then_it_stays_as_it_is()
    {
        await using StoreHost host = await StartAsync();
        await SendAsync(host, 0);
        string hash = (await host.Get<RecordingArchive>().SealAsync(_visit, Cancellation))!.Sha256;

        Assert.IsType<ChunkOutcome.Closed>(await SendAsync(host, 1));
        Assert.IsType<ChunkOutcome.Closed>(await SendAsync(host, 0, segment: "later"));
        await host.Get<RecordingArchive>().ForgetChunksAsync(_visit, Cancellation);
        Assert.IsType<ChunkOutcome.Closed>(await SendAsync(host, 0));
        Assert.Equal(hash, (await host.Get<RecordingArchive>().SealAsync(_visit, Cancellation))!.Sha256);
    }

    [Fact]
    public async Task Given_a_sealed_recording_When_a_byte_of_it_changes_Then_verifying_names_the_file()
    {
        await using StoreHost host = await StartAsync();
        await SendAsync(host, 0);
        RecordingArchive archive = host.Get<RecordingArchive>();
        StoredRecording recording = (await archive.SealAsync(_visit, Cancellation))!;

        string path = PathOf("family-a.webm");
        byte[] bytes = await File.ReadAllBytesAsync(path, Cancellation);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, Cancellation);

        Assert.Equal(["family-a.webm"], await archive.VerifyAsync(recording, Cancellation));
    }

    [Fact]
    public async Task Given_an_acknowledged_chunk_that_is_gone_When_sealed_Then_it_fails_and_names_the_chunk()
    {
        await using StoreHost host = await StartAsync();
        await SendAsync(host, 0);
        await SendAsync(host, 1);
        File.Delete(Directory.EnumerateFiles(_data.Path, "a-000001-*", SearchOption.AllDirectories).Single());

        InvalidDataException failure = await Assert.ThrowsAsync<InvalidDataException>(() => host.Get<RecordingArchive>().SealAsync(_visit, Cancellation));
        Assert.Contains("Chunk 1 of segment a", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_chunk_half_written_by_a_host_that_died_When_it_is_sent_again_Then_the_recording_is_whole()
    {
        await using StoreHost host = await StartAsync();
        await SendAsync(host, 0);
        await SendAsync(host, 1);
        string path = Directory.EnumerateFiles(_data.Path, "a-000001-*", SearchOption.AllDirectories).Single();
        await using (var forget = host.Get<Npgsql.NpgsqlDataSource>().CreateCommand("delete from correction.recording_chunk where sequence = 1"))
        {
            await forget.ExecuteNonQueryAsync(Cancellation); // as if it had died before the row
        }

        await File.WriteAllBytesAsync(path, [0], Cancellation);
        Assert.IsType<ChunkOutcome.Accepted>(await SendAsync(host, 1));
        Assert.Equal(2, (await host.Get<RecordingArchive>().SealAsync(_visit, Cancellation))!.Manifest.Parts.Single().Chunks.Length);
    }

    [Fact]
    public async Task Given_a_recording_When_deleted_Then_nothing_of_it_is_left()
    {
        await using StoreHost host = await StartAsync();
        await SendAsync(host, 0);
        await host.Get<RecordingArchive>().SealAsync(_visit, Cancellation);

        await host.Get<RecordingArchive>().DeleteAsync(_visit, Cancellation);
        await host.Get<RecordingArchive>().DeleteAsync(_visit, Cancellation);

        Assert.Null(await host.Get<RecordingArchive>().FindAsync(_visit, Cancellation));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_data.Path));
    }

    private string PathOf(string file) => Path.Combine(_data.Path, $"{_visit:N}", file);

    private async Task<StoreHost> StartAsync(string? database = null) => await StoreHost.StartAsync(
        database ?? await StoreHost.NewDatabaseAsync("recording"), services => services.AddSingleton(new RecordingOptions(_data.Path)));

    private Task<ChunkOutcome> SendAsync(StoreHost host, int sequence, string party = "family", string segment = "a", byte[]? bytes = null) =>
        host.Get<ChunkLog>().AppendAsync(new RecordingChunk(_visit, segment, sequence, party, bytes ?? Bytes(sequence)), Cancellation);

    private static byte[] Bytes(int sequence) => [.. Enumerable.Range(0, 1000 + sequence).Select(at => (byte)(at * 31 + sequence))];
}
