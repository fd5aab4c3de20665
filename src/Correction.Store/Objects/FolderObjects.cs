namespace Correction.Store.Objects;

/// <summary>Objects as files below a directory, which is made where it is absent. A web server that serves it reads whole files only.</summary>
public sealed class FolderObjects(string directory) : IObjectStore
{
    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)) + Path.DirectorySeparatorChar;

    public Task PutAsync(string name, Stream content, string contentType, CancellationToken cancellation = default)
    {
        string path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return DurableFile.WriteAsync(path, content, cancellation);
    }

    public Task<Stream?> OpenAsync(string name, CancellationToken cancellation = default)
    {
        string path = PathOf(name);
        try
        {
            return Task.FromResult<Stream?>(File.Exists(path) ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.Asynchronous) : null);
        }
        catch (FileNotFoundException)
        {
            return Task.FromResult<Stream?>(null); // it went in between
        }
    }

    public Task DeleteAsync(string name, CancellationToken cancellation = default)
    {
        string path = PathOf(name);
        if (File.Exists(path))
        {
            File.Delete(path);
        }

        return Task.CompletedTask;
    }

    private string PathOf(string name)
    {
        string path = Path.GetFullPath(Path.Combine(_root, name));
        return path.StartsWith(_root, StringComparison.Ordinal) && path.Length > _root.Length ? path : throw new ArgumentException($"{name} is no object's name: it leads out of the directory.", nameof(name));
    }
}
