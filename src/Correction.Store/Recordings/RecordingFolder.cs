using System.Globalization;

namespace Correction.Store.Recordings;

/// <summary>The files of one visit's recording: the one place where their paths are built.</summary>
internal sealed class RecordingFolder(RecordingOptions options, Guid visit)
{
    public const string ManifestName = "manifest.json";

    public string Path { get; } = System.IO.Path.Combine(options.Directory, visit.ToString("N", CultureInfo.InvariantCulture));

    /// <summary>The same below the directory or in object storage.</summary>
    public string NameOf(string file) => $"{visit:N}/{file}";

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
}
