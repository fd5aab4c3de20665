using System.Collections.Immutable;
using Correction.Domain.Devices;
using Correction.Domain.Location;
using NodaTime;

namespace Correction.Domain.Subjects;

// What follows from a device's report: which fixes are new, which of them may decide, and what they decide.

/// <summary>The outcome of a report, or of a look without one.</summary>
/// <param name="Fixes">The new fixes, assessed, in order of time; repeated ones are gone.</param>
/// <param name="Turns">What was judged of zones.</param>
/// <param name="HeardAgain">Devices whose silence ended.</param>
public sealed record Observation(
    ImmutableArray<Fix> Fixes, ImmutableArray<ZoneTurn> Turns, ImmutableArray<DeviceHeardAgain> HeardAgain, LocationMemory Memory);

/// <summary>Folds a device's report into what is known of a subject.</summary>
public static class LocationWatch
{
    /// <summary>
    /// From when on the stored fixes must be read to judge a report that holds late fixes; null: the memory suffices. What
    /// is older than <see cref="Rejudgement.Reach"/> only fills the track.
    /// </summary>
    public static Instant? HistoryNeeded(Registered subject, LocationMemory memory, ImmutableArray<Fix> report)
    {
        Instant? earliest = null;
        foreach (Fix fix in report)
        {
            if (fix.Use == FixUse.Usable && Rejudgement.Matters(subject, memory, fix) && !memory.Known.Contains(fix))
            {
                earliest = earliest is { } other ? Instant.Min(other, fix.OccurredAt) : fix.OccurredAt;
            }
        }

        return earliest - Rejudgement.RunUp;
    }

    /// <summary>Judges the fixes of one report. Never throws; changes nothing for fixes already known.</summary>
    /// <param name="history">The stored fixes since <see cref="HistoryNeeded"/>; none where it asks for none.</param>
    public static Observation Observe(Registered subject, LocationMemory memory, ImmutableArray<Fix> report, ImmutableArray<Fix> history = default)
    {
        var fixes = ImmutableArray.CreateBuilder<Fix>(report.Length);
        var turns = ImmutableArray.CreateBuilder<ZoneTurn>();
        var heard = ImmutableArray.CreateBuilder<DeviceHeardAgain>();
        Instant? rejudgeSince = history.IsDefault ? null : HistoryNeeded(subject, memory, report);
        LocationMemory before = memory;
        foreach (Fix reported in InOrder(report))
        {
            if (before.Known.Contains(reported) || IsRepeated(fixes, reported))
            {
                continue;
            }

            Fix fix = reported with { Use = Assess(memory, reported, fixes, history) };
            fixes.Add(fix);
            subject = EndSilence(subject, fix.DeviceId, fix.ReceivedAt, heard);
            memory = rejudgeSince is not null ? Follow(memory, fix) : Take(subject, memory, fix, turns);
        }

        ImmutableArray<Fix> news = fixes.DrainToImmutable();
        if (!news.IsEmpty)
        {
            turns.AddRange(SharedZoneRecords.EndLifted(subject, memory.Shared, news[^1].ReceivedAt));
        }

        if (rejudgeSince is { } since)
        {
            memory = Rejudgement.Judge(subject, memory, before, news, history, since, turns);
        }

        return new Observation(news, turns.DrainToImmutable(), heard.DrainToImmutable(), memory with { Known = before.Known.With(news) });
    }

    /// <summary>Takes in that a device lives, also where it says nothing of its position.</summary>
    public static Observation Hear(Registered subject, Observation seen, string deviceId, ImmutableArray<DeviceSigns> signs)
    {
        var heard = seen.HeardAgain.ToBuilder();
        LocationMemory memory = seen.Memory;
        foreach (DeviceSigns sign in signs)
        {
            memory = memory.Hear(deviceId, sign.ReceivedAt, sign.At);
            if (heard.Count == 0)
            {
                subject = EndSilence(subject, deviceId, sign.ReceivedAt, heard);
            }
        }

        return seen with { HeardAgain = heard.ToImmutable(), Memory = memory };
    }

