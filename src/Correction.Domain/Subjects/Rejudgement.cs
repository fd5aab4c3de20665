using System.Collections.Immutable;
using Correction.Domain.Location;
using NodaTime;

namespace Correction.Domain.Subjects;

/// <summary>
/// Late fixes are judged by when they happened: the fixes since shortly before the earliest of them are folded anew, as
/// if they had come in order, and what comes out is compared with what was recorded. The difference is told by new events.
/// The order in which the same fixes arrive does not change the outcome.
/// </summary>
public static class Rejudgement
{
    /// <summary>A fix that is later than this fills the track and is judged no more. Office policy.</summary>
    public static readonly Duration Reach = Duration.FromHours(24);

    /// <summary>Folding begins so long before the earliest late fix, for the runs that were pending then.</summary>
    public static readonly Duration RunUp = Duration.FromHours(1);

    /// <summary>Whether a later fix, or an edge of a schedule after it, has been judged.</summary>
    internal static bool IsLate(Registered subject, LocationMemory memory, Fix fix)
    {
        if (memory.LastUsable is { } last && fix.OccurredAt < last.OccurredAt)
        {
            return true;
        }

        foreach ((_, ZoneSight sight) in memory.Sights)
        {
            if (fix.OccurredAt < sight.Clock) // a zone that always holds has no edges to be judged
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the fix is late, within reach, and there is a zone of which it could change the picture.</summary>
    internal static bool Matters(Registered subject, LocationMemory memory, Fix fix)
    {
        if (!IsLate(subject, memory, fix) || (memory.LastUsable is { } last && last.OccurredAt - fix.OccurredAt > Reach))
        {
            return false;
        }

        foreach (Zone zone in memory.Shared.With(subject))
        {
            if (IsRecorded(zone, fix.OccurredAt - RunUp) || !IsUnmoved(zone, memory, fix))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsRecorded(Zone zone, Instant since) => zone.Episodes.Any(episode => episode.Until is not { } until || until >= since);

    private static bool IsUnmoved(Zone zone, LocationMemory memory, Fix late) =>
        memory.Sights.TryGetValue(zone.Id, out ZoneSight? sight) ? sight.IsUnmovedBy(zone, late)
        : memory.Shared.PlanOf(zone.Id) is { } plan && ZoneSight.IsFar(zone, plan, late, SegmentCrossing.LongestWay);

    internal static ZoneSight Begin(Zone zone, Instant at, GroundPlan? plan) => ZoneSight.Begin(zone, at, OpenAt(zone, at) is not null, plan);

    /// <summary>Folds history and new fixes, in order of time, and adds what differs from the record to <paramref name="turns"/>.</summary>
    /// <param name="memory">Follows the new fixes already; its sights are replaced.</param>
    /// <param name="before">As it was before the report.</param>
    /// <param name="since">Where <paramref name="history"/> begins.</param>
    internal static LocationMemory Judge(
        Registered subject, LocationMemory memory, LocationMemory before, ImmutableArray<Fix> news, ImmutableArray<Fix> history, Instant since, ImmutableArray<ZoneTurn>.Builder turns)
    {
        Fix[] fixes = [.. history.Concat(news).Where(fix => fix.Use == FixUse.Usable && fix.OccurredAt >= since).DistinctBy(fix => fix.Identity)
            .OrderBy(fix => fix.OccurredAt).ThenBy(fix => fix.DeviceId, StringComparer.Ordinal).ThenBy(fix => fix.Position.Longitude).ThenBy(fix => fix.Position.Latitude)];
        if (fixes.Length == 0)
        {
            return memory;
        }

        Instant from = fixes[0].OccurredAt;
        Zone[] zones = [.. subject.Zones.Values, .. before.Shared.All.Where(shared => Concerns(subject.Seen(shared.Zone), shared.Plan, before, fixes)).Select(shared => subject.Seen(shared.Zone))];
        (LocationMemory refolded, ILookup<ZoneId, ZoneTurn> found) = Fold(zones, before, fixes);
        foreach (Zone zone in zones)
        {
            Compare(zone, from, found[zone.Id], turns);
            if (refolded.Sights[zone.Id].Near != zone.Approached)
            {
                turns.Add(new ZoneTurn.Ring(zone, ZoneRules.LateFixes, [], fixes[^1].OccurredAt, refolded.Sights[zone.Id].Near));
            }
        }

        ImmutableDictionary<ZoneId, ZoneSight> sights = refolded.Sights.RemoveRange(
            refolded.Sights.Where(sight => before.Shared.Contains(sight.Key) && sight.Value.IsForgettable(fixes[^1].OccurredAt)).Select(sight => sight.Key));
        return memory with { Sights = sights };
    }

    /// <summary>Whether the fixes, or what was recorded since the first of them, have to do with a shared zone.</summary>
    private static bool Concerns(Zone zone, GroundPlan plan, LocationMemory before, Fix[] fixes) =>
        before.Sights.ContainsKey(zone.Id) || zone.Approached || IsRecorded(zone, fixes[0].OccurredAt)
        || fixes.Any(fix => !ZoneSight.IsFar(zone, plan, fix, SegmentCrossing.LongestWay));

    private static (LocationMemory Memory, ILookup<ZoneId, ZoneTurn> Turns) Fold(Zone[] zones, LocationMemory before, Fix[] fixes)
    {
        var turns = ImmutableArray.CreateBuilder<ZoneTurn>();
        LocationMemory memory = LocationMemory.Empty;
        ImmutableDictionary<ZoneId, ZoneSight>.Builder sights = memory.Sights.ToBuilder();
        foreach (Zone zone in zones)
        {
            ZoneSight? known = before.Sights.GetValueOrDefault(zone.Id);
            sights[zone.Id] = Begin(zone, fixes[0].OccurredAt, known?.Plan ?? before.Shared.PlanOf(zone.Id)) with { ReachedAt = known?.ReachedAt ?? Instant.MinValue };
        }

        foreach (Fix fix in fixes)
        {
            ReadOnlySpan<Fix> recent = memory.Devices.TryGetValue(fix.DeviceId, out DeviceTrace? trace) ? trace.Recent.AsSpan() : [];
            foreach (Zone zone in zones)
            {
                sights[zone.Id] = sights[zone.Id].Take(zone, fix, recent, turns);
            }

            memory = LocationWatch.Follow(memory, fix);
        }

        foreach (Zone zone in zones.Where(zone => before.Sights.ContainsKey(zone.Id)))
        {
            sights[zone.Id] = sights[zone.Id].Advance(zone, before.Sights[zone.Id].Clock, turns); // edges that a look has judged
        }

        return (memory with { Sights = sights.ToImmutable() }, turns.ToLookup(turn => turn.Zone.Id));
    }

    private static BreachEpisode? OpenAt(Zone zone, Instant at) =>
        zone.Episodes.FirstOrDefault(episode => !episode.Withdrawn && episode.Since < at && (episode.Until is not { } until || until > at));

    /// <summary>A breach as the fold finds it.</summary>
    private sealed record Found(Instant Since, Instant? Until, ZoneTurn? Evidence)
    {
        public bool Overlaps(BreachEpisode recorded) =>
            (recorded.Until is not { } until || Since <= until) && (Until is not { } end || recorded.Since <= end);
    }

    private static void Compare(Zone zone, Instant from, IEnumerable<ZoneTurn> turns, ImmutableArray<ZoneTurn>.Builder told)
    {
        List<Found> found = Breaches(zone, from, turns);
        var matched = new HashSet<Found>();
        foreach (BreachEpisode recorded in zone.Episodes.Where(episode => !episode.Withdrawn && (episode.Until is not { } until || until >= from)))
        {
            if (found.FirstOrDefault(breach => !matched.Contains(breach) && breach.Overlaps(recorded)) is { } breach)
            {
                matched.Add(breach);
                Confirm(zone, recorded, breach.Since, breach.Until, breach.Evidence, told);
            }
            else if (found.FirstOrDefault(other => other.Overlaps(recorded)) is { } larger)
            {
                Confirm(zone, recorded, Instant.Max(recorded.Since, larger.Since), Earlier(recorded.Until, larger.Until), larger.Evidence, told);
            }
            else
            {
                told.Add(new ZoneTurn.Withdrawal(zone, ZoneRules.LateFixes, [], recorded));
            }
        }

        foreach (Found breach in found.Where(breach => !matched.Contains(breach)))
        {
            told.Add(new ZoneTurn.Breach(zone, breach.Evidence!.Rule, breach.Evidence.Fixes, breach.Since, breach.Until));
        }
    }

    private static Instant? Earlier(Instant? one, Instant? other) => one is { } a && other is { } b ? Instant.Min(a, b) : one ?? other;

    private static void Confirm(
        Zone zone, BreachEpisode recorded, Instant since, Instant? until, ZoneTurn? evidence, ImmutableArray<ZoneTurn>.Builder told)
    {
        if (recorded.Since == since && recorded.Until == until)
        {
            return;
        }

        (string rule, ImmutableArray<Fix> fixes) = (ZoneRules.LateFixes, evidence?.Fixes ?? []);
        bool only = zone.Episodes.Count(episode => episode.Until is null) == 1; // of two that last, an end does not say which it ends
        told.Add(recorded is { Until: null } && recorded.Since == since && only
            ? new ZoneTurn.End(zone, rule, fixes, until!.Value)
            : new ZoneTurn.Confirmation(zone, rule, fixes, recorded, since, until));
    }

    /// <summary>The breaches of a fold; one that was open when it began keeps its recorded beginning.</summary>
    private static List<Found> Breaches(Zone zone, Instant from, IEnumerable<ZoneTurn> turns)
    {
        var found = new List<Found>();
        if (OpenAt(zone, from) is { } open)
        {
            found.Add(new Found(open.Since, null, null));
        }

        foreach (ZoneTurn turn in turns)
        {
            switch (turn)
            {
                case ZoneTurn.Breach breach:
                    found.Add(new Found(breach.Since, breach.Until, breach));
                    break;
                case ZoneTurn.End end:
                    found[^1] = found[^1] with { Until = end.Until, Evidence = found[^1].Evidence ?? end };
                    break;
            }
        }

        return found;
    }
}
