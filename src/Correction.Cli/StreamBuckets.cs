using System.Text;

namespace Correction.Cli;

/// <summary>
/// Lines sorted by stream without all of them being in memory: each goes to one of some files by its stream, and a file is read
/// at a time. The directory goes with it.
/// </summary>
internal sealed class StreamBuckets : IDisposable
{
    private const int Count = 256, Buffer = 16_384;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("correction-verify-");
    private readonly StreamWriter?[] _writers = new StreamWriter?[Count];

    public void Add(string stream, string line)
    {
        uint bucket = (uint)string.GetHashCode(stream, StringComparison.Ordinal) % Count;
        (_writers[bucket] ??= new StreamWriter(PathOf(bucket), append: false, Encoding.UTF8, Buffer)).WriteLine(line);
    }

    /// <summary>File after file, the lines of each in the order in which they came; nothing is added any more.</summary>
    public IEnumerable<IEnumerable<string>> Read()
    {
        for (uint bucket = 0; bucket < Count; bucket++)
        {
            if (_writers[bucket] is { } writer)
            {
                writer.Dispose();
                yield return File.ReadLines(PathOf(bucket));
            }
        }
    }

    public void Dispose()
    {
        foreach (StreamWriter? writer in _writers)
        {
            writer?.Dispose();
        }

        _directory.Delete(recursive: true);
    }

    private string PathOf(uint bucket) => Path.Combine(_directory.FullName, $"{bucket:x2}.ndjson");
}