    /// <summary>Judges the edges of schedules that have passed, without any fix.</summary>
    public static Observation Look(Registered subject, LocationMemory memory, Instant now)
    {
        var turns = ImmutableArray.CreateBuilder<ZoneTurn>();
        foreach (Zone zone in memory.Shared.With(subject))
        {
            if (zone.IsTimed && (memory.Sights.GetValueOrDefault(zone.Id) ?? BeginOwn(zone, now)) is { } known)
            {
                memory = Keep(memory, zone.Id, known.Advance(zone, now, turns));
            }
        }

        turns.AddRange(SharedZoneRecords.EndLifted(subject, memory.Shared, now));
        return new Observation([], turns.DrainToImmutable(), [], memory);
    }

    /// <summary>When to look at the zones although no fix arrives; null: never. Of shared zones only those that the subject is close to.</summary>
    public static Instant? NextLook(Registered subject, LocationMemory memory, Instant now)
    {
        Instant? earliest = null;
        foreach (Zone zone in memory.Shared.With(subject))
        {
            Instant? next = !zone.IsTimed ? null
                : memory.Sights.TryGetValue(zone.Id, out ZoneSight? sight) ? sight.NextLook
                : zone.Shared is null ? zone.NextEdge(now)
                : null;
            earliest = next is { } look && (earliest is not { } other || look < other) ? look : earliest;
        }

        return earliest;
    }

    /// <summary>
    /// Rebuilds the memory from stored fixes, oldest first. What they once decided stands in the stream already, so
    /// turns are not taken again.
    /// </summary>
    public static LocationMemory Recall(Registered subject, ImmutableArray<Fix> stored, SharedZones shared)
    {
        LocationMemory memory = LocationMemory.Empty with { Known = KnownFixes.None.With(stored), Shared = shared };
        if (stored.IsEmpty)
        {
            return memory;
        }

        var decided = ImmutableArray.CreateBuilder<ZoneTurn>();
        Instant from = stored[0].OccurredAt;
        foreach (Zone zone in subject.KnownZones.Where(zone => zone.Shared is null || shared.Contains(zone.Id)))
        {
            memory = Keep(memory, zone.Id, Rejudgement.Begin(zone, from, shared.PlanOf(zone.Id)));
        }

        foreach (Fix fix in stored)
        {
            memory = Take(subject, memory, fix, decided);
        }

        foreach (Zone zone in shared.With(subject).Where(zone => memory.Sights.ContainsKey(zone.Id)))
        {
            memory = Keep(memory, zone.Id, memory.Sights[zone.Id].Reconcile(zone));
        }

        return memory;
    }

    /// <summary>Follows a fix without judging zones: what was heard, and where the device was last.</summary>
    internal static LocationMemory Follow(LocationMemory memory, Fix fix)
    {
        DeviceTrace trace = (memory.Devices.GetValueOrDefault(fix.DeviceId) ?? new DeviceTrace(fix.ReceivedAt, [], [])).Heard(fix.ReceivedAt, fix.OccurredAt);
        trace = fix.Use switch
        {
            FixUse.Usable => trace.With(fix),
            FixUse.Jump when trace.Last is { } last && last.OccurredAt > fix.OccurredAt => trace, // a late one says nothing of those to come
            FixUse.Jump => trace with { Doubted = trace.Doubted.IsEmpty || FixAssessment.IsJump(trace.Doubted[^1], fix) ? [fix] : trace.Doubted.Add(fix) },
            _ => trace,
        };
        bool latest = fix.Use == FixUse.Usable && (memory.LastUsable is not { } latestOfAll || latestOfAll.OccurredAt <= fix.OccurredAt);
        return memory with { Devices = memory.Devices.SetItem(fix.DeviceId, trace), LastUsable = latest ? fix : memory.LastUsable };
    }

    private static LocationMemory Take(Registered subject, LocationMemory memory, Fix fix, ImmutableArray<ZoneTurn>.Builder turns)
    {
        if (fix.Use == FixUse.Usable && !Rejudgement.IsLate(subject, memory, fix))
        {
            ReadOnlySpan<Fix> before = memory.Devices.TryGetValue(fix.DeviceId, out DeviceTrace? trace) ? trace.Recent.AsSpan() : [];
            foreach ((_, Zone zone) in subject.Zones)
            {
                ZoneSight known = memory.Sights.GetValueOrDefault(zone.Id) ?? ZoneSight.Begin(zone, fix.OccurredAt, zone.Breached);
                memory = Keep(memory, zone.Id, known.Take(zone, fix, before, turns));
            }

            memory = TakeShared(subject, memory, fix, before, turns);
        }

        return Follow(memory, fix);
    }

