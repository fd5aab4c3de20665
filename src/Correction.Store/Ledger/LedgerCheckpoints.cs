using System.Collections.Immutable;
using Correction.Ledger;
using NodaTime;
using Npgsql;

namespace Correction.Store.Ledger;

/// <summary>The signed checkpoints: all of a day, then the last of each hour. One that is gone can still be proved against the tree.</summary>
public sealed class LedgerCheckpoints(NpgsqlDataSource database)
{
    private static readonly Duration AllKept = Duration.FromDays(1);

    /// <summary>Null before the first.</summary>
    public async Task<SignedNote?> LatestAsync(CancellationToken cancellation = default)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        return await LatestAsync(connection, cancellation);
    }

    /// <summary>Every key that ever signed, oldest first.</summary>
    public async Task<ImmutableArray<LogKey>> KeysAsync(CancellationToken cancellation = default)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        return await LedgerKeys.KnownAsync(connection, cancellation);
    }

    /// <summary>Keys as they are served and published, a line each.</summary>
    public static string Lines(IEnumerable<VerifierKey> keys) => string.Concat(keys.Select(key => $"{key}\n"));

    /// <summary>Drops what has had its day.</summary>
    public async Task PruneAsync(Instant now, CancellationToken cancellation)
    {
        await using NpgsqlCommand prune = database.CreateCommand(
            """
            delete from correction.ledger_checkpoint old
            where signed_at < $1 and exists (
                select from correction.ledger_checkpoint later
                where later.id > old.id and date_trunc('hour', later.signed_at) = date_trunc('hour', old.signed_at))
            """);
        prune.Parameters.Add(new() { Value = (now - AllKept).ToDateTimeUtc() });
        await prune.ExecuteNonQueryAsync(cancellation);
    }

    internal static async Task<SignedNote?> LatestAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using NpgsqlCommand read = new("select note from correction.ledger_checkpoint order by id desc limit 1", connection);
        return await read.ExecuteScalarAsync(cancellation) is string note ? SignedNote.Parse(note) : null;
    }

    internal static async Task AddAsync(NpgsqlConnection connection, long size, SignedNote note, Instant at, CancellationToken cancellation)
    {
        await using NpgsqlCommand add = new("insert into correction.ledger_checkpoint (size, note, signed_at) values ($1, $2, $3)", connection);
        add.Parameters.Add(new() { Value = size });
        add.Parameters.Add(new() { Value = note.ToString() });
        add.Parameters.Add(new() { Value = at.ToDateTimeUtc() });
        await add.ExecuteNonQueryAsync(cancellation);
    }
}
