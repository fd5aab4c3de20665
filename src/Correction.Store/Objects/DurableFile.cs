namespace Correction.Store.Objects;

/// <summary>Files that are there whole or not at all.</summary>
internal static class DurableFile
{
    /// <summary>Returns when the bytes are on the disk, under that name or not at all; two who write the same file do not meet.</summary>
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
        await WriteAsync(path, async file => await file.WriteAsync(bytes, cancellation));

    /// <inheritdoc cref="WriteAsync(string, ReadOnlyMemory{byte}, CancellationToken)"/>
    public static Task WriteAsync(string path, Stream content, CancellationToken cancellation) =>
        WriteAsync(path, file => content.CopyToAsync(file, cancellation));

    private static async Task WriteAsync(string path, Func<FileStream, Task> write)
    {
        string half = $"{path}.{Guid.CreateVersion7():N}.half";
        try
        {
            await using (FileStream file = new(half, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous))
            {
                await write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(half, path, overwrite: true);
        }
        catch
        {
            File.Delete(half);
            throw;
        }
    }
}
