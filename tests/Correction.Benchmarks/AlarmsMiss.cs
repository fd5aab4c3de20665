using System.Globalization;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Simulation;

namespace Correction.Benchmarks;

/// <summary>A missed violation in a line: zone, length, and what the device reported of it.</summary>
internal static class AlarmsMiss
{
    /// <param name="triggered">The edge trigger tells of it.</param>
    public static void Print(SubjectDay day, int seed, TrueViolation stay, bool triggered)
    {
        ImposeZone zone = day.Zones[stay.Zone];
        var ground = GroundPlan.Of(zone.Geometry);
        IEnumerable<Fix> fixes = day.Arrivals.DistinctBy(fix => fix.Identity)
            .Where(fix => fix.OccurredAt >= stay.Since && fix.OccurredAt <= stay.Until).OrderBy(fix => fix.OccurredAt);
        string reported = string.Join(' ', fixes.Take(12).Select(fix => Depth(zone, ground, fix)));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"missed{(triggered ? ", triggered" : "")}: seed {seed}, zone {stay.Zone} ({zone.Kind}), {(stay.Until - stay.Since).TotalSeconds:F0} s, {fixes.Count()} fixes, depth±accuracy: {reported}"));
    }

    /// <summary>Metres on forbidden ground, negative on permitted ground, and the accuracy stated.</summary>
    private static string Depth(ImposeZone zone, GroundPlan ground, Fix fix)
    {
        double distance = ground.SignedDistance(fix.Position);
        return string.Create(CultureInfo.InvariantCulture, $"{(zone.Kind == ZoneKind.Exclusion ? -distance : distance):F0}±{fix.Accuracy:F0}");
    }
}
