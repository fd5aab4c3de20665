using System.Collections.Immutable;

namespace Correction.Ledger;

/// <param name="Level">1 at least: a hash of level n is the root of a full tile of level n - 1.</param>
public sealed record TileNode(int Level, long Index, byte[] Hash);

/// <summary>
/// The right edge of a growing tree: of each level the hashes of the tile that is not full. It is all that appending needs,
/// and all that the root needs. Not safe for several threads.
/// </summary>
public sealed class TileFrontier
{
    private readonly List<List<byte[]>> _levels = [];

    /// <summary>How many leaves were appended.</summary>
    public long Size { get; private set; }

    /// <summary>Goes on where a tree of this size stands.</summary>
    /// <param name="partials">The hashes of the tile at the right edge, by level from 0; empty where the last one is full.</param>
    public static TileFrontier Resume(long size, IEnumerable<IEnumerable<byte[]>> partials)
    {
        var frontier = new TileFrontier { Size = size };
        frontier._levels.AddRange(partials.Select(hashes => hashes.ToList()));
        return frontier;
    }

    /// <summary>Appends a leaf by its hash; returns the nodes that this completed, lowest level first.</summary>
    public ImmutableArray<TileNode> Append(byte[] leafHash)
    {
        ImmutableArray<TileNode> completed = [];
        byte[] hash = leafHash;
        long index = Size++;
        for (int level = 0; Add(level, hash); level++)
        {
            hash = MerkleTree.Root([.. _levels[level]]);
            _levels[level].Clear();
            index /= Tile.FullWidth;
            completed = completed.Add(new TileNode(level + 1, index, hash));
        }

        return completed;
    }

    /// <summary>The root of the tree as it stands (RFC 6962: MTH).</summary>
    public byte[] Root()
    {
        byte[]? edge = null;
        foreach (List<byte[]> level in _levels)
        {
            byte[][] hashes = edge is null ? [.. level] : [.. level, edge];
            edge = hashes.Length == 0 ? null : MerkleTree.Root(hashes);
        }

        return edge ?? MerkleTree.EmptyRoot();
    }

    /// <summary>True where the tile is full now.</summary>
    private bool Add(int level, byte[] hash)
    {
        if (level == _levels.Count)
        {
            _levels.Add([]);
        }

        _levels[level].Add(hash);
        return _levels[level].Count == Tile.FullWidth;
    }
}
