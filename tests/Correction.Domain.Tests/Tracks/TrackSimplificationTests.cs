using System.Collections.Immutable;
using Correction.Domain.Location;
using Correction.Domain.Tracks;
using NodaTime;

namespace Correction.Domain.Tests.Tracks;

public sealed class TrackSimplificationTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 1, 0);
    private static readonly GeoPoint Origin = new(112.35, 28.84);

    [Fact]
    public void Given_a_straight_line_When_simplified_Then_only_its_ends_remain()
    {
        ImmutableArray<Fix> line = Line((0, 0), (100, 0), (200, 0), (300, 0));
        Assert.Equal([line[0], line[3]], TrackSimplification.Simplify(line, 1));
    }

    [Fact]
    public void Given_a_corner_When_simplified_Then_it_remains_with_its_time()
    {
        ImmutableArray<Fix> line = Line((0, 0), (50, 1), (100, 0), (100, 100));
        Assert.Equal([line[0], line[2], line[3]], TrackSimplification.Simplify(line, 5));
    }

    [Fact]
    public void Given_a_walk_there_and_back_When_simplified_Then_the_turning_point_remains()
    {
        ImmutableArray<Fix> line = Line((0, 0), (500, 0), (1000, 0), (500, 0), (0, 0));
        Assert.Equal([line[0], line[2], line[4]], TrackSimplification.Simplify(line, 10));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Given_no_tolerance_When_simplified_Then_every_fix_remains(double tolerance)
    {
        ImmutableArray<Fix> line = Line((0, 0), (100, 0), (200, 0));
        Assert.Equal(line, TrackSimplification.Simplify(line, tolerance));
    }

    [Fact]
    public void Given_a_long_winding_day_When_simplified_Then_no_dropped_fix_lies_farther_than_the_tolerance_from_the_line()
    {
        ImmutableArray<Fix> line = Line([.. Enumerable.Range(0, 5_000).Select(i => (i * 10.0, 200 * Math.Sin(i / 25.0)))]);
        ImmutableArray<Fix> thin = TrackSimplification.Simplify(line, 15);

        Assert.InRange(thin.Length, 3, 2_000);
        Assert.All(line, fix => Assert.True(DistanceTo(thin, fix.Position) <= 15.5)); // half a metre for the flat-earth offsets
    }

    [Fact]
    public void Given_a_line_longer_than_a_stretch_When_simplified_Then_nothing_but_needless_fixes_are_gone()
    {
        ImmutableArray<Fix> line = Line([.. Enumerable.Range(0, 20_000).Select(i => (i * 1.0, 0.0))]);
        ImmutableArray<Fix> thin = TrackSimplification.Simplify(line, 1);
        Assert.Equal((line[0], line[^1]), (thin[0], thin[^1]));
        Assert.InRange(thin.Length, 2, 10);
    }

    private static double DistanceTo(ImmutableArray<Fix> line, GeoPoint point) =>
        line.Zip(line.Skip(1)).Min(side =>
        {
            (double ax, double ay) = point.Offset(side.First.Position);
            (double bx, double by) = point.Offset(side.Second.Position);
            double t = Math.Clamp(-((ax * (bx - ax)) + (ay * (by - ay))) / (Math.Pow(bx - ax, 2) + Math.Pow(by - ay, 2)), 0, 1);
            return Math.Sqrt(Math.Pow(ax + (t * (bx - ax)), 2) + Math.Pow(ay + (t * (by - ay)), 2));
        });

    private static ImmutableArray<Fix> Line(params (double East, double North)[] metres) =>
    [
        .. metres.Select((offset, i) => new Fix(
            "a", Start + Duration.FromSeconds(30 * i), Start + Duration.FromSeconds(30 * i), Origin.Move(offset.East, offset.North),
            5, null, null, null, null, FixSource.OsmAnd)),
    ];
}
