using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Correction.Store.Objects;
using NodaTime;
using Npgsql;

namespace Correction.Store.Recordings;

/// <summary>
/// Seals recordings and keeps them: closes the chunks, joins those of a segment to one file while checking each against its
/// hash, takes in what a media server recorded, and writes the manifest. Every step may be repeated after a crash; chunks
/// go only when the seal is an event (<see cref="ForgetChunksAsync"/>). What is sealed is read from the directory, or from
/// where <see cref="RecordingMove"/> put it.
/// </summary>
public sealed class RecordingArchive(NpgsqlDataSource database, ChunkLog chunks, RecordingMove move, RecordingOptions options, IClock clock)
{
    private readonly FolderObjects _here = new(options.Directory);

    /// <summary>Null where nothing was recorded.</summary>
    /// <exception cref="InvalidDataException">An acknowledged chunk is not on the disk as it was acknowledged.</exception>
    public async Task<StoredRecording?> SealAsync(Guid visit, CancellationToken cancellation = default)
    {
        await chunks.CloseAsync(visit, cancellation);
        var folder = new RecordingFolder(options, visit);
        if (await _here.ReadAsync(folder.NameOf(RecordingFolder.ManifestName), cancellation) is { } before)
        {
            return StoredRecording.Of(before); // nothing is moved before the seal is an event: the storage may be down
        }

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
        byte[] text = manifest.Write();
        await DurableFile.WriteAsync(folder.Manifest, text, cancellation);
        return StoredRecording.Of(text);
    }

    /// <summary>There are files of a seal in the directory, whether or not an event tells of it.</summary>
    public bool HasSealHere(Guid visit) => File.Exists(new RecordingFolder(options, visit).Manifest);

    /// <summary>The sealed recording of a visit; null where there is none, or none any more.</summary>
    public async Task<StoredRecording?> FindAsync(Guid visit, CancellationToken cancellation = default) =>
        await ManifestAsync(visit, cancellation) is { } text ? StoredRecording.Of(text) : null;

    /// <summary>The manifest's text as it stands; null where there is none, or none any more.</summary>
    public async Task<byte[]?> ManifestAsync(Guid visit, CancellationToken cancellation = default)
    {
        string name = new RecordingFolder(options, visit).NameOf(RecordingFolder.ManifestName);
        return await _here.ReadAsync(name, cancellation) ?? (options.Objects is { } there ? await there.ReadAsync(name, cancellation) : null);
    }

    /// <summary>A part's file, to be read from anywhere in it; null where it is not there.</summary>
    /// <param name="file">One of the manifest's.</param>
    public async Task<Stream?> OpenAsync(Guid visit, string file, CancellationToken cancellation = default)
    {
        string name = new RecordingFolder(options, visit).NameOf(file);
        return await _here.OpenAsync(name, cancellation) ?? (options.Objects is { } there ? await there.OpenAsync(name, cancellation) : null);
    }

    /// <summary>Where a copy for players belongs; what Janus recorded becomes a WebM of picture or of sound.</summary>
    public string CopyPath(Guid visit, string file)
    {
        var folder = new RecordingFolder(options, visit);
        RecordingFolder.Ensure(folder.Derived);
        return Path.Combine(folder.Derived, Path.ChangeExtension(file, file.Contains("-audio-", StringComparison.Ordinal) ? "opus" : "webm"));
    }

    /// <summary>A part as a file for programs: its own, or one that was fetched and goes when it is given back. Null where it is not there.</summary>
    public async Task<BorrowedFile?> BorrowAsync(Guid visit, string file, CancellationToken cancellation = default)
    {
        var folder = new RecordingFolder(options, visit);
        if (File.Exists(folder.File(file)))
        {
            return new BorrowedFile(folder.File(file), fetched: false);
        }

        await using Stream? content = await OpenAsync(visit, file, cancellation);
        if (content is null)
        {
            return null;
        }

        RecordingFolder.Ensure(folder.Derived);
        string fetched = Path.Combine(folder.Derived, "original-" + file);
        await DurableFile.WriteAsync(fetched, content, cancellation);
        return new BorrowedFile(fetched, fetched: true);
    }

    /// <summary>The parts whose file is not as the manifest says; none: the recording is whole.</summary>
    public async Task<ImmutableArray<string>> VerifyAsync(StoredRecording recording, CancellationToken cancellation = default)
    {
        var broken = ImmutableArray.CreateBuilder<string>();
        foreach (RecordingPart part in recording.Manifest.Parts)
        {
            await using Stream? content = await OpenAsync(recording.Manifest.Visit, part.File, cancellation);
            if (content is null || await HashAsync(content, cancellation) != part.Sha256)
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
    /// <exception cref="Exception">Something may be left, or the recording is being moved at this moment: call again.</exception>
    public async Task DeleteAsync(Guid visit, CancellationToken cancellation = default)
    {
        await chunks.CloseAsync(visit, cancellation);
        await ForgetChunksAsync(visit, cancellation);
        await move.DeleteAsync(visit, await FindAsync(visit, cancellation), cancellation);
    }

    internal static async Task<string> HashAsync(string path, CancellationToken cancellation)
    {
        await using FileStream file = File.OpenRead(path);
        return await HashAsync(file, cancellation);
    }

    internal static async Task<string> HashAsync(Stream content, CancellationToken cancellation) =>
        Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellation));

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
