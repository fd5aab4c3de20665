using System.Collections.Immutable;
using NodaTime;

namespace Correction.Store.Recordings;

/// <summary>
/// What a media server recorded into the visit's folder: Janus' <c>.mjr</c> files, one per party and kind, named
/// <c>{party}-{session}-audio-0.mjr</c>. One that a killed Janus left open ends with <c>.mjr.tmp</c>: it is taken as it is.
/// </summary>
internal static class MediaServerFiles
{
    private const string Open = ".tmp";

    public static Instant? LastWritten(RecordingFolder folder) => folder.Exists
        ? Directory.EnumerateFiles(folder.Path, "*.mjr*").Select(path => (Instant?)Instant.FromDateTimeUtc(File.GetLastWriteTimeUtc(path))).Max()
        : null;

    public static async Task<ImmutableArray<RecordingPart>> TakeAsync(RecordingFolder folder, CancellationToken cancellation)
    {
        if (!folder.Exists)
        {
            return [];
        }

        var parts = ImmutableArray.CreateBuilder<RecordingPart>();
        foreach (string path in Directory.EnumerateFiles(folder.Path, "*.mjr*").Order(StringComparer.Ordinal).ToArray())
        {
            string closed = path.EndsWith(Open, StringComparison.Ordinal) ? path[..^Open.Length] : path;
            File.Move(path, closed, overwrite: false);
            var file = new FileInfo(closed);
            parts.Add(new RecordingPart(
                file.Name, file.Name.Split('-')[0], file.Length, await RecordingArchive.HashAsync(closed, cancellation),
                Instant.FromDateTimeUtc(file.CreationTimeUtc), Instant.FromDateTimeUtc(file.LastWriteTimeUtc)));
        }

        return parts.ToImmutable();
    }
}
