using System.Collections.Immutable;
using Correction.Domain.Location;

namespace Correction.Domain.Tracks;

/// <summary>Thins a line for drawing (Ramer–Douglas–Peucker). What remains are recorded fixes, each with its own time.</summary>
public static class TrackSimplification
{
    /// <summary>
    /// A line is thinned in stretches of so many fixes, whose ends remain: the method takes n² steps where a line makes
    /// it split off one fix at a time, and a year has half a million fixes.
    /// </summary>
    private const int Stretch = 4_096;

    /// <summary>
    /// The fixes without which the line would move by more than <paramref name="tolerance"/> metres; the first and the
    /// last always remain. Takes O(n log n) steps for lines as people walk them, and never more than O(n) times a constant.
    /// </summary>
    public static ImmutableArray<Fix> Simplify(ImmutableArray<Fix> line, double tolerance)
    {
        if (line.Length < 3 || !(tolerance > 0))
        {
            return line;
        }

        var keep = new bool[line.Length];
        keep[^1] = true;
        for (int first = 0; first < line.Length - 1; first += Stretch)
        {
            Thin(line, keep, first, Math.Min(first + Stretch, line.Length - 1), tolerance);
        }

        return [.. line.Where((_, i) => keep[i])];
    }

    private static void Thin(ImmutableArray<Fix> line, bool[] keep, int begin, int end, double tolerance)
    {
        keep[begin] = true;
        keep[end] = true;
        ReadOnlySpan<Metres> flat = Flatten(line.AsSpan(begin, end - begin + 1));
        var open = new Stack<(int First, int Last)>([(0, flat.Length - 1)]); // a stack: a stretch has more fixes than recursion has depth
        while (open.TryPop(out (int First, int Last) span))
        {
            (int farthest, double square) = Farthest(flat, span.First, span.Last);
            if (square > tolerance * tolerance)
            {
                keep[begin + farthest] = true;
                open.Push((span.First, farthest));
                open.Push((farthest, span.Last));
            }
        }
    }

    /// <summary>A stretch as metres east and north of its first fix, flat around the latitude in the middle of the two ends.</summary>
    private static Metres[] Flatten(ReadOnlySpan<Fix> stretch)
    {
        GeoPoint origin = stretch[0].Position;
        var middle = new GeoPoint(origin.Longitude, (origin.Latitude + stretch[^1].Position.Latitude) / 2);
        (double perLongitude, double perLatitude) = middle.Offset(new GeoPoint(middle.Longitude + 1, middle.Latitude + (middle.Latitude > 0 ? -1 : 1)));
        var flat = new Metres[stretch.Length];
        for (int i = 0; i < flat.Length; i++)
        {
            GeoPoint at = stretch[i].Position;
            flat[i] = new((at.Longitude - origin.Longitude) * perLongitude, (at.Latitude - origin.Latitude) * Math.Abs(perLatitude));
        }

        return flat;
    }

    private static (int Index, double Square) Farthest(ReadOnlySpan<Metres> line, int first, int last)
    {
        (int index, double square) = (first, 0);
        Metres from = line[first];
        (double dx, double dy) = (line[last].East - from.East, line[last].North - from.North);
        double length = (dx * dx) + (dy * dy);
        for (int i = first + 1; i < last; i++)
        {
            (double x, double y) = (line[i].East - from.East, line[i].North - from.North);
            double t = length == 0 ? 0 : Math.Clamp(((x * dx) + (y * dy)) / length, 0, 1);
            (double missX, double missY) = (x - (t * dx), y - (t * dy));
            double miss = (missX * missX) + (missY * missY);
            if (miss > square)
            {
                (index, square) = (i, miss);
            }
        }

        return (index, square);
    }

    private readonly record struct Metres(double East, double North);
}
