using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Store.Objects;
using Npgsql;

namespace Correction.Store.Recordings;

/// <summary>
/// Moves sealed recordings to object storage, and deletes them there. A part goes from the directory only after every part and
/// the manifest were read back from the storage as the manifest says. The manifest goes last from the directory, so whatever
/// was broken off is found and done again. One host at a time is at a recording, and never while it is deleted.
/// </summary>
public sealed class RecordingMove(NpgsqlDataSource database, RecordingOptions options)
{
    /// <summary>The recordings in the directory that have a manifest.</summary>
    public IEnumerable<Guid> Here() => Directory.Exists(options.Directory)
        ? from path in Directory.EnumerateDirectories(options.Directory)
          where File.Exists(Path.Combine(path, RecordingFolder.ManifestName)) && Guid.TryParseExact(Path.GetFileName(path), "N", out _)
          select Guid.ParseExact(Path.GetFileName(path), "N")
        : [];

    /// <summary>False: it is not to be moved, or not yet, or another host is at it.</summary>
    /// <exception cref="InvalidDataException">What the storage gives back is not what was sealed. Everything is still here.</exception>
    public async Task<bool> MoveAsync(Guid visit, CancellationToken cancellation = default)
    {
        var folder = new RecordingFolder(options, visit);
        if (options.Objects is not { } objects)
        {
            return false;
        }

        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellation);
        if (!await TakeAsync(connection, visit, cancellation) || !File.Exists(folder.Manifest) || !await IsSealedAsync(connection, visit, cancellation))
        {
            return false;
        }

        StoredRecording recording = StoredRecording.Of(await File.ReadAllBytesAsync(folder.Manifest, cancellation));
        foreach (RecordingPart part in recording.Manifest.Parts)
        {
            await PutAsync(objects, folder, part.File, part.Bytes, part.Sha256, cancellation);
        }

        await PutAsync(objects, folder, RecordingFolder.ManifestName, new FileInfo(folder.Manifest).Length, recording.Sha256, cancellation);
        foreach (RecordingPart part in recording.Manifest.Parts)
        {
            File.Delete(folder.File(part.File));
        }

        File.Delete(folder.Manifest);
        return true;
    }

    /// <summary>Deletes the files here and in the storage; the last that goes is a manifest, which names what is left.</summary>
    /// <param name="recording">Null: nothing was sealed, or its last manifest is gone.</param>
    internal async Task DeleteAsync(Guid visit, StoredRecording? recording, CancellationToken cancellation)
    {
        var folder = new RecordingFolder(options, visit);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellation);
        if (!await TakeAsync(connection, visit, cancellation))
        {
            throw new IOException($"The recording of visit {visit:N} is being moved.");
        }

        if (options.Objects is { } objects && recording is not null)
        {
            foreach (RecordingPart part in recording.Manifest.Parts)
            {
                await objects.DeleteAsync(folder.NameOf(part.File), cancellation);
            }
        }

        if (folder.Exists)
        {
            Directory.Delete(folder.Path, recursive: true);
        }

        if (options.Objects is { } there)
        {
            await there.DeleteAsync(folder.NameOf(RecordingFolder.ManifestName), cancellation);
        }
    }

    /// <summary>What is there whole from a time before is not sent again.</summary>
    private static async Task PutAsync(IObjectStore objects, RecordingFolder folder, string file, long bytes, string sha256, CancellationToken cancellation)
    {
        string name = folder.NameOf(file);
        if (await IsThereAsync(objects, name, bytes, sha256, cancellation))
        {
            return;
        }

        await using (FileStream content = File.OpenRead(folder.File(file)))
        {
            await objects.PutAsync(name, content, file == RecordingFolder.ManifestName ? "application/json" : "application/octet-stream", cancellation);
        }

        if (!await IsThereAsync(objects, name, bytes, sha256, cancellation))
        {
            throw new InvalidDataException($"{name} does not come back from the storage as it was sealed: it was changed here after the seal, or there.");
        }
    }

    private static async Task<bool> IsThereAsync(IObjectStore objects, string name, long bytes, string sha256, CancellationToken cancellation)
    {
        await using Stream? content = await objects.OpenAsync(name, cancellation);
        return content is not null && content.Length == bytes && await RecordingArchive.HashAsync(content, cancellation) == sha256;
    }

    /// <summary>The seal is an event, and no event says that its time is over.</summary>
    private static async Task<bool> IsSealedAsync(NpgsqlConnection connection, Guid visit, CancellationToken cancellation)
    {
        await using NpgsqlCommand find = new("select type from correction.mt_events where stream_id = $1 and type = any($2) order by version desc limit 1", connection);
        find.Parameters.Add(new() { Value = StreamKeys.Visit(new VisitId(visit)) });
        find.Parameters.Add(new() { Value = new[] { EventRegistry.Names[typeof(RecordingSealed)], EventRegistry.Names[typeof(RecordingDeleted)] } });
        return await find.ExecuteScalarAsync(cancellation) as string == EventRegistry.Names[typeof(RecordingSealed)];
    }

    /// <summary>Until the transaction ends.</summary>
    private static async Task<bool> TakeAsync(NpgsqlConnection connection, Guid visit, CancellationToken cancellation)
    {
        await using NpgsqlCommand take = new("select pg_try_advisory_xact_lock(hashtextextended('recording-files/' || $1, 0))", connection);
        take.Parameters.Add(new() { Value = visit.ToString() });
        return await take.ExecuteScalarAsync(cancellation) is true;
    }
}
