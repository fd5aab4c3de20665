using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using NodaTime;
using Npgsql;

namespace Correction.Store.Recordings;

/// <summary>
/// Seals recordings and keeps them: closes the chunks, joins those of a segment to one file while checking each against its
/// hash, takes in what a media server recorded, and writes the manifest. Every step may be repeated after a crash; chunks
/// go only when the seal is an event (<see cref="ForgetChunksAsync"/>).
/// </summary>
public sealed class RecordingArchive(NpgsqlDataSource database, ChunkLog chunks, RecordingOptions options, IClock clock)
{
    /// <summary>Null where nothing was recorded.</summary>
    /// <exception cref="InvalidDataException">An acknowledged chunk is not on the disk as it was acknowledged.</exception>
    public async Task<StoredRecording?> SealAsync(Guid visit, CancellationToken cancellation = default)
    {
        await chunks.CloseAsync(visit, cancellation);
        if (await FindAsync(visit, cancellation) is { } before)
        {
            return before;
        }

        var folder = new RecordingFolder(options, visit);
        var parts = new List<RecordingPart>();
        foreach (IGrouping<string, Row> segment in (await RowsAsync(visit, cancellation)).GroupBy(row => row.Segment))
        {
            parts.Add(await JoinAsync(folder, [.. segment], cancellation));
        }

        parts.AddRange(await MediaServerFiles.TakeAsync(folder, cancellation));
        if (parts.Count == 0)
        {
            return null;
        }

        var manifest = new RecordingManifest(visit, clock.GetCurrentInstant(), [.. parts.OrderBy(part => part.From)]);
        await RecordingFolder.WriteAsync(folder.Manifest, manifest.Write(), cancellation);
        return await FindAsync(visit, cancellation);
    }

    /// <summary>The sealed recording of a visit; null where there is none, or none any more.</summary>
    public async Task<StoredRecording?> FindAsync(Guid visit, CancellationToken cancellation = default)
    {
        if (await ManifestAsync(visit, cancellation) is not { } text)
        {
            return null;
        }

        RecordingManifest manifest = RecordingManifest.Read(text);
        return new StoredRecording(manifest, Convert.ToHexStringLower(SHA256.HashData(text)), manifest.Parts.Sum(part => part.Bytes));
    }

    /// <summary>The manifest's text as it stands; null where there is none, or none any more.</summary>
    public async Task<byte[]?> ManifestAsync(Guid visit, CancellationToken cancellation = default) =>
        new RecordingFolder(options, visit).Manifest is var path && File.Exists(path) ? await File.ReadAllBytesAsync(path, cancellation) : null;

    /// <summary>Where a part's file is; null where the visit has no such part.</summary>
    public async Task<string?> PathAsync(Guid visit, string file, CancellationToken cancellation = default) =>
        await FindAsync(visit, cancellation) is { } found && found.Manifest.Parts.Any(part => part.File == file)
            ? new RecordingFolder(options, visit).File(file)
            : null;

    /// <summary>A part's file, and where a copy for players belongs; what Janus recorded becomes a WebM of picture or of sound.</summary>
    public (string Original, string Copy) CopyPaths(Guid visit, string file)
    {
        var folder = new RecordingFolder(options, visit);
        RecordingFolder.Ensure(folder.Derived);
        return (folder.File(file), Path.Combine(folder.Derived, Path.ChangeExtension(file, file.Contains("-audio-", StringComparison.Ordinal) ? "opus" : "webm")));
    }

    /// <summary>The parts whose file is not as the manifest says; none: the recording is whole.</summary>
    public async Task<ImmutableArray<string>> VerifyAsync(StoredRecording recording, CancellationToken cancellation = default)
    {
        var folder = new RecordingFolder(options, recording.Manifest.Visit);
        var broken = ImmutableArray.CreateBuilder<string>();
        foreach (RecordingPart part in recording.Manifest.Parts)
        {
            if (!File.Exists(folder.File(part.File)) || await HashAsync(folder.File(part.File), cancellation) != part.Sha256)
            {
                broken.Add(part.File);
            }
        }

        return broken.ToImmutable();
    }

