using System.Collections.Immutable;
using Correction.Domain.Location;
using NodaTime;

namespace Correction.Domain.Subjects;

/// <summary>
/// A run of fixes that speaks for forbidden ground although none of it need be certain: none lies certainly outside, and
/// their middle, weighted by what each is worth, lies inside, so that inside is likelier than outside. It is for exclusion
/// zones: who leaves a permitted area shows it for certain in time, who walks through a school yard may not.
/// <para>
/// The middle is not taken to be more exact than its worst fix. Errors of fixes in a row are largely one error: with a
/// correlation of ρ from fix to fix, n of them are worth n(1−ρ)/(1+ρ) independent ones (Bayley and Hammersley, 1946), and
/// multipath that lasts one to three minutes leaves one or two of five fixes. What keeps a neighbour of the zone, whose
/// fixes wander across the border, from alarming anybody is not the average but that he never came: the device must have
/// been, a short while before, farther from the middle than errors explain.
/// </para>
/// </summary>
internal static class AgreeingFixes
{
    /// <summary>One fix agrees with nothing.</summary>
    private const int Fewest = 2;

    /// <summary>
    /// Radii from the middle to where the device came from. Two fixes of one place lie apart by less, but for one time in
    /// some thousands: with a radius that holds 68 % (1.5 σ), 4 radii are 4.3 σ of their difference.
    /// </summary>
    private const double CameFrom = 4;

    private static readonly Duration LongestApart = Duration.FromMinutes(2);

    /// <param name="before">The usable fixes of the same device before it, oldest first.</param>
    /// <returns>The run that ends with the fix, as short as it can be; null where there is none.</returns>
    public static ImmutableArray<Fix>? Find(Zone zone, GroundPlan plan, ReadOnlySpan<Fix> before, Fix fix)
    {
        (double weights, double east, double north) = (0, 0, 0);
        double worst = ErrorCircle.Of(fix, before);
        Fix next = fix;
        for (int at = before.Length; at >= 0; at--)
        {
            Fix one = at == before.Length ? fix : before[at];
            double accuracy = ErrorCircle.Stated(one);
            if (next.OccurredAt - one.OccurredAt > LongestApart || accuracy > ErrorCircle.Network || plan.SignedDistance(one.Position, accuracy) >= accuracy)
            {
                return null;
            }

            (double x, double y) = fix.Position.Offset(one.Position);
            double weight = 1 / (accuracy * accuracy);
            (weights, east, north) = (weights + weight, east + (weight * x), north + (weight * y));
            (worst, next) = (Math.Max(worst, accuracy), one);
            GeoPoint middle = fix.Position.Move(east / weights, north / weights);
            if (Suffices(zone, before.Length - at + 1, fix.OccurredAt - one.OccurredAt) && plan.SignedDistance(middle) < 0 && Came(before[..at], middle, worst))
            {
                return [.. before[at..], fix];
            }
        }

        return null;
    }

    private static bool Suffices(Zone zone, int count, Duration span) =>
        count >= Math.Max(Fewest, zone.Confirmations) && span >= (zone.Dwell ?? Duration.Zero);

    private static bool Came(ReadOnlySpan<Fix> earlier, GeoPoint middle, double accuracy)
    {
        foreach (Fix one in earlier)
        {
            if (one.Position.DistanceTo(middle) >= CameFrom * Math.Max(accuracy, ErrorCircle.Stated(one)))
            {
                return true;
            }
        }

        return false;
    }
}
