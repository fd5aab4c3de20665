using System.Collections.Immutable;
using Correction.Domain.Location;
using NodaTime;

namespace Correction.Domain.Tracks;

/// <summary>A place where a subject stayed.</summary>
/// <param name="Center">Mean of the fixes that place it.</param>
/// <param name="From">The first fix there.</param>
/// <param name="To">The last fix there; what came between it and the next one nobody saw.</param>
/// <param name="Fixes">How many fixes say so.</param>
public sealed record Stop(string DeviceId, GeoPoint Center, Instant From, Instant To, int Fixes)
{
    public Duration Dwell => To - From;
}

/// <summary>
/// Finds where a subject stayed. Accuracy counts, as with zones: a fix whose error circle reaches the place does not say
/// that the subject left, and a single fix outside does not either.
/// </summary>
public static class Stops
{
    /// <summary>Shorter is a traffic light, not a stop.</summary>
    public static readonly Duration AtLeast = Duration.FromMinutes(10);

    /// <summary>Metres: a building and its yard.</summary>
    public const double Radius = 60;

    /// <summary>So many certain fixes outside, one after the other, end a stop.</summary>
    private const int Leaving = 2;

    /// <summary>
    /// The stops of at least <paramref name="atLeast"/> within <paramref name="radius"/> metres, in order of their
    /// beginning. A gap in the track ends a stop: what nobody saw is not claimed.
    /// </summary>
    public static ImmutableArray<Stop> Of(IEnumerable<Fix> fixes, Duration atLeast, double radius) =>
    [
        .. TrackSegments.Of(fixes).SelectMany(segment => In(segment.Fixes, atLeast, radius)).OrderBy(stop => stop.From),
    ];

    private static IEnumerable<Stop> In(ImmutableArray<Fix> line, Duration atLeast, double radius)
    {
        for (int first = 0; first < line.Length; first++)
        {
            if (line[first].Accuracy > radius)
            {
                continue; // it could be anywhere: it begins nothing
            }

            Stay stay = From(line, first, radius);
            if (stay.Stop.Dwell >= atLeast)
            {
                yield return stay.Stop;
                first = stay.Last;
            }
        }
    }

    /// <summary>The stay that begins with this fix, until fixes say for certain that it is over.</summary>
    private static Stay From(ImmutableArray<Fix> line, int first, double radius)
    {
        var stay = new Stay(line[first], first);
        for (int next = first + 1, outside = 0; next < line.Length && outside < Leaving; next++)
        {
            outside = stay.Takes(line[next], next, radius) ? 0 : outside + 1;
        }

        return stay;
    }

    /// <summary>A stop in the making; its centre is kept as the mean of metres from the first fix.</summary>
    private sealed class Stay(Fix first, int index)
    {
        private int _placing = 1;
        private double _east;
        private double _north;
        private Instant _to = first.OccurredAt;

        /// <summary>Index of the last fix that places it.</summary>
        public int Last { get; private set; } = index;

        public Stop Stop => new(first.DeviceId, Center, first.OccurredAt, _to, _placing);

        private GeoPoint Center => first.Position.Move(_east / _placing, _north / _placing);

        /// <summary>False where the fix is certainly elsewhere. One whose circle reaches here, but is not here, places nothing.</summary>
        public bool Takes(Fix fix, int at, double radius)
        {
            double distance = Center.DistanceTo(fix.Position);
            double accuracy = fix.Accuracy ?? 0;
            if (distance <= radius && accuracy <= radius)
            {
                (double east, double north) = first.Position.Offset(fix.Position);
                (_east, _north, _placing) = (_east + east, _north + north, _placing + 1);
                (Last, _to) = (at, fix.OccurredAt);
            }

            return distance - accuracy <= radius;
        }
    }
}
