namespace Correction.Ledger;

/// <summary>Checks proofs without the tree: RFC 9162 sections 2.1.3.2 and 2.1.4.2, for the hashes of RFC 6962.</summary>
public static class MerkleProof
{
    /// <summary>Whether the path leads from this leaf of a tree of this size to this root.</summary>
    public static bool Includes(long leaf, byte[] leafHash, long size, IReadOnlyList<byte[]> path, byte[] root)
    {
        if (leaf < 0 || leaf >= size)
        {
            return false;
        }

        (long node, long last, byte[] hash) = (leaf, size - 1, leafHash);
        foreach (byte[] sibling in path)
        {
            if (last == 0)
            {
                return false;
            }

            if ((node & 1) == 1 || node == last)
            {
                hash = MerkleTree.NodeHash(sibling, hash);
                (node, last) = SkipRightEdge(node, last);
            }
            else
            {
                hash = MerkleTree.NodeHash(hash, sibling);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && hash.AsSpan().SequenceEqual(root);
    }

    /// <summary>Whether the tree of the first size and root is the beginning of that of the second.</summary>
    public static bool Extends(long first, byte[] firstRoot, long second, byte[] secondRoot, IReadOnlyList<byte[]> proof)
    {
        if (first > second || first < 0)
        {
            return false;
        }

        if (first == second || first == 0)
        {
            return proof.Count == 0 && (first == 0 ? firstRoot.AsSpan().SequenceEqual(MerkleTree.EmptyRoot()) : firstRoot.AsSpan().SequenceEqual(secondRoot));
        }

        byte[][] path = (first & (first - 1)) == 0 ? [firstRoot, .. proof] : [.. proof];
        return path.Length > 0 && Walk(first - 1, second - 1, path, firstRoot, secondRoot);
    }

    private static bool Walk(long node, long last, byte[][] path, byte[] firstRoot, byte[] secondRoot)
    {
        while ((node & 1) == 1)
        {
            (node, last) = (node >> 1, last >> 1);
        }

        (byte[] old, byte[] whole) = (path[0], path[0]);
        foreach (byte[] hash in path.AsSpan(1))
        {
            if (last == 0)
            {
                return false;
            }

            if ((node & 1) == 1 || node == last)
            {
                (old, whole) = (MerkleTree.NodeHash(hash, old), MerkleTree.NodeHash(hash, whole));
                (node, last) = SkipRightEdge(node, last);
            }
            else
            {
                whole = MerkleTree.NodeHash(whole, hash);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && old.AsSpan().SequenceEqual(firstRoot) && whole.AsSpan().SequenceEqual(secondRoot);
    }

    /// <summary>At the right edge a node without a sibling stands for its parents too.</summary>
    private static (long Node, long Last) SkipRightEdge(long node, long last)
    {
        while ((node & 1) == 0 && node != 0)
        {
            (node, last) = (node >> 1, last >> 1);
        }

        return (node, last);
    }
}
