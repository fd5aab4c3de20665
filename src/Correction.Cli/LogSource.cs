namespace Correction.Cli;

/// <summary>Where a log is read from, and what belongs to it: a server, or a directory that it was saved in.</summary>
/// <param name="open">Opens what stands at a path below the log's prefix; null where nothing does.</param>
public sealed class LogSource(Func<string, CancellationToken, Task<Stream?>> open)
{
    public static LogSource From(DirectoryInfo directory) => new((path, _) =>
        Task.FromResult<Stream?>(Path.Combine(directory.FullName, path) is var file && File.Exists(file) ? File.OpenRead(file) : null));

    /// <param name="save">Where to keep all that is read, and nothing that is not served any more; null: nowhere.</param>
    public static LogSource From(ApiClient api, DirectoryInfo? save) => new(async (path, cancellation) =>
    {
        Stream? served = await api.OpenAsync($"ledger/{path}", cancellation);
        if (save is null)
        {
            return served;
        }

        string file = Path.Combine(save.FullName, path);
        if (served is null)
        {
            if (File.Exists(file))
            {
                File.Delete(file);
            }

            return null;
        }

        await using Stream whole = served;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        FileStream kept = new(file, FileMode.Create, FileAccess.ReadWrite);
        await whole.CopyToAsync(kept, cancellation);
        kept.Position = 0;
        return kept;
    });

    public Task<Stream?> OpenAsync(string path, CancellationToken cancellation) => open(path, cancellation);

    public async Task<byte[]?> ReadAsync(string path, CancellationToken cancellation)
    {
        await using Stream? found = await open(path, cancellation);
        if (found is null)
        {
            return null;
        }

        using var bytes = new MemoryStream();
        await found.CopyToAsync(bytes, cancellation);
        return bytes.ToArray();
    }
}
