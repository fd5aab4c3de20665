using System.Collections.Immutable;
using System.Numerics;

namespace Correction.Ledger;

/// <summary>
/// A tree of a stated size, read from tiles: its root and its proofs (RFC 6962 sections 2.1.1 and 2.1.2). The tiles that an
/// answer needs are asked for at once, and kept; not safe for several threads.
/// </summary>
/// <param name="read">Gives the hashes of each tile, one after another.</param>
public sealed class TiledTree(long size, Func<IReadOnlyList<Tile>, CancellationToken, Task<IReadOnlyList<ReadOnlyMemory<byte>>>> read)
{
    private readonly Dictionary<Tile, ReadOnlyMemory<byte>> _tiles = [];

    public long Size { get; } = size;

    /// <summary>The root of the tree's first leaves.</summary>
    /// <param name="first">How many; the tree's size at most.</param>
    public async Task<byte[]> RootAsync(long first, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, Size);
        return first == 0 ? MerkleTree.EmptyRoot() : (await HashAsync([new Leaves(0, first)], cancellation))[0];
    }

    /// <summary>The audit path of a leaf, from its sibling up.</summary>
    public async Task<ImmutableArray<byte[]>> InclusionAsync(long leaf, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(leaf, Size);
        var path = new List<Leaves>();
        var whole = new Leaves(0, Size);
        while (whole.Count > 1)
        {
            (Leaves left, Leaves right) = whole.Split();
            bool isLeft = leaf < right.Start;
            path.Add(isLeft ? right : left);
            whole = isLeft ? left : right;
        }

        path.Reverse();
        return await HashAsync(path, cancellation);
    }

    /// <summary>Proves that the tree of the first leaves is the beginning of this one.</summary>
    /// <param name="first">Size of the earlier tree, 1 to <see cref="Size"/>.</param>
    public async Task<ImmutableArray<byte[]>> ConsistencyAsync(long first, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, Size);
        var proof = new List<Leaves>();
        (Leaves whole, bool known) = (new Leaves(0, Size), true);
        while (first < whole.End)
        {
            (Leaves left, Leaves right) = whole.Split();
            bool isLeft = first <= right.Start;
            proof.Add(isLeft ? right : left);
            (whole, known) = isLeft ? (left, known) : (right, false);
        }

        if (!known)
        {
            proof.Add(whole); // the verifier does not know it: it is not the whole earlier tree
        }

        proof.Reverse();
        return await HashAsync(proof, cancellation);
    }

    /// <summary>MTH of each.</summary>
    private async Task<ImmutableArray<byte[]>> HashAsync(IReadOnlyCollection<Leaves> wanted, CancellationToken cancellation)
    {
        Tile[] missing = [.. wanted.SelectMany(leaves => leaves.Subtrees()).Select(TileOf).Distinct().Where(tile => !_tiles.ContainsKey(tile))];
        if (missing.Length > 0)
        {
            foreach ((Tile tile, ReadOnlyMemory<byte> hashes) in missing.Zip(await read(missing, cancellation)))
            {
                _tiles[tile] = hashes.Length == tile.Width * MerkleTree.HashLength
                    ? hashes
                    : throw new InvalidDataException($"{tile} holds {hashes.Length} bytes, not {tile.Width * MerkleTree.HashLength}.");
            }
        }

        return [.. wanted.Select(Hash)];
    }

    private byte[] Hash(Leaves leaves)
    {
        if (!leaves.IsSubtree)
        {
            (Leaves left, Leaves right) = leaves.Split();
            return MerkleTree.NodeHash(Hash(left), Hash(right));
        }

        ReadOnlyMemory<byte> hashes = _tiles[TileOf(leaves)];
        int offset = (int)(leaves.IndexInLevel % Tile.FullWidth);
        return MerkleTree.Root([.. Enumerable.Range(offset, 1 << (leaves.Height % Tile.Height)).Select(at => hashes.Slice(at * MerkleTree.HashLength, MerkleTree.HashLength).ToArray())]);
    }

    private Tile TileOf(Leaves subtree) => Tile.Holding(subtree.Level, subtree.IndexInLevel, Size);

    /// <summary>Leaves in a row that have a hash of their own; the start is a multiple of the power of two that the recursion of RFC 6962 cuts at.</summary>
    private readonly record struct Leaves(long Start, long Count)
    {
        public long End => Start + Count;

        /// <summary>Whether they are a whole subtree, whose hash follows from one tile.</summary>
        public bool IsSubtree => BitOperations.IsPow2(Count);

        public int Height => BitOperations.Log2((ulong)Count);

        public int Level => Height / Tile.Height;

        public long IndexInLevel => Start >> (Level * Tile.Height);

        public (Leaves Left, Leaves Right) Split()
        {
            long left = MerkleTree.LargestPowerBelow(Count);
            return (new Leaves(Start, left), new Leaves(Start + left, Count - left));
        }

        public IEnumerable<Leaves> Subtrees() => IsSubtree ? [this] : Split() is var (left, right) ? [.. left.Subtrees(), .. right.Subtrees()] : [];
    }
}
