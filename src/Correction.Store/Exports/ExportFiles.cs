using System.Globalization;
using Correction.Store.Recordings;

namespace Correction.Store.Exports;

/// <summary>The file of each export: the one place where it is written and deleted.</summary>
public sealed class ExportFiles(ExportOptions options)
{
    public string PathOf(Guid export) => Path.Combine(options.Directory, export.ToString("N", CultureInfo.InvariantCulture));

    /// <summary>Whether all bytes that were durable stand on this host's disk.</summary>
    public bool Holds(ExportJob export) => new FileInfo(PathOf(export.Id)) is { Exists: true, Length: var length } && length >= export.Bytes;

    /// <summary>Writes a part behind the durable bytes, in place of what a host that died may have left there. Returns when it is on the disk.</summary>
    public async Task AppendAsync(ExportJob export, ReadOnlyMemory<byte> part, CancellationToken cancellation = default)
    {
        RecordingFolder.Ensure(options.Directory);
        await using FileStream file = new(PathOf(export.Id), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0, FileOptions.Asynchronous);
        file.SetLength(export.Bytes);
        file.Position = export.Bytes;
        await file.WriteAsync(part, cancellation);
        file.Flush(flushToDisk: true);
    }

    /// <summary>SHA-256 of the whole file, lower-case hex.</summary>
    public Task<string> HashAsync(Guid export, CancellationToken cancellation = default) => RecordingArchive.HashAsync(PathOf(export), cancellation);

    public void Delete(Guid export)
    {
        if (File.Exists(PathOf(export)))
        {
            File.Delete(PathOf(export));
        }
    }
}
