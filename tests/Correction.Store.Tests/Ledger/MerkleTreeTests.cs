using System.Collections.Immutable;
using Correction.Ledger;
using FsCheck.Xunit;

namespace Correction.Store.Tests.Ledger;

/// <summary>The tree and its proofs against RFC 6962, with the vectors of the Certificate Transparency project.</summary>
public sealed class MerkleTreeTests
{
    private static readonly string[] Leaves =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    private static readonly string[] Roots =
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void A_growing_tree_has_the_published_root_at_every_size_and_none_when_empty()
    {
        var frontier = new TileFrontier();
        Assert.Equal(Roots[0], Convert.ToHexStringLower(frontier.Root()));
        for (int size = 1; size <= Leaves.Length; size++)
        {
            frontier.Append(MerkleTree.LeafHash(Convert.FromHexString(Leaves[size - 1])));
            Assert.Equal(Roots[size], Convert.ToHexStringLower(frontier.Root()));
        }
    }

    /// <summary>Sizes about the borders of tiles of one, two and three levels are among them.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(511)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(70_000)]
    public async Task Of_any_size_the_tiles_give_the_root_and_every_proof_holds(int size)
    {
        (TileFrontier frontier, TiledTree tree) = Grow(size);
        byte[] root = await tree.RootAsync(size, Cancellation);
        Assert.Equal(frontier.Root(), root);
        foreach (int leaf in new[] { 0, 1, size / 3, size / 2, 255, 256, size - 2, size - 1 }.Where(leaf => leaf >= 0 && leaf < size).Distinct())
        {
            ImmutableArray<byte[]> path = await tree.InclusionAsync(leaf, Cancellation);
            Assert.True(MerkleProof.Includes(leaf, Leaf(leaf), size, path, root), $"leaf {leaf}");
            Assert.False(MerkleProof.Includes(leaf, Leaf(leaf + 1), size, path, root), $"leaf {leaf} changed");

            ImmutableArray<byte[]> proof = await tree.ConsistencyAsync(leaf + 1, Cancellation);
            byte[] earlier = Grow(leaf + 1).Frontier.Root();
            Assert.True(MerkleProof.Extends(leaf + 1, earlier, size, root, proof), $"from {leaf + 1}");
            Assert.Equal(earlier, await tree.RootAsync(leaf + 1, Cancellation));
            Assert.False(MerkleProof.Extends(leaf + 1, Leaf(leaf), size, root, proof) && leaf > 0, $"from {leaf + 1} changed");
        }
    }

    [Property(MaxTest = 60)]
    public bool Whatever_two_sizes_the_later_tree_extends_the_earlier_and_no_other(ushort one, ushort other)
    {
        (int first, int second) = (1 + Math.Min(one % 3_000, other % 3_000), 1 + Math.Max(one % 3_000, other % 3_000));
        TiledTree tree = Grow(second).Tree;
        byte[] root = Grow(second).Frontier.Root(), earlier = Grow(first).Frontier.Root(), forged = (byte[])earlier.Clone();
        forged[one % forged.Length] ^= 1;
        ImmutableArray<byte[]> proof = tree.ConsistencyAsync(first, Cancellation).Result;
        return MerkleProof.Extends(first, earlier, second, root, proof) && !MerkleProof.Extends(first, forged, second, root, proof);
    }

    [Property(MaxTest = 40)]
    public bool A_tree_that_goes_on_from_its_right_edge_is_the_tree_that_never_stopped(ushort size, ushort more)
    {
        (int first, int second) = (size % 2_000, (size % 2_000) + (more % 600));
        TileFrontier resumed = TileFrontier.Resume(first, Partials(first));
        for (int leaf = first; leaf < second; leaf++)
        {
            resumed.Append(Leaf(leaf));
        }

        return resumed.Size == second && resumed.Root().AsSpan().SequenceEqual(Grow(second).Frontier.Root());
    }

    private static byte[] Leaf(int number) => MerkleTree.LeafHash(BitConverter.GetBytes(number));

    private static (TileFrontier Frontier, TiledTree Tree) Grow(int size)
    {
        var frontier = new TileFrontier();
        Dictionary<(int Level, long Index), byte[]> nodes = [];
        for (int leaf = 0; leaf < size; leaf++)
        {
            nodes[(0, leaf)] = Leaf(leaf);
            foreach (TileNode node in frontier.Append(Leaf(leaf)))
            {
                nodes[(node.Level, node.Index)] = node.Hash;
            }
        }

        return (frontier, new TiledTree(size, (tiles, _) => Task.FromResult<IReadOnlyList<ReadOnlyMemory<byte>>>(
            [.. tiles.Select(tile => (ReadOnlyMemory<byte>)Enumerable.Range(0, tile.Width).SelectMany(at => nodes[(tile.Level!.Value, tile.First + at)]).ToArray())])));
    }

    private static IEnumerable<IEnumerable<byte[]>> Partials(int size)
    {
        yield return Enumerable.Range(size / 256 * 256, size % 256).Select(Leaf);
        yield return Enumerable.Range(0, size / 256).Select(tile => MerkleTree.Root([.. Enumerable.Range(tile * 256, 256).Select(Leaf)]));
    }
}
