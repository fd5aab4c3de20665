using System.Collections.Immutable;
using Correction.Domain.Location;
using Correction.Domain.Tracks;
using NodaTime;

namespace Correction.Domain.Tests.Tracks;

public sealed class TrackSegmentsTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 1, 0);

    [Fact]
    public void Given_no_fix_When_cut_Then_there_is_no_segment() => Assert.Empty(TrackSegments.Of([]));

    [Fact]
    public void Given_a_gap_of_ten_minutes_When_cut_Then_the_line_goes_on()
    {
        TrackSegment segment = Assert.Single(TrackSegments.Of([At("a", 0), At("a", 600)]));
        Assert.Equal(2, segment.Fixes.Length);
    }

    [Fact]
    public void Given_a_gap_beyond_ten_minutes_When_cut_Then_a_new_segment_begins() =>
        Assert.Equal([1, 2], TrackSegments.Of([At("a", 0), At("a", 601), At("a", 660)]).Select(segment => segment.Fixes.Length));

    [Fact]
    public void Given_two_devices_at_once_When_cut_Then_each_has_its_own_line()
    {
        ImmutableArray<TrackSegment> segments = TrackSegments.Of([At("a", 0), At("b", 10), At("a", 20), At("b", 30)]);
        Assert.Equal(["a", "b"], segments.Select(segment => segment.DeviceId));
        Assert.All(segments, segment => Assert.Equal(2, segment.Fixes.Length));
    }

    [Fact]
    public void Given_an_unusable_fix_When_cut_Then_it_is_on_no_line() =>
        Assert.Empty(TrackSegments.Of([At("a", 0) with { Use = FixUse.Mocked }]));

    [Fact]
    public void Given_fixes_in_disorder_When_cut_Then_each_stands_once_in_order_of_time()
    {
        TrackSegment segment = Assert.Single(TrackSegments.Of([At("a", 60), At("a", 0), At("a", 30)]));
        Assert.Equal([0, 30, 60], segment.Fixes.Select(fix => (int)(fix.OccurredAt - Start).TotalSeconds));
    }

    private static Fix At(string device, int seconds) => new(
        device, Start + Duration.FromSeconds(seconds), Start + Duration.FromSeconds(seconds + 1),
        new GeoPoint(112.35 + (seconds * 1e-5), 28.84), 5, null, null, null, null, FixSource.OsmAnd);
}