    /// <summary>Most shared zones are far from most subjects: those leave nothing in the memory.</summary>
    private static LocationMemory TakeShared(Registered subject, LocationMemory memory, Fix fix, ReadOnlySpan<Fix> before, ImmutableArray<ZoneTurn>.Builder turns)
    {
        double way = memory.Shared.All.IsEmpty ? 0 : LongestWay(before, fix);
        foreach ((Zone laid, GroundPlan plan) in memory.Shared.All)
        {
            Zone zone = subject.Seen(laid);
            ZoneSight? known = memory.Sights.GetValueOrDefault(zone.Id);
            if (known is null && zone is { Breached: false, Approached: false } && ZoneSight.IsFar(zone, plan, fix, way))
            {
                continue;
            }

            ZoneSight sight = (known ?? ZoneSight.Begin(zone, fix.OccurredAt, zone.Breached, plan)).Take(zone, fix, before, turns);
            memory = zone is { Breached: false, Approached: false } && sight.IsForgettable(fix.OccurredAt) ? memory with { Sights = memory.Sights.Remove(zone.Id) } : Keep(memory, zone.Id, sight);
        }

        return memory;
    }

    /// <summary>Metres: the remembered way lies wholly within this distance of the fix.</summary>
    private static double LongestWay(ReadOnlySpan<Fix> before, Fix fix)
    {
        double longest = 0;
        foreach (Fix earlier in before)
        {
            longest = Math.Max(longest, fix.Position.DistanceTo(earlier.Position));
        }

        return longest;
    }

    /// <summary>A shared zone that is in no sight is far away, or nothing is known yet.</summary>
    private static ZoneSight? BeginOwn(Zone zone, Instant at) => zone.Shared is null ? ZoneSight.Begin(zone, at, zone.Breached) : null;

    /// <summary>A late fix is assessed against the one before it: by the stored fixes where they were read, else by those remembered.</summary>
    private static FixUse Assess(LocationMemory memory, Fix fix, ImmutableArray<Fix>.Builder news, ImmutableArray<Fix> history)
    {
        DeviceTrace? trace = memory.Devices.GetValueOrDefault(fix.DeviceId);
        if (trace?.Last is not { } last || last.OccurredAt <= fix.OccurredAt)
        {
            return FixAssessment.Assess(fix, trace?.Last, trace?.Doubted ?? []);
        }

        bool Precedes(Fix other) => other.Use == FixUse.Usable && other.DeviceId == fix.DeviceId && other.OccurredAt < fix.OccurredAt;
        Fix? stored = (history.IsDefault ? trace.Recent : history).LastOrDefault(Precedes);
        Fix? reported = news.LastOrDefault(Precedes);
        return FixAssessment.Assess(fix, reported?.OccurredAt > stored?.OccurredAt ? reported : stored ?? reported, []);
    }

    private static Registered EndSilence(Registered subject, string deviceId, Instant at, ImmutableArray<DeviceHeardAgain>.Builder heard)
    {
        if (!subject.Devices.TryGetValue(deviceId, out BoundDevice? device) || device.SilenceAlert is not { } alert)
        {
            return subject;
        }

        var again = new DeviceHeardAgain(deviceId, alert, at);
        heard.Add(again);
        return Silence.Evolve(subject, again);
    }

    private static IEnumerable<Fix> InOrder(ImmutableArray<Fix> report) => report.Length < 2 ? report : report.OrderBy(fix => fix.OccurredAt);

    private static bool IsRepeated(ImmutableArray<Fix>.Builder fixes, Fix fix)
    {
        for (int at = fixes.Count - 1; at >= 0 && fixes[at].OccurredAt == fix.OccurredAt; at--)
        {
            if (fixes[at].Identity == fix.Identity)
            {
                return true;
            }
        }

        return false;
    }

    private static LocationMemory Keep(LocationMemory memory, ZoneId zone, ZoneSight sight) =>
        memory.Sights.TryGetValue(zone, out ZoneSight? known) && ReferenceEquals(known, sight) ? memory : memory with { Sights = memory.Sights.SetItem(zone, sight) };
}
