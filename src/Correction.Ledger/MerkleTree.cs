using System.Numerics;
using System.Security.Cryptography;

namespace Correction.Ledger;

/// <summary>Hashes of a Merkle tree, RFC 6962 section 2.1, with SHA-256.</summary>
public static class MerkleTree
{
    public const int HashLength = SHA256.HashSizeInBytes;

    private const byte LeafPrefix = 0, NodePrefix = 1;

    /// <summary>The root of a tree without leaves.</summary>
    public static byte[] EmptyRoot() => SHA256.HashData([]);

    public static byte[] LeafHash(ReadOnlySpan<byte> leaf)
    {
        byte[] prefixed = new byte[leaf.Length + 1];
        prefixed[0] = LeafPrefix;
        leaf.CopyTo(prefixed.AsSpan(1));
        return SHA256.HashData(prefixed);
    }

    public static byte[] NodeHash(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> both = stackalloc byte[1 + (2 * HashLength)];
        both[0] = NodePrefix;
        left.CopyTo(both[1..]);
        right.CopyTo(both[(1 + HashLength)..]);
        return SHA256.HashData(both);
    }

    /// <summary>The root over hashes of complete subtrees of one height; the last may be of a lower, incomplete one.</summary>
    public static byte[] Root(ReadOnlySpan<byte[]> hashes)
    {
        switch (hashes.Length)
        {
            case 0:
                return EmptyRoot();
            case 1:
                return hashes[0];
            default:
                int left = (int)LargestPowerBelow(hashes.Length);
                return NodeHash(Root(hashes[..left]), Root(hashes[left..]));
        }
    }

    /// <summary>How many leaves stand in the left half of a tree of so many (RFC 6962: k).</summary>
    /// <param name="size">2 at least.</param>
    internal static long LargestPowerBelow(long size) => 1L << (63 - BitOperations.LeadingZeroCount((ulong)(size - 1)));
}
