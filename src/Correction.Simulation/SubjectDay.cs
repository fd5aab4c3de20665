using Correction.Domain.Location;
using Correction.Domain.Subjects;
using NodaTime;

namespace Correction.Simulation;

/// <summary>A stay on forbidden ground that truly took place.</summary>
/// <param name="Zone">Index among the day's zones.</param>
/// <param name="Slight">So short or so shallow that nobody would call it a violation, nor a report of it false.</param>
public sealed record TrueViolation(int Zone, Instant Since, Instant Until, bool Slight);

/// <summary>
/// One day of one subject: zones, what truly happened, and what the device made of it, in order of arrival. It follows from
/// its seed alone.
/// </summary>
public sealed record SubjectDay(IReadOnlyList<ImposeZone> Zones, IReadOnlyList<TrueViolation> Violations, IReadOnlyList<Fix> Arrivals)
{
    public const string DeviceId = "simulated";

    private const double ShallowMetres = 15;
    private static readonly Duration Brief = Duration.FromSeconds(15);
    private static readonly Duration Joined = Duration.FromSeconds(60);

    /// <summary>Invents a day.</summary>
    public static SubjectDay Invent(int seed)
    {
        var chance = new Random(seed);
        DayPlan plan = DayPlan.Invent(chance);
        return new SubjectDay(plan.Zones, [.. plan.Zones.SelectMany((zone, index) => Truth(plan, zone, index))], DeviceErrors.Report(plan, chance));
    }

    /// <summary>The same day at another date.</summary>
    public SubjectDay On(LocalDate date)
    {
        Duration later = Domain.Time.ChinaTime.StartOf(date) - Domain.Time.ChinaTime.StartOf(DayPlan.Date);
        return this with
        {
            Violations = [.. Violations.Select(stay => stay with { Since = stay.Since + later, Until = stay.Until + later })],
            Arrivals = [.. Arrivals.Select(fix => fix with { OccurredAt = fix.OccurredAt + later, ReceivedAt = fix.ReceivedAt + later })],
        };
    }

    /// <summary>The true way, looked at every second.</summary>
    private static IEnumerable<TrueViolation> Truth(DayPlan plan, ImposeZone zone, int index)
    {
        var ground = GroundPlan.Of(zone.Geometry);
        var found = new List<(Instant Since, Instant Until, double Depth)>();
        for (int second = 0; second < DayPlan.Seconds; second++)
        {
            Instant at = plan.Midnight + Duration.FromSeconds(second);
            double distance = ground.SignedDistance(plan.At(second));
            double depth = zone.Kind == ZoneKind.Exclusion ? -distance : distance;
            if (depth <= 0 || zone.Schedule?.Holds(Domain.Time.ChinaTime.LocalOf(at)) == false)
            {
                continue;
            }

            if (found.Count > 0 && at - found[^1].Until <= Joined)
            {
                found[^1] = (found[^1].Since, at, Math.Max(found[^1].Depth, depth));
            }
            else
            {
                found.Add((at, at, depth));
            }
        }

        return found.Select(stay => new TrueViolation(index, stay.Since, stay.Until, stay.Until - stay.Since < Brief || stay.Depth < ShallowMetres));
    }
}
