using System.Globalization;

namespace Correction.Store.Recordings;

/// <summary>The files of one visit's recording: the one place where their paths are built.</summary>
internal sealed class RecordingFolder(RecordingOptions options, Guid visit)
{
    public const string ManifestName = "manifest.json";

    public string Path { get; } = System.IO.Path.Combine(options.Directory, visit.ToString("N", CultureInfo.InvariantCulture));

    public bool Exists => Directory.Exists(Path);

    /// <summary>Where chunks wait for the seal.</summary>
    public string Chunks => File("chunks");

    /// <summary>Copies for players, made from the originals and no evidence themselves.</summary>
    public string Derived => File("derived");

    public string Manifest => File(ManifestName);

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The name holds the hash: a chunk half written by a host that died is never taken for the one that was acknowledged.</summary>
    public string Chunk(string segment, int sequence, ReadOnlySpan<byte> sha256) =>
        System.IO.Path.Combine(Chunks, string.Create(CultureInfo.InvariantCulture, $"{segment}-{sequence:D6}-{Convert.ToHexStringLower(sha256[..8])}"));

    public static void Ensure(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Returns when the bytes are on the disk, under that name or not at all; two who write the same file do not meet.</summary>
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        string half = $"{path}.{Guid.CreateVersion7():N}.half";
        await using (FileStream file = new(half, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous))
        {
            await file.WriteAsync(bytes, cancellation);
            file.Flush(flushToDisk: true);
        }

        System.IO.File.Move(half, path, overwrite: true);
    }
}
