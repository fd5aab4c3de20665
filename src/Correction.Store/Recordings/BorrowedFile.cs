namespace Correction.Store.Recordings;

/// <summary>A part of a recording as a file, for as long as a program reads it.</summary>
/// <param name="fetched">It was fetched for this: giving it back removes it.</param>
public sealed class BorrowedFile(string path, bool fetched) : IDisposable
{
    public string Path { get; } = path;

    public void Dispose()
    {
        if (fetched)
        {
            File.Delete(Path);
        }
    }
}
