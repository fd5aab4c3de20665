using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Correction.Ledger;
using Correction.Store.Objects;
using Npgsql;

namespace Correction.Store.Ledger;

/// <summary>What is published is not a beginning of the log, or is no longer what was published.</summary>
/// <param name="name">The first object that does not fit.</param>
public sealed class LedgerConflictException(string name, string how) : Exception($"{name}: {how}")
{
    public string Name { get; } = name;
}

/// <summary>
/// Publishes the log as files, as C2SP tlog-tiles has it: hashes first, then the keys and what vouches for them,
/// <c>checkpoints/{size}</c>, and <c>checkpoint</c> last, so that nobody reads a checkpoint whose tiles are not there. It goes
/// on where the published checkpoint stands. Entries are not published: they are the bodies of events. Nothing that was
/// published is replaced by other hashes, so a copy taken anywhere shows a log that was rewritten.
/// </summary>
public sealed class LedgerPublisher(NpgsqlDataSource database, LedgerTree tree, LedgerOptions options)
{
    private const long LockKey = 0x7075_626C_6973_6865; // "publishe"
    private const string Latest = "checkpoint", Keys = "key", NoteType = "text/plain; charset=utf-8", TileType = "application/octet-stream";

    /// <summary>Publishes up to the latest checkpoint. Returns its size; null where another host is at it, or nothing is to be published.</summary>
    /// <exception cref="LedgerConflictException">Nothing was published.</exception>
    public async Task<long?> PublishAsync(CancellationToken cancellation = default)
    {
        if (options.Published is not { } objects)
        {
            return null;
        }

        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellation);
        await using NpgsqlCommand take = new($"select pg_try_advisory_xact_lock({LockKey})", connection);
        if (await take.ExecuteScalarAsync(cancellation) is not true || await LedgerCheckpoints.LatestAsync(connection, cancellation) is not { } note)
        {
            return null;
        }

        ImmutableArray<LogKey> keys = await LedgerKeys.KnownAsync(connection, cancellation);
        var latest = Checkpoint.Parse(note.Text);
        SignedNote? before = await ReadNoteAsync(objects, Latest, cancellation);
        if (before?.ToString() != note.ToString())
        {
            long since = await BeginningAsync(before, latest, cancellation);
            foreach (Tile tile in Tile.Of(latest.Size, since))
            {
                await PutOnceAsync(objects, tile.ToString(), (await tree.ReadAsync(tile, cancellation)).ToArray(), cancellation);
            }

            foreach (LogKey endorsed in keys.Where(key => key.Endorsement is not null))
            {
                await PutNoteAsync(objects, $"endorsement/{endorsed.Key.IdText}", $"{endorsed.Endorsement}", cancellation);
            }

            await PutNoteAsync(objects, Keys, LedgerCheckpoints.Lines(keys.Select(key => key.Key)), cancellation);
            await KeepAsync(objects, latest, note, cancellation);
            await PutNoteAsync(objects, Latest, note.ToString(), cancellation);
        }

        return latest.Size;
    }

    /// <summary>Where each published checkpoint stays.</summary>
    public static string NameOf(long size) => string.Create(CultureInfo.InvariantCulture, $"checkpoints/{size}");

    /// <summary>The size from which to go on: that of the published checkpoint, which MUST be a beginning of the tree as it stands.</summary>
    private async Task<long> BeginningAsync(SignedNote? published, Checkpoint latest, CancellationToken cancellation)
    {
        TiledTree whole = tree.Of(latest.Size);
        if (!(await whole.RootAsync(latest.Size, cancellation)).AsSpan().SequenceEqual(latest.Root))
        {
            throw new LedgerConflictException(Latest, $"the ledger's tables do not hold the tree of {latest.Size} leaves that was signed.");
        }

        if (published is null)
        {
            return 0;
        }

        var before = Checkpoint.Parse(published.Text);
        return before.Origin == latest.Origin && before.Size <= latest.Size && (await whole.RootAsync(before.Size, cancellation)).AsSpan().SequenceEqual(before.Root)
            ? before.Size
            : throw new LedgerConflictException(Latest, $"what is published is the log {before.Origin} of {before.Size} leaves, and {latest.Origin} of {latest.Size} does not continue it.");
    }

    private static async Task PutOnceAsync(IObjectStore objects, string name, byte[] bytes, CancellationToken cancellation)
    {
        byte[]? there = await objects.ReadAsync(name, cancellation);
        if (there is null)
        {
            await objects.PutAsync(name, bytes, TileType, cancellation);
        }
        else if (!there.AsSpan().SequenceEqual(bytes))
        {
            throw new LedgerConflictException(name, "other bytes were published under this name.");
        }
    }

    /// <summary>The same tree may be signed again, when a key came or went.</summary>
    private static async Task KeepAsync(IObjectStore objects, Checkpoint latest, SignedNote note, CancellationToken cancellation)
    {
        string name = NameOf(latest.Size);
        if (await ReadNoteAsync(objects, name, cancellation) is { } there && !Checkpoint.Parse(there.Text).IsSame(latest))
        {
            throw new LedgerConflictException(name, "another checkpoint of this size was published.");
        }

        await PutNoteAsync(objects, name, note.ToString(), cancellation);
    }

    private static async Task<SignedNote?> ReadNoteAsync(IObjectStore objects, string name, CancellationToken cancellation)
    {
        try
        {
            return await objects.ReadAsync(name, cancellation) is { } bytes ? SignedNote.Parse(Encoding.UTF8.GetString(bytes)) : null;
        }
        catch (FormatException broken)
        {
            throw new LedgerConflictException(name, broken.Message);
        }
    }

    private static Task PutNoteAsync(IObjectStore objects, string name, string text, CancellationToken cancellation) =>
        objects.PutAsync(name, Encoding.UTF8.GetBytes(text), NoteType, cancellation);
}
