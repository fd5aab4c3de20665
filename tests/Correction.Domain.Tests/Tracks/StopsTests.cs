using System.Collections.Immutable;
using Correction.Domain.Location;
using Correction.Domain.Tracks;
using NodaTime;

namespace Correction.Domain.Tests.Tracks;

public sealed class StopsTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 1, 0);
    private static readonly GeoPoint Home = new(112.35, 28.84);

    [Fact]
    public void Given_a_walk_without_rest_When_stops_are_sought_Then_there_is_none() =>
        Assert.Empty(Find(Enumerable.Range(0, 60).Select(minute => At(minute, minute * 80))));

    [Fact]
    public void Given_a_stay_between_two_walks_When_stops_are_sought_Then_it_is_found_with_its_times_and_place()
    {
        Stop stop = Assert.Single(Find([At(0, -400), At(1, -200), .. Enumerable.Range(2, 20).Select(minute => At(minute, minute % 3)), At(22, 200), At(23, 400)]));
        Assert.Equal((Minute(2), Minute(21), 20), (stop.From, stop.To, stop.Fixes));
        Assert.InRange(stop.Center.DistanceTo(Home), 0, 3);
    }

    [Theory]
    [InlineData(9, 0)]
    [InlineData(10, 1)]
    public void Given_a_stay_When_it_lasts_less_than_asked_Then_it_is_no_stop(int minutes, int stops) =>
        Assert.Equal(stops, Find(Enumerable.Range(0, minutes + 1).Select(minute => At(minute, 0))).Length);

    [Fact]
    public void Given_one_fix_astray_When_the_next_is_back_Then_the_stop_goes_on()
    {
        Stop stop = Assert.Single(Find([.. Enumerable.Range(0, 10).Select(minute => At(minute, 0)), At(10, 300), .. Enumerable.Range(11, 10).Select(minute => At(minute, 0))]));
        Assert.Equal((Minute(0), Minute(20), 20), (stop.From, stop.To, stop.Fixes));
    }

    [Fact]
    public void Given_inaccurate_fixes_whose_circles_reach_the_place_When_they_come_in_a_row_Then_they_neither_end_nor_move_the_stop()
    {
        Stop stop = Assert.Single(Find(
            [.. Enumerable.Range(0, 8).Select(minute => At(minute, 0)), .. Enumerable.Range(8, 5).Select(minute => At(minute, 250, accuracy: 240)), .. Enumerable.Range(13, 8).Select(minute => At(minute, 0))]));
        Assert.Equal((Minute(20), 16), (stop.To, stop.Fixes));
        Assert.InRange(stop.Center.DistanceTo(Home), 0, 0.1);
    }

    [Fact]
    public void Given_a_long_silence_at_one_place_When_stops_are_sought_Then_the_silence_is_not_claimed()
    {
        ImmutableArray<Stop> stops = Find([.. Enumerable.Range(0, 15).Select(minute => At(minute, 0)), .. Enumerable.Range(120, 15).Select(minute => At(minute, 0))]);
        Assert.Equal([Minute(14), Minute(134)], stops.Select(stop => stop.To));
    }

    [Fact]
    public void Given_fixes_that_decide_nothing_When_stops_are_sought_Then_they_place_none() =>
        Assert.Empty(Find(Enumerable.Range(0, 30).Select(minute => At(minute, 0) with { Use = FixUse.Mocked })));

    private static ImmutableArray<Stop> Find(IEnumerable<Fix> fixes) => Stops.Of(fixes, Stops.AtLeast, Stops.Radius);

    private static Instant Minute(int minute) => Start + Duration.FromMinutes(minute);

    private static Fix At(int minute, double east, double accuracy = 8) =>
        new("d", Minute(minute), Minute(minute), Home.Move(east, 0), accuracy, null, null, null, null, FixSource.OsmAnd);
}
