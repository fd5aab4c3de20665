using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NetTopologySuite.Geometries;

namespace Correction.Domain.Location;

/// <summary>The ground a zone covers, WGS-84.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "shape")]
[JsonDerivedType(typeof(Circle), "circle")]
[JsonDerivedType(typeof(Area), "area")]
public abstract record ZoneGeometry
{
    /// <summary>A circle round a point.</summary>
    /// <param name="Radius">Metres.</param>
    public sealed record Circle(GeoPoint Center, double Radius) : ZoneGeometry;

    /// <summary>A polygon: the outer ring first, then holes; each ring closed (first point = last point).</summary>
    public sealed record Area(ImmutableArray<ImmutableArray<GeoPoint>> Rings) : ZoneGeometry
    {
        public bool Equals(Area? other) =>
            other is not null && Rings.Length == other.Rings.Length && Rings.Zip(other.Rings).All(pair => pair.First.SequenceEqual(pair.Second));

        public override int GetHashCode() => Rings.Length == 0 ? 0 : Rings[0].Length;
    }

    /// <summary>Metres from the border: negative inside, positive outside. For many points, keep a <see cref="GroundPlan"/>.</summary>
    public double SignedDistance(GeoPoint point) => GroundPlan.Of(this).SignedDistance(point);

    /// <summary>Null when the geometry can be judged; else what is wrong with it and how to mend it.</summary>
    public string? Defect() => this switch
    {
        Circle { Radius: not (>= MinimumRadius and <= MaximumRadius) } => $"radius must be {MinimumRadius} to {MaximumRadius} metres",
        Circle circle => PointDefect(circle.Center),
        Area area => AreaDefect(area),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private const double MinimumRadius = 10;
    private const double MaximumRadius = 200_000;
    private const int MaximumVertices = 1_000;

    private static string? PointDefect(GeoPoint point) =>
        GeoPoint.IsValid(point.Longitude, point.Latitude) ? null : "coordinates are [longitude, latitude] in degrees";

    private static string? AreaDefect(Area area)
    {
        if (area.Rings.IsDefaultOrEmpty || area.Rings.Any(ring => ring.Length < 4))
        {
            return "each ring needs at least four points, the last equal to the first";
        }

        if (area.Rings.Sum(ring => ring.Length) > MaximumVertices)
        {
            return $"a zone may have at most {MaximumVertices} points";
        }

        if (area.Rings.SelectMany(ring => ring).Select(PointDefect).FirstOrDefault(defect => defect is not null) is { } defect)
        {
            return defect;
        }

        if (area.Rings.Any(ring => ring[0] != ring[^1]))
        {
            return "each ring must be closed: repeat the first point as the last";
        }

        var rings = area.Rings.Select(ring => new LinearRing([.. ring.Select(p => new Coordinate(p.Longitude, p.Latitude))])).ToArray();
        var polygon = new Polygon(rings[0], rings[1..]);
        return polygon.IsValid && polygon.Area > 0 ? null : "the border must not cross itself";
    }
}
