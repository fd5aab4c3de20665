using System.Collections.Immutable;

namespace Correction.Domain.Location;

/// <summary>
/// A zone's ground made ready for judging many fixes: border points in flat arrays, a bounding box for what is far away.
/// Immutable, thread-safe; made once per zone and kept with what is remembered of it.
/// </summary>
public abstract class GroundPlan
{
    private protected const double MetresPerDegree = GeoPoint.MeanEarthRadius * Math.PI / 180;

    private protected GroundPlan()
    {
    }

    public static GroundPlan Of(ZoneGeometry geometry) => geometry switch
    {
        ZoneGeometry.Circle circle => new CirclePlan(circle),
        ZoneGeometry.Area area => new AreaPlan(area),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Metres from the border: negative inside, positive outside.</summary>
    /// <param name="enough">
    /// The caller asks no closer than this: a point that lies farther outside may be answered with any distance from
    /// <paramref name="enough"/> up to the true one.
    /// </param>
    public abstract double SignedDistance(GeoPoint point, double enough = double.PositiveInfinity);

    /// <summary>
    /// How deep, in metres, the straight way between two points runs inside; zero or less where it stays outside. Never
    /// more than the truth.
    /// </summary>
    public abstract double DepthOfWay(GeoPoint from, GeoPoint to);

    private sealed class CirclePlan(ZoneGeometry.Circle circle) : GroundPlan
    {
        public override double SignedDistance(GeoPoint point, double enough = double.PositiveInfinity)
        {
            double northOnly = (Math.Abs(point.Latitude - circle.Center.Latitude) * MetresPerDegree) - circle.Radius;
            return northOnly >= enough ? northOnly : circle.Center.DistanceTo(point) - circle.Radius;
        }

        public override double DepthOfWay(GeoPoint from, GeoPoint to)
        {
            (double ax, double ay) = circle.Center.Offset(from);
            (double bx, double by) = circle.Center.Offset(to);
            return circle.Radius - Plane.DistanceFromOrigin(ax, ay, bx, by);
        }
    }

    private sealed class AreaPlan : GroundPlan
    {
        private const double SampleStep = 10; // metres: the finest accuracy that is judged
        private const int MostSamples = 64;

        /// <summary>Degrees, east unwrapped round <see cref="_origin"/>; ring after ring.</summary>
        private readonly double[] _east;
        private readonly double[] _north;
        private readonly int[] _ringEnds;
        private readonly double _origin;
        private readonly double _west;
        private readonly double _eastmost;
        private readonly double _south;
        private readonly double _northmost;

        public AreaPlan(ZoneGeometry.Area area)
        {
            int points = 0;
            foreach (ImmutableArray<GeoPoint> ring in area.Rings)
            {
                points += ring.Length;
            }

            _origin = area.Rings[0][0].Longitude;
            (_east, _north, _ringEnds) = (new double[points], new double[points], new int[area.Rings.Length]);
            int at = 0;
            for (int ring = 0; ring < area.Rings.Length; ring++)
            {
                foreach (GeoPoint point in area.Rings[ring])
                {
                    (_east[at], _north[at]) = (Unwrap(point.Longitude), point.Latitude);
                    at++;
                }

                _ringEnds[ring] = at;
            }

            (_west, _eastmost, _south, _northmost) = (_east.Min(), _east.Max(), _north.Min(), _north.Max());
        }

        public override double SignedDistance(GeoPoint point, double enough = double.PositiveInfinity)
        {
            double scale = Math.Cos(point.Latitude * (Math.PI / 180)) * MetresPerDegree;
            double x = Unwrap(point.Longitude);
            double boxEast = Math.Max(0, Math.Max(_west - x, x - _eastmost)) * scale;
            double boxNorth = Math.Max(0, Math.Max(_south - point.Latitude, point.Latitude - _northmost)) * MetresPerDegree;
            double box = Math.Max(boxEast, boxNorth);
            return box > 0 && box >= enough ? box : Exact(x, point.Latitude, scale);
        }

        public override double DepthOfWay(GeoPoint from, GeoPoint to)
        {
            (double fromEast, double toEast) = (Unwrap(from.Longitude), Unwrap(to.Longitude));
            if (Math.Max(fromEast, toEast) < _west || Math.Min(fromEast, toEast) > _eastmost
                || Math.Max(from.Latitude, to.Latitude) < _south || Math.Min(from.Latitude, to.Latitude) > _northmost)
            {
                return double.NegativeInfinity; // wholly on one side of the box
            }

            (double east, double north) = from.Offset(to);
            int samples = Math.Clamp((int)(Math.Sqrt((east * east) + (north * north)) / SampleStep), 1, MostSamples);
            double deepest = double.NegativeInfinity;
            for (int i = 0; i <= samples; i++)
            {
                double share = (double)i / samples;
                deepest = Math.Max(deepest, -SignedDistance(from.Move(east * share, north * share), 0));
            }

            return deepest;
        }

        private double Exact(double x, double y, double scale)
        {
            bool inside = false;
            double nearest = double.PositiveInfinity;
            int i = 0;
            foreach (int end in _ringEnds)
            {
                (double ax, double ay) = ((_east[i] - x) * scale, (_north[i] - y) * MetresPerDegree);
                for (i++; i < end; i++)
                {
                    (double bx, double by) = ((_east[i] - x) * scale, (_north[i] - y) * MetresPerDegree);
                    nearest = Math.Min(nearest, Plane.SquaredDistanceFromOrigin(ax, ay, bx, by));
                    if ((ay > 0) != (by > 0) && 0 < ((bx - ax) * -ay / (by - ay)) + ax)
                    {
                        inside = !inside; // the ray east of the point crosses this side
                    }

                    (ax, ay) = (bx, by);
                }
            }

            return inside ? -Math.Sqrt(nearest) : Math.Sqrt(nearest);
        }

        private double Unwrap(double longitude)
        {
            double from = longitude - _origin;
            return from > 180 ? from - 360 : from < -180 ? from + 360 : from;
        }
    }

    private static class Plane
    {
        public static double DistanceFromOrigin(double ax, double ay, double bx, double by) =>
            Math.Sqrt(SquaredDistanceFromOrigin(ax, ay, bx, by));

        public static double SquaredDistanceFromOrigin(double ax, double ay, double bx, double by)
        {
            (double dx, double dy) = (bx - ax, by - ay);
            double length = (dx * dx) + (dy * dy);
            double t = length == 0 ? 0 : Math.Clamp(-((ax * dx) + (ay * dy)) / length, 0, 1);
            (double x, double y) = (ax + (t * dx), ay + (t * dy));
            return (x * x) + (y * y);
        }
    }
}
