using NodaTime;

namespace Correction.Simulation;

/// <summary>What an alert says: that the subject was on a zone's forbidden ground.</summary>
/// <param name="Zone">Index among the day's zones.</param>
/// <param name="Until">Null: it lasts.</param>
public sealed record AlertClaim(int Zone, Instant Since, Instant? Until)
{
    /// <summary>An alert within this of a true stay tells of it: device clocks are off by up to a minute and a half.</summary>
    private static readonly Duration Tolerance = Duration.FromMinutes(3);

    public bool Tells(TrueViolation stay) =>
        Zone == stay.Zone && Since <= stay.Until + Tolerance && (Until ?? Instant.MaxValue) >= stay.Since - Tolerance;
}

/// <summary>Alerts beside the truth.</summary>
/// <param name="True">Alerts that tell of a stay, also of a slight one.</param>
/// <param name="False">Alerts that tell of none.</param>
/// <param name="Missed">Violations, not slight, of which no alert tells.</param>
public sealed record AlertScore(int True, int False, int Missed)
{
    public static AlertScore None { get; } = new(0, 0, 0);

    public static AlertScore Of(IReadOnlyList<TrueViolation> violations, IReadOnlyList<AlertClaim> claims)
    {
        int borneOut = claims.Count(claim => violations.Any(claim.Tells));
        return new AlertScore(borneOut, claims.Count - borneOut, Unseen(violations, claims).Count());
    }

    public static IEnumerable<TrueViolation> Unseen(IReadOnlyList<TrueViolation> violations, IReadOnlyList<AlertClaim> claims) =>
        violations.Where(stay => !stay.Slight && !claims.Any(claim => claim.Tells(stay)));

    public static AlertScore operator +(AlertScore a, AlertScore b) => new(a.True + b.True, a.False + b.False, a.Missed + b.Missed);
}
