using Correction.Domain.Location;

namespace Correction.Domain.Tests.Location;

public sealed class DatumTests
{
    /// <summary>The reference points of the published implementations (eviltransform): latitude and longitude in both systems.</summary>
    public static TheoryData<double, double, double, double> Gcj02Points { get; } = new()
    {
        { 31.1774276, 121.5272106, 31.17530398364597, 121.531541859215 }, // Shanghai
        { 22.543847, 113.912316, 22.540796131694766, 113.9171764808363 }, // Shenzhen
        { 39.911954, 116.377817, 39.91334545536069, 116.38404722455657 }, // Beijing
        { 39.739200, -104.990300, 39.739200, -104.990300 }, // Denver: no offset
        { -27.469800, 153.025100, -27.469800, 153.025100 }, // Brisbane: no offset
    };

    [Theory]
    [MemberData(nameof(Gcj02Points))]
    public void Wgs84_becomes_GCJ_02_as_published(double latitude, double longitude, double gcjLatitude, double gcjLongitude)
    {
        (double lon, double lat) = Datum.Wgs84ToGcj02(longitude, latitude);
        Assert.Equal(gcjLatitude, lat, 1e-6);
        Assert.Equal(gcjLongitude, lon, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Gcj02Points))]
    public void GCJ_02_becomes_WGS_84_to_a_centimetre(double latitude, double longitude, double gcjLatitude, double gcjLongitude)
    {
        (double forwardLon, double forwardLat) = Datum.Wgs84ToGcj02(longitude, latitude);
        Assert.Equal((gcjLatitude, gcjLongitude), (forwardLat, forwardLon), Near);
        (double lon, double lat) = Datum.ToWgs84(CoordinateSystem.Gcj02, forwardLon, forwardLat);
        Assert.Equal(latitude, lat, 1e-7);
        Assert.Equal(longitude, lon, 1e-7);
    }

    /// <summary>The reference point of the published implementations (coordtransform), which is also Baidu's own example.</summary>
    [Fact]
    public void BD_09_and_GCJ_02_become_each_other_as_published()
    {
        (double bdLon, double bdLat) = Datum.Gcj02ToBd09(116.404, 39.915);
        Assert.Equal((116.41036949371029, 39.92133699351021), (bdLon, bdLat), Near);
        (double gcjLon, double gcjLat) = Datum.Bd09ToGcj02(116.404, 39.915);
        Assert.Equal((116.39762729119315, 39.90865673957631), (gcjLon, gcjLat), Near);
    }

    [Fact]
    public void There_and_back_is_the_same_place_all_over_China()
    {
        for (double latitude = 18; latitude < 54; latitude += 1.7)
        {
            for (double longitude = 74; longitude < 135; longitude += 1.9)
            {
                (double gcjLon, double gcjLat) = Datum.Wgs84ToGcj02(longitude, latitude);
                (double lon, double lat) = Datum.Gcj02ToWgs84(gcjLon, gcjLat);
                Assert.Equal((latitude, longitude), (lat, lon), Near);
                (double bdLon, double bdLat) = Datum.Gcj02ToBd09(gcjLon, gcjLat);
                (double backLon, double backLat) = Datum.Bd09ToGcj02(bdLon, bdLat);
                Assert.Equal(gcjLat, backLat, 5e-6); // the published inverse of BD-09 is no exact one: under half a metre
                Assert.Equal(gcjLon, backLon, 5e-6);
            }
        }
    }

    private static readonly IEqualityComparer<(double, double)> Near = EqualityComparer<(double, double)>.Create(
        (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-6 && Math.Abs(a.Item2 - b.Item2) < 1e-6);
}
