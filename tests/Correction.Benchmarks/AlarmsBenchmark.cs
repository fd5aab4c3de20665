using System.Collections.Immutable;
using System.Globalization;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using Correction.Simulation;
using NodaTime;

namespace Correction.Benchmarks;

/// <summary>
/// False alerts per subject-day and missed violations over simulated days whose truth is known, beside a plain edge trigger
/// (point in polygon, fix by fix as they arrive) on the same fixes. Every breach that is recorded counts as an alert, also
/// one that resumes an alert that stands and one that is withdrawn later.
/// </summary>
internal static class AlarmsBenchmark
{
    /// <summary>
    /// The rules and their limits were chosen with these days in view, and with those of the seeds 5,000,000 on, 7,001,000 on
    /// (1,000 days each), 11,000,000 on and 12,000,000 on (4,000 each).
    /// </summary>
    private const int LimitSeeds = 430981;

    private const int LimitDays = 1_000;

    /// <summary>No rule and no limit was ever chosen by these days.</summary>
    private const int FreshSeeds = 64_500_000;

    /// <summary>So many that what is missed, one violation in fifty, can be told from chance.</summary>
    private const int FreshDays = 4_000;

    public static Task RunAsync()
    {
        Run("limits were set on these seeds", LimitSeeds, LimitDays, "alarms");
        Run("fresh seeds", FreshSeeds, FreshDays, "alarms-fresh");
        return Task.CompletedTask;
    }

    private static void Run(string name, int seeds, int days, string figure)
    {
        (AlertScore ours, AlertScore plain) = (AlertScore.None, AlertScore.None);
        (int fixes, int violations) = (0, 0);
        TimeSpan judging = TimeSpan.Zero;
        for (int day = 0; day < days; day++)
        {
            SubjectDay simulated = SubjectDay.Invent(seeds + day);
            long began = System.Diagnostics.Stopwatch.GetTimestamp();
            List<AlertClaim> claims = Watch(simulated);
            judging += System.Diagnostics.Stopwatch.GetElapsedTime(began);
            List<AlertClaim> edges = Trigger(simulated);
            ours += AlertScore.Of(simulated.Violations, claims);
            plain += AlertScore.Of(simulated.Violations, edges);
            fixes += simulated.Arrivals.Count;
            violations += simulated.Violations.Count(stay => !stay.Slight);
            foreach (TrueViolation stay in AlertScore.Unseen(simulated.Violations, claims))
            {
                AlarmsMiss.Print(simulated, seeds + day, stay, !AlertScore.Unseen(simulated.Violations, edges).Contains(stay));
            }
        }

        Print(string.Create(CultureInfo.InvariantCulture, $"{name}: {days} subject-days, {fixes} fixes, {violations} true violations; judged at {fixes / judging.TotalSeconds:F0} fixes/s on one core"));
        Print($"watch: {ours.True} true alerts, {ours.False} false, {ours.Missed} missed");
        Print($"edge trigger: {plain.True} true alerts, {plain.False} false, {plain.Missed} missed");
        Figure.Print(
            Figure.Of($"{figure}-false-per-day", (double)ours.False / days, "false alerts/subject-day", (double)plain.False / days),
            Figure.Of($"{figure}-missed", ours.Missed, "missed violations", plain.Missed));
    }

    private static void Print(string line) => Console.WriteLine(line);

    /// <summary>Alerts where a fix lies on forbidden ground and the one that arrived before it did not.</summary>
    private static List<AlertClaim> Trigger(SubjectDay day)
    {
        var claims = new List<AlertClaim>();
        for (int index = 0; index < day.Zones.Count; index++)
        {
            ImposeZone zone = day.Zones[index];
            var ground = GroundPlan.Of(zone.Geometry);
            bool against = false;
            foreach (Fix fix in day.Arrivals)
            {
                bool inside = ground.SignedDistance(fix.Position) < 0;
                bool now = inside == (zone.Kind == ZoneKind.Exclusion) && zone.Schedule?.Holds(ChinaTime.LocalOf(fix.OccurredAt)) != false;
                if (now && !against)
                {
                    claims.Add(new AlertClaim(index, fix.OccurredAt, null));
                }
                else if (against && !now)
                {
                    claims[^1] = claims[^1] with { Until = fix.OccurredAt };
                }

                against = now;
            }
        }

        return claims;
    }

