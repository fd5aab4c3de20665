using System.Globalization;
using Correction.Ledger;
using Npgsql;

namespace Correction.Store.Ledger;

/// <summary>The tree as it lies in the database: a tile is a range of rows, so a partial tile of any size is at hand for ever.</summary>
public sealed class LedgerTree(NpgsqlDataSource database)
{
    /// <summary>The hashes of a tile; shorter than its width where the tree has not grown so far.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(Tile tile, CancellationToken cancellation = default)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        return (await ReadAsync(connection, [tile], cancellation))[0];
    }

    /// <summary>The tree of the first leaves, for roots and proofs.</summary>
    public TiledTree Of(long size) => new(size, async (tiles, cancellation) =>
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        return await ReadAsync(connection, tiles, cancellation);
    });

    /// <summary>
    /// A bundle of entries, made from the events as they stand now; null where the tree has not grown so far. It has as many as
    /// the tile only where no event is gone, and none was put among them after they were sealed.
    /// </summary>
    public async Task<byte[]?> ReadEntriesAsync(Tile tile, CancellationToken cancellation = default)
    {
        if (await SizeAsync(cancellation) < tile.First + tile.Width)
        {
            return null;
        }

        await using NpgsqlCommand read = database.CreateCommand(LedgerEvents.OfLeaves);
        read.Parameters.Add(new() { Value = tile.First });
        read.Parameters.Add(new() { Value = tile.First + tile.Width });
        return EntryBundle.Write(await LedgerEvents.ReadAsync(read, cancellation).Select(happened => happened.Leaf()).ToListAsync(cancellation));
    }

    /// <summary>What was noted of each leaf of a tile when it was sealed; null where the tree has not grown so far. It proves nothing: it gives an event that is gone its name.</summary>
    public async Task<IReadOnlyList<EventName>?> ReadNamesAsync(Tile tile, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand read = database.CreateCommand("select sequence, stream_id, version from correction.ledger_leaf where index >= $1 and index < $2 order by index");
        read.Parameters.Add(new() { Value = tile.First });
        read.Parameters.Add(new() { Value = tile.First + tile.Width });
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellation);
        var names = new List<EventName>(tile.Width);
        while (await row.ReadAsync(cancellation))
        {
            names.Add(new EventName(row.GetInt64(0), row.GetString(1), row.GetInt64(2)));
        }

        return names.Count == tile.Width ? names : null;
    }

    /// <summary>The event of a leaf with its whole body, for one that stands in its leaf by a hash; null where there is none, or its body is a track.</summary>
    public async Task<LedgerEvent?> ReadEventAsync(long leaf, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand read = database.CreateCommand(LedgerEvents.OfLeaves);
        read.Parameters.Add(new() { Value = leaf });
        read.Parameters.Add(new() { Value = leaf + 1 });
        return await LedgerEvents.ReadAsync(read, cancellation).LastOrDefaultAsync(cancellation) is { IsBinary: false } found ? found : null;
    }

    public async Task<long> SizeAsync(CancellationToken cancellation = default)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        return (await LastAsync(connection, cancellation)).Size;
    }

    /// <summary>How many leaves there are, and the sequence of the last.</summary>
    internal static async Task<(long Size, long Sequence)> LastAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using NpgsqlCommand find = new("select index, sequence from correction.ledger_leaf order by index desc limit 1", connection);
        await using NpgsqlDataReader row = await find.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? (row.GetInt64(0) + 1, row.GetInt64(1)) : (0, 0);
    }

    /// <summary>The right edge, from which the tree grows on.</summary>
    internal static async Task<TileFrontier> EdgeAsync(NpgsqlConnection connection, long size, CancellationToken cancellation)
    {
        var partial = new List<Tile>();
        for (long nodes = size; nodes > 0; nodes /= Tile.FullWidth)
        {
            partial.Add(new Tile(partial.Count, nodes / Tile.FullWidth, (int)(nodes % Tile.FullWidth)));
        }

        return TileFrontier.Resume(size, [.. (await ReadAsync(connection, partial, cancellation)).Select(hashes => hashes.ToArray().Chunk(MerkleTree.HashLength))]);
    }

    /// <summary>All in one round trip.</summary>
    private static async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(NpgsqlConnection connection, IReadOnlyList<Tile> tiles, CancellationToken cancellation)
    {
        var found = new List<ReadOnlyMemory<byte>>(tiles.Count);
        if (tiles.Count == 0)
        {
            return found;
        }

        await using NpgsqlBatch batch = new(connection);
        foreach (Tile tile in tiles)
        {
            string source = tile.Level == 0 ? "ledger_leaf where" : string.Create(CultureInfo.InvariantCulture, $"ledger_node where level = {tile.Level} and");
            batch.BatchCommands.Add(new($"select string_agg(hash, '' order by index) from correction.{source} index >= $1 and index < $2")
            {
                Parameters = { new() { Value = tile.First }, new() { Value = tile.First + tile.Width } },
            });
        }

        await using NpgsqlDataReader row = await batch.ExecuteReaderAsync(cancellation);
        do
        {
            await row.ReadAsync(cancellation);
            found.Add(await row.IsDBNullAsync(0, cancellation) ? default : row.GetFieldValue<byte[]>(0));
        }
        while (await row.NextResultAsync(cancellation));
        return found;
    }
}
