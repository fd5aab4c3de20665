using Correction.Domain.Location;
using NodaTime;

namespace Correction.Domain.Subjects;

/// <summary>
/// A way through an exclusion zone that no run of fixes inside shows: it leads from a fix outside to another outside, and
/// between them deep enough inside. Conservative: both ends are certainly outside and as accurate as satellite positions
/// are, no two fixes of the way are far apart in time, and the fixes before and after show that no end is a spike: the way
/// leads on. Hence it is judged one fix later.
/// </summary>
internal static class SegmentCrossing
{
    /// <summary>Metres: the way of a car on a motorway in the time that two fixes may be apart.</summary>
    public const double LongestWay = 4_000;

    /// <summary>Metres of depth below which a way only grazes the border: streets bend, and no fix says how.</summary>
    private const double Grazing = 15;

    /// <summary>
    /// Depth of the way in radii of the worse of its two fixes. Half way between them the error is that radius where the
    /// errors of both are one, and 1/√2 of it where they are independent; with a radius that holds 68 % (1.5 σ), two to
    /// three of four such ways lead through.
    /// </summary>
    private const double Deep = 0.3;

    /// <summary>Longer apart, the subject may have gone round.</summary>
    private static readonly Duration LongestApart = Duration.FromMinutes(2);

    private static readonly Duration LongestContext = Duration.FromMinutes(10);

    /// <summary>An end is a spike where the way through it is longer than the way past it by more than a right-angled turn would make it.</summary>
    private const double StraightEnough = 0.6;

    /// <param name="before">Usable fixes of one device, oldest first.</param>
    /// <param name="after">The next one: certainly outside.</param>
    public static (Fix Entered, Fix Left)? Find(GroundPlan plan, ReadOnlySpan<Fix> before, Fix after)
    {
        int left = LastOutside(plan, before);
        int entered = left <= 0 ? -1 : LastOutside(plan, before[..left]);
        if (entered < 1)
        {
            return null;
        }

        (Fix a, Fix b) = (before[entered], before[left]);
        bool near = a.OccurredAt - before[entered - 1].OccurredAt <= LongestContext && after.OccurredAt - b.OccurredAt <= LongestContext;
        ReadOnlySpan<Fix> way = before[entered..(left + 1)];
        return near && IsGapless(way) && RunsDeep(plan, way) && LeadsOn(before[entered - 1], way, after)
            ? (a, b)
            : null;
    }

    /// <summary>Whether the way along the fixes is known closely enough.</summary>
    private static bool IsGapless(ReadOnlySpan<Fix> way)
    {
        for (int at = 1; at < way.Length; at++)
        {
            (Fix a, Fix b) = (way[at - 1], way[at]);
            if (b.OccurredAt - a.OccurredAt > LongestApart || a.Position.DistanceTo(b.Position) > LongestWay)
            {
                return false;
            }
        }

        return true;
    }

    private static bool RunsDeep(GroundPlan plan, ReadOnlySpan<Fix> way)
    {
        for (int at = 1; at < way.Length; at++)
        {
            (Fix a, Fix b) = (way[at - 1], way[at]);
            if (plan.DepthOfWay(a.Position, b.Position) >= Math.Max(Grazing, Deep * Math.Max(ErrorCircle.Stated(a), ErrorCircle.Stated(b))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The place of the last accurate fix that is certainly outside; -1: none.</summary>
    private static int LastOutside(GroundPlan plan, ReadOnlySpan<Fix> fixes)
    {
        int at = fixes.Length - 1;
        while (at >= 0 && (ErrorCircle.Stated(fixes[at]) > ErrorCircle.Network || plan.SignedDistance(fixes[at].Position, ErrorCircle.Stated(fixes[at])) < ErrorCircle.Stated(fixes[at])))
        {
            at--;
        }

        return at;
    }

    private static bool LeadsOn(Fix from, ReadOnlySpan<Fix> way, Fix to) =>
        LeadsOn(from, way[0], way[^1]) && LeadsOn(way[0], way[^1], to) && (way.Length == 2 || LeadsOn(way[0], way[way.Length / 2], way[^1]));

    private static bool LeadsOn(Fix from, Fix via, Fix to) =>
        from.Position.DistanceTo(to.Position) >= StraightEnough * (from.Position.DistanceTo(via.Position) + via.Position.DistanceTo(to.Position));
}
