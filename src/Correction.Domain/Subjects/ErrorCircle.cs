using Correction.Domain.Location;

namespace Correction.Domain.Subjects;

/// <summary>
/// How far from the truth a fix may lie. A device's word is the beginning: indoors and between tall houses it is often
/// better than the receiver is, and then its own fixes betray it by wandering about a place.
/// </summary>
internal static class ErrorCircle
{
    /// <summary>Metres, for a device that does not state its accuracy: open-sky GNSS on a phone (4.9 m) doubled.</summary>
    public const double Nominal = 10;

    /// <summary>Metres: worse is no satellite position but one of the network, and its radius holds only two of three.</summary>
    public const double Network = 100;

    /// <summary>Metres: fixes that lie wider apart are no wandering of the receiver.</summary>
    private const double WidestWandering = 100;

    /// <summary>Share of the way that leads anywhere; below it the device wanders.</summary>
    private const double Wandering = 0.5;

    private const int FewestFixes = 4;

    /// <summary>Before it: older ones tell of another place.</summary>
    private const int MostFixes = 6;

    /// <summary>Radius in metres, as the device states it.</summary>
    public static double Stated(Fix fix) => fix.Accuracy is not { } accuracy ? Nominal : accuracy > Network ? 2 * accuracy : accuracy;

    /// <summary>Radius in metres, by the fixes before it too.</summary>
    /// <param name="before">The usable fixes of the same device before it, oldest first.</param>
    public static double Of(Fix fix, ReadOnlySpan<Fix> before)
    {
        double stated = Stated(fix);
        before = before[^Math.Min(before.Length, MostFixes)..];
        if (before.Length < FewestFixes - 1)
        {
            return stated;
        }

        (double east, double north, double way) = (0, 0, 0);
        GeoPoint last = fix.Position;
        for (int at = before.Length - 1; at >= 0; at--)
        {
            (double x, double y) = fix.Position.Offset(before[at].Position);
            (east, north) = (east + x, north + y);
            way += last.DistanceTo(before[at].Position);
            last = before[at].Position;
        }

        return fix.Position.DistanceTo(last) >= Wandering * way ? stated : Math.Max(stated, Scatter(fix, before, east, north));
    }

    /// <summary>Root of the mean square distance from the middle; nothing where they lie too wide apart.</summary>
    private static double Scatter(Fix fix, ReadOnlySpan<Fix> before, double east, double north)
    {
        int count = before.Length + 1;
        (double middleEast, double middleNorth) = (east / count, north / count);
        double square = (middleEast * middleEast) + (middleNorth * middleNorth);
        foreach (Fix other in before)
        {
            (double x, double y) = fix.Position.Offset(other.Position);
            square += Math.Pow(x - middleEast, 2) + Math.Pow(y - middleNorth, 2);
        }

        double scatter = Math.Sqrt(square / count);
        return scatter <= WidestWandering ? scatter : 0;
    }
}
