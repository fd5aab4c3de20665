using System.Collections.Immutable;
using Correction.Domain.Location;

namespace Correction.Domain.Tracks;

/// <summary>Thins a line for drawing (Ramer–Douglas–Peucker). What remains are recorded fixes, each with its own time.</summary>
public static class TrackSimplification
{
    /// <summary>
    /// The fixes without which the line would move by more than <paramref name="tolerance"/> metres; the first and the
    /// last always remain.
    /// </summary>
    public static ImmutableArray<Fix> Simplify(ImmutableArray<Fix> line, double tolerance)
    {
        if (line.Length < 3 || !(tolerance > 0))
        {
            return line;
        }

        var keep = new bool[line.Length];
        keep[0] = keep[^1] = true;
        var open = new Stack<(int First, int Last)>([(0, line.Length - 1)]); // a stack: a day has more fixes than recursion has depth
        while (open.TryPop(out (int First, int Last) span))
        {
            (int farthest, double distance) = Farthest(line, span.First, span.Last);
            if (distance > tolerance)
            {
                keep[farthest] = true;
                open.Push((span.First, farthest));
                open.Push((farthest, span.Last));
            }
        }

        return [.. line.Where((_, i) => keep[i])];
    }

    private static (int Index, double Distance) Farthest(ImmutableArray<Fix> line, int first, int last)
    {
        (int index, double distance) = (first, 0);
        for (int i = first + 1; i < last; i++)
        {
            double d = DistanceFromSegment(line[i].Position, line[first].Position, line[last].Position);
            if (d > distance)
            {
                (index, distance) = (i, d);
            }
        }

        return (index, distance);
    }

    private static double DistanceFromSegment(GeoPoint point, GeoPoint from, GeoPoint to)
    {
        (double ax, double ay) = point.Offset(from);
        (double bx, double by) = point.Offset(to);
        (double dx, double dy) = (bx - ax, by - ay);
        double length = (dx * dx) + (dy * dy);
        double t = length == 0 ? 0 : Math.Clamp(-((ax * dx) + (ay * dy)) / length, 0, 1);
        return Math.Sqrt(Math.Pow(ax + (t * dx), 2) + Math.Pow(ay + (t * dy), 2));
    }
}
