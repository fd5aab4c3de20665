using Correction.Ledger;

namespace Correction.Store.Tests.Ledger;

public sealed class TileTests
{
    [Theory]
    [InlineData("0/000", 0, 0L, 256)]
    [InlineData("0/x001/x234/067", 0, 1_234_067L, 256)]
    [InlineData("63/005.p/1", 63, 5L, 1)]
    [InlineData("1/x012/345.p/255", 1, 12_345L, 255)]
    [InlineData("entries/x001/000", null, 1_000L, 256)]
    [InlineData("entries/000.p/17", null, 0L, 17)]
    public void A_path_names_its_tile_and_the_tile_its_path(string path, int? level, long index, int width)
    {
        Assert.True(Tile.TryParse(path, out Tile tile));
        Assert.Equal(new Tile(level, index, width), tile);
        Assert.Equal("tile/" + path, tile.ToString());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("64/000")]
    [InlineData("00/000")]
    [InlineData("0/0")]
    [InlineData("0/0000")]
    [InlineData("0/x000/001")]
    [InlineData("0/001/002")]
    [InlineData("0/x001")]
    [InlineData("0/xx01/002")]
    [InlineData("0/000.p/0")]
    [InlineData("0/000.p/256")]
    [InlineData("0/000.p/01")]
    [InlineData("0/000.p")]
    [InlineData("0/-01")]
    [InlineData("entry/000")]
    [InlineData("0/x999/x999/x999/x999/x999/x999/x999/999")]
    [InlineData("")]
    public void What_is_no_path_names_no_tile(string path) => Assert.False(Tile.TryParse(path, out _));

    /// <summary>The example of C2SP tlog-tiles.</summary>
    [Fact]
    public void A_tree_of_70000_has_the_tiles_of_the_specifications_example()
    {
        Tile[] tiles = [.. Tile.Of(70_000)];
        Assert.Equal(273, tiles.Count(tile => tile is { Level: 0, IsFull: true }));
        Assert.Equal([new Tile(0, 273, 112), new Tile(1, 1, 17), new Tile(2, 0, 1)], tiles.Where(tile => !tile.IsFull));
        Assert.Equal([new Tile(1, 0, 256)], tiles.Where(tile => tile is { Level: 1, IsFull: true }));
        Assert.Equal([new Tile(0, 0, 256), new Tile(1, 0, 1)], Tile.Of(256));
        Assert.Empty(Tile.Of(0));
    }

    [Fact]
    public void A_tree_that_grew_has_the_new_tiles_and_the_wider_ones_besides_those_it_had()
    {
        foreach ((long since, long size) in (ReadOnlySpan<(long, long)>)[(0, 0), (0, 70_000), (1, 2), (255, 256), (256, 257), (511, 700), (65_535, 65_536), (65_536, 70_000), (69_990, 70_000), (70_000, 70_000)])
        {
            Assert.Equal(Tile.Of(size).Except(Tile.Of(since)), Tile.Of(size, since));
        }
    }

    [Fact]
    public void Entries_are_led_by_their_lengths() =>
        Assert.Equal([0, 2, 7, 8, 0, 0, 0, 1, 9], EntryBundle.Write([[7, 8], [], [9]]));
}
