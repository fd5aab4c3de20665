using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Tracks;
using NodaTime.Text;

namespace Correction.Server.Api;

/// <summary>A track as GeoJSON (RFC 7946): a feature per segment; what decides nothing stands apart, with its reason.</summary>
internal static class TrackGeoJson
{
    /// <param name="tolerance">Metres by which a drawn line may miss a fix; null: every fix.</param>
    public static object Write(ImmutableArray<TrackSegment> segments, ImmutableArray<Fix> all, double? tolerance) => new
    {
        type = "FeatureCollection",
        features = segments.Select(segment => Feature(segment.DeviceId, tolerance is > 0 ? TrackSimplification.Simplify(segment.Fixes, tolerance.Value) : segment.Fixes)),
        unusable = all.Where(fix => fix.Use != FixUse.Usable).Select(fix => new
        {
            at = Iso(fix),
            position = Pair(fix),
            reason = fix.Use,
            fix.Accuracy,
            fix.Source,
        }),
    };

    private static object Feature(string device, ImmutableArray<Fix> fixes) => new
    {
        type = "Feature",
        geometry = fixes.Length == 1
            ? (object)new { type = "Point", coordinates = Pair(fixes[0]) }
            : new { type = "LineString", coordinates = fixes.Select(Pair) },
        properties = new
        {
            deviceId = device,
            times = fixes.Select(Iso),
            accuracies = fixes.Select(fix => fix.Accuracy),
            sources = fixes.Select(fix => WireNames<FixSource>.Of(fix.Source)),
        },
    };

    private static double[] Pair(Fix fix) => [fix.Position.Longitude, fix.Position.Latitude];

    private static string Iso(Fix fix) => InstantPattern.ExtendedIso.Format(fix.OccurredAt);
}
