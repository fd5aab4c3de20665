using System.Collections.Immutable;
using System.Numerics;

namespace Correction.Ledger;

/// <summary>
/// A tree of a stated size, read from tiles: its root and its proofs (RFC 6962 sections 2.1.1 and 2.1.2). Each tile is read
/// once and kept; not safe for several threads.
/// </summary>
/// <param name="read">Gives the hashes of a tile, one after another.</param>
public sealed class TiledTree(long size, Func<Tile, CancellationToken, Task<ReadOnlyMemory<byte>>> read)
{
    private readonly Dictionary<Tile, ReadOnlyMemory<byte>> _tiles = [];

    public long Size { get; } = size;

    /// <summary>The root of the tree's first leaves.</summary>
    /// <param name="first">How many; the tree's size at most.</param>
    public async Task<byte[]> RootAsync(long first, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, Size);
        return first == 0 ? MerkleTree.EmptyRoot() : await HashAsync(0, first, cancellation);
    }

    /// <summary>The audit path of a leaf, from its sibling up.</summary>
    public async Task<ImmutableArray<byte[]>> InclusionAsync(long leaf, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(leaf, Size);
        var path = new List<byte[]>();
        (long start, long count) = (0, Size);
        while (count > 1)
        {
            long left = MerkleTree.LargestPowerBelow(count);
            bool isLeft = leaf - start < left;
            path.Add(isLeft ? await HashAsync(start + left, count - left, cancellation) : await HashAsync(start, left, cancellation));
            (start, count) = isLeft ? (start, left) : (start + left, count - left);
        }

        path.Reverse();
        return [.. path];
    }

    /// <summary>Proves that the tree of the first leaves is the beginning of this one.</summary>
    /// <param name="first">Size of the earlier tree, 1 to <see cref="Size"/>.</param>
    public async Task<ImmutableArray<byte[]>> ConsistencyAsync(long first, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, Size);
        var proof = new List<byte[]>();
        (long start, long count, long old, bool known) = (0, Size, first, true);
        while (old < count)
        {
            long left = MerkleTree.LargestPowerBelow(count);
            if (old <= left)
            {
                proof.Add(await HashAsync(start + left, count - left, cancellation));
                count = left;
            }
            else
            {
                proof.Add(await HashAsync(start, left, cancellation));
                (start, count, old, known) = (start + left, count - left, old - left, false);
            }
        }

        if (!known)
        {
            proof.Add(await HashAsync(start, count, cancellation)); // the verifier does not know it: it is not the whole earlier tree
        }

        proof.Reverse();
        return [.. proof];
    }

    /// <summary>MTH of some leaves; the start is a multiple of the power of two that the recursion of RFC 6962 cuts at.</summary>
    private async Task<byte[]> HashAsync(long start, long count, CancellationToken cancellation)
    {
        if (!BitOperations.IsPow2(count))
        {
            long left = MerkleTree.LargestPowerBelow(count);
            byte[] begin = await HashAsync(start, left, cancellation), end = await HashAsync(start + left, count - left, cancellation);
            return MerkleTree.NodeHash(begin, end);
        }

        int height = BitOperations.Log2((ulong)count), level = height / Tile.Height;
        long first = start >> (level * Tile.Height);
        ReadOnlyMemory<byte> hashes = await TileAsync(Tile.Holding(level, first, Size), cancellation);
        int offset = (int)(first % Tile.FullWidth);
        return MerkleTree.Root([.. Enumerable.Range(offset, 1 << (height % Tile.Height)).Select(at => hashes.Slice(at * MerkleTree.HashLength, MerkleTree.HashLength).ToArray())]);
    }

    private async Task<ReadOnlyMemory<byte>> TileAsync(Tile tile, CancellationToken cancellation)
    {
        if (!_tiles.TryGetValue(tile, out ReadOnlyMemory<byte> hashes))
        {
            hashes = await read(tile, cancellation);
            if (hashes.Length != tile.Width * MerkleTree.HashLength)
            {
                throw new InvalidDataException($"{tile} holds {hashes.Length} bytes, not {tile.Width * MerkleTree.HashLength}.");
            }

            _tiles[tile] = hashes;
        }

        return hashes;
    }
}