    /// <summary>When something of a recording that is not sealed was last written; null: nothing was.</summary>
    public async Task<Instant?> LastWrittenAsync(Guid visit, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand last = database.CreateCommand("select max(received_at) from correction.recording_chunk where visit_id = $1");
        last.Parameters.Add(new() { Value = visit });
        return await last.ExecuteScalarAsync(cancellation) is DateTime at
            ? Instant.FromDateTimeUtc(at)
            : MediaServerFiles.LastWritten(new RecordingFolder(options, visit));
    }

    /// <summary>The seal is an event now: its chunks are needed no more.</summary>
    public async Task ForgetChunksAsync(Guid visit, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand forget = database.CreateCommand("delete from correction.recording_chunk where visit_id = $1");
        forget.Parameters.Add(new() { Value = visit });
        await forget.ExecuteNonQueryAsync(cancellation);
        if (new RecordingFolder(options, visit).Chunks is var directory && Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Deletes everything of the visit's recording. The event that says so comes first; repeated, it changes nothing.</summary>
    public async Task DeleteAsync(Guid visit, CancellationToken cancellation = default)
    {
        await chunks.CloseAsync(visit, cancellation);
        await ForgetChunksAsync(visit, cancellation);
        if (new RecordingFolder(options, visit) is { Exists: true } folder)
        {
            Directory.Delete(folder.Path, recursive: true);
        }
    }

    internal static async Task<string> HashAsync(string path, CancellationToken cancellation)
    {
        await using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation));
    }

    private static async Task<RecordingPart> JoinAsync(RecordingFolder folder, Row[] rows, CancellationToken cancellation)
    {
        Row first = rows[0];
        string name = $"{first.Party}-{first.Segment}.webm";
        byte[] link = HashChain.Begin(first.Visit, first.Segment, first.Party);
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long bytes = 0;
        await using (FileStream joined = new(folder.File(name), FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous))
        {
            foreach (Row row in rows)
            {
                byte[] chunk = await ReadAsync(folder, row, cancellation);
                link = HashChain.Next(link, row.Sha256);
                whole.AppendData(chunk);
                bytes += chunk.Length;
                await joined.WriteAsync(chunk, cancellation);
            }

            joined.Flush(flushToDisk: true);
        }

        if (!link.AsSpan().SequenceEqual(rows[^1].Chain))
        {
            throw new InvalidDataException($"The chain of segment {first.Segment} does not end as it was acknowledged.");
        }

        return new RecordingPart(
            name, first.Party, bytes, Convert.ToHexStringLower(whole.GetHashAndReset()), first.ReceivedAt, rows[^1].ReceivedAt, first.Segment, Convert.ToHexStringLower(link),
            [.. rows.Select(row => new SealedChunk(row.Bytes, Convert.ToHexStringLower(row.Sha256), row.ReceivedAt))]);
    }

    private static async Task<byte[]> ReadAsync(RecordingFolder folder, Row row, CancellationToken cancellation)
    {
        string path = folder.Chunk(row.Segment, row.Sequence, row.Sha256);
        byte[] chunk = File.Exists(path) ? await File.ReadAllBytesAsync(path, cancellation) : [];
        return SHA256.HashData(chunk).AsSpan().SequenceEqual(row.Sha256)
            ? chunk
            : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"Chunk {row.Sequence} of segment {row.Segment} is not as it was acknowledged."));
    }

    private async Task<List<Row>> RowsAsync(Guid visit, CancellationToken cancellation)
    {
        await using NpgsqlCommand read = database.CreateCommand(
            "select segment, sequence, party, sha256, chain, bytes, received_at from correction.recording_chunk where visit_id = $1 order by segment, sequence");
        read.Parameters.Add(new() { Value = visit });
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellation);
        var rows = new List<Row>();
        while (await row.ReadAsync(cancellation))
        {
            rows.Add(new(
                visit, row.GetString(0), row.GetInt32(1), row.GetString(2), row.GetFieldValue<byte[]>(3), row.GetFieldValue<byte[]>(4), row.GetInt32(5), Instant.FromDateTimeUtc(row.GetDateTime(6))));
        }

        return rows;
    }

    private sealed record Row(Guid Visit, string Segment, int Sequence, string Party, byte[] Sha256, byte[] Chain, int Bytes, Instant ReceivedAt);
}
