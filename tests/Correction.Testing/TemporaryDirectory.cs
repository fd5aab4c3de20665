namespace Correction.Testing;

/// <summary>A directory for one test, gone with it.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory()
    {
        // Passable for the account that PostgreSQL runs under when the tests run as root, unlike Directory.CreateTempSubdirectory.
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "correction-tests", Guid.CreateVersion7().ToString("N"));
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
