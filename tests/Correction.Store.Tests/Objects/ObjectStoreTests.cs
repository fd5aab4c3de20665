using System.Text;
using Correction.Store.Objects;
using Correction.Testing;

namespace Correction.Store.Tests.Objects;

/// <summary>What every object storage keeps to, files and S3 alike.</summary>
public abstract class ObjectStoreTests
{
    private const string Name = "recordings/0193f0c4/family-a.webm";

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract IObjectStore Objects { get; }

    [Fact]
    public async Task What_was_put_is_read_as_it_was_and_what_was_not_is_absent()
    {
        await PutAsync(Name, "sealed");
        Assert.Equal("sealed", await TextAsync(Name));
        Assert.Null(await Objects.OpenAsync("recordings/0193f0c4", Cancellation)); // a beginning of a name is no name
        Assert.Null(await Objects.OpenAsync("recordings/none", Cancellation));
    }

    [Fact]
    public async Task Put_again_the_later_content_stands()
    {
        await PutAsync(Name, "a longer first content");
        await PutAsync(Name, "second");
        Assert.Equal("second", await TextAsync(Name));
    }

    [Fact]
    public async Task A_reader_seeks_to_any_place_and_reads_on_from_there()
    {
        byte[] bytes = [.. Enumerable.Range(0, 300_000).Select(at => (byte)(at * 31))];
        await Objects.PutAsync(Name, bytes, "video/webm", Cancellation);
        await using Stream content = (await Objects.OpenAsync(Name, Cancellation))!;
        Assert.Equal(bytes.Length, content.Length);
        foreach ((int from, int count) in (ReadOnlySpan<(int, int)>)[(0, 10), (200_000, 70_000), (5, 100_000), (299_999, 1)])
        {
            byte[] read = new byte[count];
            content.Seek(from, SeekOrigin.Begin);
            content.ReadExactly(read);
            Assert.Equal(bytes[from..(from + count)], read);
        }

        Assert.Equal(0, content.Read(new byte[1], 0, 1)); // it stands at its end
    }

    [Fact]
    public async Task A_file_larger_than_one_request_holds_arrives_whole()
    {
        byte[] bytes = new byte[(16 * 1024 * 1024 * 2) + 12_345];
        new Random(7).NextBytes(bytes);
        await Objects.PutAsync(Name, bytes, "video/webm", Cancellation);
        byte[] read = (await Objects.ReadAsync(Name, Cancellation))!;
        Assert.True(bytes.AsSpan().SequenceEqual(read));
    }

    [Fact]
    public async Task What_fails_while_it_is_sent_leaves_what_was_there()
    {
        await PutAsync(Name, "before");
        using var broken = new BrokenStream();
        await Assert.ThrowsAnyAsync<Exception>(() => Objects.PutAsync(Name, broken, "video/webm", Cancellation));
        Assert.Equal("before", await TextAsync(Name));
    }

    [Fact]
    public async Task What_is_deleted_is_gone_and_deleting_it_again_changes_nothing()
    {
        await PutAsync(Name, "sealed");
        await PutAsync("recordings/0193f0c4/manifest.json", "{}");
        await Objects.DeleteAsync(Name, Cancellation);
        await Objects.DeleteAsync(Name, Cancellation);
        Assert.Null(await Objects.OpenAsync(Name, Cancellation));
        Assert.Equal("{}", await TextAsync("recordings/0193f0c4/manifest.json"));
    }

    protected Task PutAsync(string name, string text) => Objects.PutAsync(name, Encoding.UTF8.GetBytes(text), "text/plain", Cancellation);

    protected async Task<string> TextAsync(string name) => Encoding.UTF8.GetString((await Objects.ReadAsync(name, Cancellation))!);

    /// <summary>A disk that fails in the middle of a file.</summary>
    private sealed class BrokenStream() : MemoryStream(new byte[200_000])
    {
        public override int Read(byte[] buffer, int offset, int count) => Position < 100_000 ? base.Read(buffer, offset, Math.Min(count, 50_000)) : throw new IOException("bad sector");

        public override int Read(Span<byte> buffer) => Position < 100_000 ? base.Read(buffer[..Math.Min(buffer.Length, 50_000)]) : throw new IOException("bad sector");

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer, offset, count));

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            byte[] piece = new byte[bufferSize];
            for (int read; (read = Read(piece)) > 0;)
            {
                await destination.WriteAsync(piece.AsMemory(0, read), cancellationToken);
            }
        }
    }
}

public sealed class FolderObjectsTests : ObjectStoreTests, IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    protected override IObjectStore Objects => new FolderObjects(_directory.Path);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Nothing_half_written_is_left_and_no_name_leads_out_of_the_directory()
    {
        await What_fails_while_it_is_sent_leaves_what_was_there();
        Assert.Single(Directory.EnumerateFiles(_directory.Path, "*", SearchOption.AllDirectories));
        foreach (string name in (string[])["../outside", "/etc/passwd", "a/../../outside", ""])
        {
            await Assert.ThrowsAsync<ArgumentException>(() => PutAsync(name, "x"));
        }
    }
}

public sealed class S3ObjectsTests : ObjectStoreTests, IAsyncLifetime
{
    private S3Server _server = null!;
    private S3Objects _objects = null!;

    protected override IObjectStore Objects => _objects;

    public async ValueTask InitializeAsync()
    {
        _server = await S3Server.StartAsync();
        _objects = new S3Objects(_server.Options.At("yuanjiang/"));
    }

    public async ValueTask DisposeAsync()
    {
        _objects.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Everything_stands_below_the_prefix()
    {
        await PutAsync("checkpoint", "x");
        Assert.Equal(["yuanjiang/checkpoint"], _server.Names);
    }

    [Fact]
    public async Task Who_is_not_known_is_refused_and_the_secret_is_in_no_message()
    {
        S3Options right = _server.Options;
        using var stranger = new S3Objects(new S3Options { ServiceUrl = right.ServiceUrl, Bucket = right.Bucket, AccessKey = "STRANGER", SecretKey = "secret-of-the-storage" });
        Exception refused = await Assert.ThrowsAnyAsync<Exception>(() => stranger.PutAsync("x", [1], "text/plain", Cancellation));
        Assert.DoesNotContain("secret-of-the-storage", refused.ToString(), StringComparison.Ordinal);
        Assert.Empty(_server.Names);
    }
}
