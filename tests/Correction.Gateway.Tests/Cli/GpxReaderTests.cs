using System.Text;
using System.Xml;
using Correction.Cli;
using Correction.Domain.Location;
using Correction.Testing;
using NodaTime;

namespace Correction.Gateway.Tests.Cli;

public sealed class GpxReaderTests
{
    [Fact]
    public void Given_the_recorded_walk_When_read_Then_its_296_points_come_in_order_with_their_times()
    {
        using FileStream file = File.OpenRead(SharedData.File("gpx/cerknicko-jezero.gpx"));
        IReadOnlyList<GpxPoint> points = GpxReader.Read(file);
        Assert.Equal(296, points.Count);
        Assert.All(points, point => Assert.NotNull(point.At));
        Assert.Equal(points.Select(point => point.At).Order(), points.Select(point => point.At));
    }

    [Theory]
    [InlineData("1/0")]
    [InlineData("1/1")]
    public void Given_either_version_When_read_Then_a_point_has_place_time_and_elevation(string version)
    {
        GpxPoint point = Assert.Single(Read(
            $"""<gpx xmlns="http://www.topografix.com/GPX/{version}"><wpt lat="1" lon="1"/><trk><trkseg><trkpt lat="28.8461234" lon="112.3621234"><ele>31.5</ele><time>2026-03-01T09:00:00.5+08:00</time></trkpt></trkseg></trk></gpx>"""));
        Assert.Equal(new GpxPoint(new GeoPoint(112.3621234, 28.8461234), Instant.FromUtc(2026, 3, 1, 1, 0).Plus(Duration.FromMilliseconds(500)), 31.5), point);
    }

    [Fact]
    public void Given_points_without_a_time_When_read_Then_they_are_there_without_one() =>
        Assert.Equal(
            [null, null, Instant.FromUtc(2026, 3, 1, 1, 0)],
            Read("""<gpx><trk><trkseg><trkpt lat="1" lon="2"/><trkpt lat="1" lon="2"><time/></trkpt><trkpt lat="1" lon="2"><time>2026-03-01T01:00:00</time></trkpt></trkseg></trk></gpx>""")
                .Select(point => point.At));

    [Fact]
    public void Given_a_document_type_When_read_Then_it_is_refused() =>
        Assert.Throws<XmlException>(() => Read("""<!DOCTYPE gpx [<!ENTITY a "b">]><gpx>&a;</gpx>"""));

    [Theory]
    [InlineData("<kml/>")]
    [InlineData("""<gpx><trk><trkseg><trkpt lat="91" lon="2"/></trkseg></trk></gpx>""")]
    [InlineData("""<gpx><trk><trkseg><trkpt lon="2"/></trkseg></trk></gpx>""")]
    [InlineData("""<gpx><trk><trkseg><trkpt lat="1" lon="2"><time>noon</time></trkpt></trkseg></trk></gpx>""")]
    public void Given_something_else_When_read_Then_it_is_no_track(string text) => Assert.Throws<FormatException>(() => Read(text));

    private static IReadOnlyList<GpxPoint> Read(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return GpxReader.Read(stream);
    }
}
