using System.Collections.Immutable;
using System.Globalization;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.Tracks;
using SkiaSharp;

namespace Correction.Server.CaseFiles;

/// <summary>
/// A day's way and the zones about it, to scale, north up: lines where fixes follow each other closely, error circles,
/// borders. No base map: what is drawn is on record.
/// </summary>
internal sealed class TrackPicture
{
    private const double MetresAround = 150;

    private static readonly SKColor Way = new(0x14, 0x3f, 0x6b), Forbidden = new(0xb3, 0x26, 0x1e), Allowed = new(0x1b, 0x6e, 0x3c);

    private readonly ImmutableArray<TrackSegment> _segments;
    private readonly IReadOnlyList<Zone> _zones;
    private readonly GeoPoint _middle;
    private readonly double _metres;

    /// <param name="fixes">At least one of them usable.</param>
    public TrackPicture(ImmutableArray<Fix> fixes, IReadOnlyList<Zone> zones)
    {
        (_segments, _zones) = (TrackSegments.Of(fixes), zones);
        GeoPoint[] seen = [.. _segments.SelectMany(segment => segment.Fixes).Select(fix => fix.Position)];
        _middle = new GeoPoint((seen.Min(point => point.Longitude) + seen.Max(point => point.Longitude)) / 2, (seen.Min(point => point.Latitude) + seen.Max(point => point.Latitude)) / 2);
        _metres = seen.Max(point => Math.Max(Math.Abs(_middle.Offset(point).East), Math.Abs(_middle.Offset(point).North))) + MetresAround;
    }

    public void Draw(SKCanvas canvas, SKRect frame, SKTypeface face)
    {
        double scale = Math.Min(frame.Width, frame.Height) / (2 * _metres);
        SKPoint At(GeoPoint point) => _middle.Offset(point) is var (east, north) ? new((float)(frame.MidX + (east * scale)), (float)(frame.MidY - (north * scale))) : default;

        using var border = new SKPaint { Style = SKPaintStyle.Stroke, StrokeWidth = 0.5f, Color = SKColors.Gray };
        canvas.DrawRect(frame, border);
        foreach (Zone zone in _zones)
        {
            DrawZone(canvas, zone, At, scale);
        }

        DrawWay(canvas, At, scale);
        DrawScale(canvas, frame, scale, face);
    }

    private static void DrawZone(SKCanvas canvas, Zone zone, Func<GeoPoint, SKPoint> at, double scale)
    {
        using var line = new SKPaint { Style = SKPaintStyle.Stroke, StrokeWidth = 1, IsAntialias = true, Color = zone.Kind == ZoneKind.Exclusion ? Forbidden : Allowed };
        using var ground = new SKPaint { Style = SKPaintStyle.Fill, IsAntialias = true, Color = line.Color.WithAlpha(0x22) };
        using var path = new SKPath { FillType = SKPathFillType.EvenOdd };
        switch (zone.Geometry)
        {
            case ZoneGeometry.Circle circle:
                SKPoint center = at(circle.Center);
                path.AddCircle(center.X, center.Y, (float)(circle.Radius * scale));
                break;
            case ZoneGeometry.Area area:
                foreach (ImmutableArray<GeoPoint> ring in area.Rings)
                {
                    path.AddPoly([.. ring.Select(at)]);
                }

                break;
        }

        canvas.DrawPath(path, ground);
        canvas.DrawPath(path, line);
    }

    private void DrawWay(SKCanvas canvas, Func<GeoPoint, SKPoint> at, double scale)
    {
        using var error = new SKPaint { Style = SKPaintStyle.Fill, IsAntialias = true, Color = Way.WithAlpha(0x18) };
        using var line = new SKPaint { Style = SKPaintStyle.Stroke, StrokeWidth = 1.2f, IsAntialias = true, Color = Way };
        using var point = new SKPaint { Style = SKPaintStyle.Fill, IsAntialias = true, Color = Way };
        foreach (TrackSegment segment in _segments)
        {
            SKPoint[] way = [.. segment.Fixes.Select(fix => at(fix.Position))];
            foreach ((Fix fix, SKPoint place) in segment.Fixes.Zip(way))
            {
                canvas.DrawCircle(place, (float)((fix.Accuracy ?? 0) * scale), error);
                canvas.DrawCircle(place, 1.1f, point);
            }

            canvas.DrawPoints(SKPointMode.Polygon, way, line);
        }
    }

    /// <summary>A bar of a round length, at most a quarter of the width.</summary>
    private static void DrawScale(SKCanvas canvas, SKRect frame, double scale, SKTypeface face)
    {
        double longest = frame.Width / 4 / scale;
        double magnitude = Math.Pow(10, Math.Floor(Math.Log10(longest)));
        double metres = magnitude * (longest >= 5 * magnitude ? 5 : longest >= 2 * magnitude ? 2 : 1);
        using var line = new SKPaint { Style = SKPaintStyle.Stroke, StrokeWidth = 1, Color = SKColors.Black };
        (float left, float y) = (frame.Left + 10, frame.Bottom - 10);
        canvas.DrawLine(left, y, left + (float)(metres * scale), y, line);
        using var font = new SKFont(face, 7);
        using var ink = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        canvas.DrawText(metres.ToString("0", CultureInfo.InvariantCulture) + " m", left, y - 4, font, ink);
    }
}
