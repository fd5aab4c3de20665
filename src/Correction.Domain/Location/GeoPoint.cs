using System.Text.Json.Serialization;

namespace Correction.Domain.Location;

/// <summary>A point on WGS-84, in degrees, rounded to 1e-7 degrees (about a centimetre): the precision we store.</summary>
public readonly record struct GeoPoint
{
    /// <summary>Metres: the IUGG mean radius R1.</summary>
    internal const double MeanEarthRadius = 6_371_008.8;

    private const double UnitsPerDegree = 1e7;

    [JsonConstructor]
    public GeoPoint(double longitude, double latitude)
    {
        Longitude = Math.Round(longitude * UnitsPerDegree) / UnitsPerDegree;
        Latitude = Math.Round(latitude * UnitsPerDegree) / UnitsPerDegree;
    }

    public double Longitude { get; }

    public double Latitude { get; }

    public static bool IsValid(double longitude, double latitude) =>
        longitude is >= -180 and <= 180 && latitude is >= -90 and <= 90;

    /// <summary>Great-circle distance in metres (haversine).</summary>
    public double DistanceTo(GeoPoint other)
    {
        double dLat = Radians(other.Latitude - Latitude);
        double dLon = Radians(other.Longitude - Longitude);
        double h = Math.Pow(Math.Sin(dLat / 2), 2)
            + (Math.Cos(Radians(Latitude)) * Math.Cos(Radians(other.Latitude)) * Math.Pow(Math.Sin(dLon / 2), 2));
        return 2 * MeanEarthRadius * Math.Asin(Math.Min(1, Math.Sqrt(h)));
    }

    /// <summary>
    /// East and north of this point in metres (equirectangular around this point): exact enough for the few
    /// kilometres over which a zone's border is judged.
    /// </summary>
    public (double East, double North) Offset(GeoPoint other)
    {
        double east = Radians(Math.IEEERemainder(other.Longitude - Longitude, 360)) * Math.Cos(Radians(Latitude)) * MeanEarthRadius;
        return (east, Radians(other.Latitude - Latitude) * MeanEarthRadius);
    }

    /// <summary>The point that lies so many metres east and north.</summary>
    public GeoPoint Move(double east, double north) =>
        new(Longitude + (Degrees(east / MeanEarthRadius) / Math.Cos(Radians(Latitude))), Latitude + Degrees(north / MeanEarthRadius));

    private static double Radians(double degrees) => degrees * (Math.PI / 180);

    private static double Degrees(double radians) => radians * (180 / Math.PI);
}
