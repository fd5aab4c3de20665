using System.Text.Json.Serialization;

namespace Correction.Domain.Location;

/// <summary>The system in which a device or a map gives coordinates.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CoordinateSystem>))]
public enum CoordinateSystem
{
    /// <summary>What satellite receivers give, and the only one that is stored.</summary>
    [JsonStringEnumMemberName("wgs84")] Wgs84,

    /// <summary>国测局坐标: WGS-84 with the offset of Chinese maps.</summary>
    [JsonStringEnumMemberName("gcj02")] Gcj02,

    /// <summary>百度坐标: GCJ-02 with Baidu's offset on top.</summary>
    [JsonStringEnumMemberName("bd09")] Bd09,
}

/// <summary>
/// Conversion to WGS-84 at the edge. The forward formula of GCJ-02 is public knowledge, its inverse is found by iteration;
/// outside the rectangle of the offset the systems are one. Pure.
/// </summary>
public static class Datum
{
    private const double SemiMajorAxis = 6378137.0; // metres, the ellipsoid of the published formula
    private const double Eccentricity2 = 0.00669342162296594323; // of Krasovsky 1940, as the published formula has it
    private const double BaiduOffsetLongitude = 0.0065;
    private const double BaiduOffsetLatitude = 0.006;
    private const double BaiduAngle = Math.PI * 3000 / 180;

    /// <summary>Degrees, about 1 mm: ends the iteration.</summary>
    private const double Precision = 1e-8;

    /// <summary>The offset changes by under a thousandth per degree: each round gains three digits.</summary>
    private const int MostRounds = 10;

    public static (double Longitude, double Latitude) ToWgs84(CoordinateSystem from, double longitude, double latitude) => from switch
    {
        CoordinateSystem.Gcj02 => Gcj02ToWgs84(longitude, latitude),
        CoordinateSystem.Bd09 => Bd09ToWgs84(longitude, latitude),
        _ => (longitude, latitude),
    };

    public static (double Longitude, double Latitude) Wgs84ToGcj02(double longitude, double latitude)
    {
        if (!HasOffset(longitude, latitude))
        {
            return (longitude, latitude);
        }

        (double east, double north) = Offset(longitude - 105, latitude - 35);
        double radians = latitude * Math.PI / 180;
        double magic = 1 - (Eccentricity2 * Math.Pow(Math.Sin(radians), 2));
        double meridian = SemiMajorAxis * (1 - Eccentricity2) / (magic * Math.Sqrt(magic));
        double parallel = SemiMajorAxis / Math.Sqrt(magic) * Math.Cos(radians);
        return (longitude + (east * 180 / (parallel * Math.PI)), latitude + (north * 180 / (meridian * Math.PI)));
    }

    public static (double Longitude, double Latitude) Gcj02ToWgs84(double longitude, double latitude)
    {
        (double lon, double lat) = (longitude, latitude);
        for (int round = 0; round < MostRounds; round++)
        {
            (double offLon, double offLat) = Wgs84ToGcj02(lon, lat);
            (double missLon, double missLat) = (offLon - longitude, offLat - latitude);
            (lon, lat) = (lon - missLon, lat - missLat);
            if (Math.Abs(missLon) < Precision && Math.Abs(missLat) < Precision)
            {
                break;
            }
        }

        return (lon, lat);
    }

    public static (double Longitude, double Latitude) Gcj02ToBd09(double longitude, double latitude)
    {
        double radius = Math.Sqrt((longitude * longitude) + (latitude * latitude)) + (0.00002 * Math.Sin(latitude * BaiduAngle));
        double angle = Math.Atan2(latitude, longitude) + (0.000003 * Math.Cos(longitude * BaiduAngle));
        return ((radius * Math.Cos(angle)) + BaiduOffsetLongitude, (radius * Math.Sin(angle)) + BaiduOffsetLatitude);
    }

    public static (double Longitude, double Latitude) Bd09ToGcj02(double longitude, double latitude)
    {
        (double x, double y) = (longitude - BaiduOffsetLongitude, latitude - BaiduOffsetLatitude);
        double radius = Math.Sqrt((x * x) + (y * y)) - (0.00002 * Math.Sin(y * BaiduAngle));
        double angle = Math.Atan2(y, x) - (0.000003 * Math.Cos(x * BaiduAngle));
        return (radius * Math.Cos(angle), radius * Math.Sin(angle));
    }

    private static (double Longitude, double Latitude) Bd09ToWgs84(double longitude, double latitude)
    {
        if (!HasOffset(longitude, latitude))
        {
            return (longitude, latitude);
        }

        (double lon, double lat) = Bd09ToGcj02(longitude, latitude);
        return Gcj02ToWgs84(lon, lat);
    }

    /// <summary>The rectangle round China within which maps are offset, as all published implementations have it.</summary>
    private static bool HasOffset(double longitude, double latitude) =>
        longitude is >= 72.004 and <= 137.8347 && latitude is >= 0.8293 and <= 55.8271;

    /// <summary>The published polynomial with its waves, in metres.</summary>
    private static (double East, double North) Offset(double x, double y)
    {
        double root = Math.Sqrt(Math.Abs(x)), common = Wave(x, 6, 20) + Wave(x, 2, 20);
        double east = 300 + x + (2 * y) + (0.1 * x * x) + (0.1 * x * y) + (0.1 * root)
            + ((common + Wave(x, 1, 20) + Wave(x, 1 / 3.0, 40) + Wave(x, 1 / 12.0, 150) + Wave(x, 1 / 30.0, 300)) * 2 / 3);
        double north = -100 + (2 * x) + (3 * y) + (0.2 * y * y) + (0.1 * x * y) + (0.2 * root)
            + ((common + Wave(y, 1, 20) + Wave(y, 1 / 3.0, 40) + Wave(y, 1 / 12.0, 160) + Wave(y, 1 / 30.0, 320)) * 2 / 3);
        return (east, north);
    }

    private static double Wave(double x, double frequency, double amplitude) => amplitude * Math.Sin(x * frequency * Math.PI);
}