    /// <summary>As the subject's grain does it: each arrival a report, a look when a deadline passes.</summary>
    private static List<AlertClaim> Watch(SubjectDay day)
    {
        (Registered subject, ZoneId[] zones) = Register(day);
        LocationMemory memory = LocationMemory.Empty;
        var stored = new List<Fix>();
        var claims = new List<AlertClaim>();
        int ids = 1_000;
        foreach (Fix fix in day.Arrivals)
        {
            if (LocationWatch.NextLook(subject, memory, fix.ReceivedAt) is { } look && look < fix.ReceivedAt)
            {
                Take(LocationWatch.Look(subject, memory, look));
            }

            ImmutableArray<Fix> history = LocationWatch.HistoryNeeded(subject, memory, [fix]) is { } since
                ? [.. stored.Where(known => known.OccurredAt >= since).OrderBy(known => known.OccurredAt)]
                : default;
            Observation seen = LocationWatch.Observe(subject, memory, [fix], history);
            stored.AddRange(seen.Fixes);
            Take(seen);
        }

        return claims;

        void Take(Observation seen)
        {
            memory = seen.Memory;
            if (seen.Turns.IsEmpty)
            {
                return;
            }

            var context = new DecisionContext(DayStart, Actor.System, () => new Guid(++ids, 0, 0x7000, [0x80, 0, 0, 0, 0, 0, 0, 0]));
            ZoneConsequences happened = new ZoneConsequences(subject, [], AlertPolicy.Default, context).Take(seen.Turns);
            subject = happened.After;
            foreach (ZoneTurn turn in seen.Turns)
            {
                Claims(claims, Array.IndexOf(zones, turn.Zone.Id), turn);
            }
        }
    }

    private static void Claims(List<AlertClaim> claims, int zone, ZoneTurn turn)
    {
        switch (turn)
        {
            case ZoneTurn.Breach breach:
                claims.Add(new AlertClaim(zone, breach.Since, breach.Until));
                break;
            case ZoneTurn.End end:
                int open = claims.FindLastIndex(claim => claim.Zone == zone && claim.Until is null);
                claims[open] = claims[open] with { Until = end.Until };
                break;
            case ZoneTurn.Confirmation confirmed:
                int known = claims.FindLastIndex(claim => claim.Zone == zone && claim.Since == confirmed.Episode.Since);
                claims[known] = new AlertClaim(zone, confirmed.Since, confirmed.Until);
                break;
        }
    }

    private static readonly Instant DayStart = Instant.FromUtc(2026, 3, 1, 16, 0);

    private static (Registered Subject, ZoneId[] Zones) Register(SubjectDay day)
    {
        var registered = new SubjectRegistered(
            new SubjectId(Guid.Empty), new ForgettableRef(Guid.Empty, "simulated"), CorrectionCategory.Probation, "430981001",
            new Judgment("simulated", "simulated", new LocalDate(2026, 1, 1)), new CorrectionTerm(new LocalDate(2026, 1, 1), new LocalDate(2027, 1, 1)), false);
        SubjectState state = SubjectDecider.Evolve(SubjectState.Initial, registered, DayStart);
        var zones = new ZoneId[day.Zones.Count];
        for (int index = 0; index < zones.Length; index++)
        {
            ImposeZone zone = day.Zones[index];
            zones[index] = new ZoneId(new Guid(index + 1, 0, 0x7000, [0x80, 0, 0, 0, 0, 0, 0, 0]));
            state = SubjectDecider.Evolve(state, new ZoneImposed(zones[index], zone.Name, zone.Kind, zone.Geometry, zone.Schedule, zone.Confirmations, zone.EffectiveFrom, zone.Buffer, zone.Dwell), DayStart);
        }

        return ((Registered)state, zones);
    }
}
