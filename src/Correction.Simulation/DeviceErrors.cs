using Correction.Domain.Location;
using NodaTime;

namespace Correction.Simulation;

/// <summary>
/// What a device makes of the true way: drift indoors, urban multipath whose stated accuracy is right or wrong, positions
/// of the cell network, jumps, a clock that is off, lost reports, repeated ones, and outages after which what was kept back
/// arrives at once, before or after newer fixes. Errors are correlated in time, as they are in the field.
/// </summary>
internal static class DeviceErrors
{
    /// <summary>Seconds between reports.</summary>
    private static readonly int[] Intervals = [20, 30, 60];

    /// <param name="Sigma">Metres of true error.</param>
    /// <param name="Stated">Metres of accuracy as the device states it.</param>
    /// <param name="Memory">Seconds after which an error is forgotten.</param>
    private sealed record Spell(double Sigma, double Stated, double Memory);

    public static List<Fix> Report(DayPlan plan, Random chance)
    {
        int interval = Intervals[chance.Next(Intervals.Length)];
        double skew = chance.NextDouble() < 0.1 ? (chance.NextDouble() - 0.5) * 180 : 0;
        (int outage, int back, int delay) = Outage(chance);
        var fixes = new List<(double Arrives, Fix Fix)>();
        (Spell spell, int until) = (new Spell(5, 8, 30), 0);
        (double east, double north) = (0, 0);
        for (int second = chance.Next(interval); second < DayPlan.Seconds; second += interval)
        {
            if (second >= until)
            {
                (spell, until) = (Choose(chance, plan.IsStill(second)), second + chance.Next(300, 1_200));
                (east, north) = (spell.Sigma * Normal(chance), spell.Sigma * Normal(chance)); // another receiver, another error
            }

            double kept = Math.Exp(-interval / spell.Memory);
            double fresh = Math.Sqrt(1 - (kept * kept)) * spell.Sigma;
            (east, north) = ((kept * east) + (fresh * Normal(chance)), (kept * north) + (fresh * Normal(chance)));
            if (chance.NextDouble() < 0.03)
            {
                continue; // lost
            }

            GeoPoint place = plan.At(second).Move(east, north);
            bool jumps = chance.NextDouble() < 0.001;
            place = jumps ? place.Move(chance.Next(-40_000, 40_000), chance.Next(-40_000, 40_000)) : place;
            double ahead = chance.NextDouble() < 0.0005 ? 3 * 3600 : skew;
            double arrives = second >= outage && second < back ? back + delay + ((second - outage) * 0.01) : second + 1 + (chance.NextDouble() * 4);
            Fix fix = new(
                SubjectDay.DeviceId, plan.Midnight + Duration.FromSeconds(second + ahead), plan.Midnight + Duration.FromSeconds(arrives), place,
                jumps ? 10 : Math.Max(3, spell.Stated * (0.8 + (0.4 * chance.NextDouble()))), null, null, null, 80, FixSource.Jt808);
            fixes.Add((arrives, fix));
            if (chance.NextDouble() < 0.01)
            {
                fixes.Add((arrives + 30, fix)); // the acknowledgement was lost: sent again
            }
        }

        return [.. fixes.OrderBy(fix => fix.Arrives).Select(fix => fix.Fix)];
    }

    /// <summary>None on most days; else some minutes to an hour, and how long after it the kept fixes come.</summary>
    private static (int From, int To, int Delay) Outage(Random chance)
    {
        int from = chance.Next(7 * 3600, 22 * 3600);
        int length = chance.Next(300, 3_600);
        int delay = chance.Next(2) == 0 ? 0 : chance.Next(60, 300);
        return chance.NextDouble() < 0.3 ? (from, from + length, delay) : (int.MaxValue, int.MaxValue, 0);
    }

    private static Spell Choose(Random chance, bool still)
    {
        double which = chance.NextDouble();
        double multipath = 15 + (chance.NextDouble() * 45);
        return which switch
        {
            < 0.03 => new Spell(150 + (chance.NextDouble() * 500), 500 + (chance.NextDouble() * 900), 120), // cell network
            < 0.12 => new Spell(multipath, 8 + (chance.NextDouble() * 7), 90), // multipath that the receiver does not know of
            < 0.35 => new Spell(multipath, 1.3 * multipath, 90), // multipath that it knows of
            < 0.75 when still => new Spell(10 + (chance.NextDouble() * 20), 15 + (chance.NextDouble() * 25), 150), // indoors
            _ => new Spell(3 + (chance.NextDouble() * 3), 5 + (chance.NextDouble() * 5), 30), // open sky
        };
    }

    /// <summary>Box and Muller's normal variate.</summary>
    private static double Normal(Random chance) => Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());
}
