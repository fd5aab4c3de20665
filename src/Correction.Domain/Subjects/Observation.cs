using System.Collections.Immutable;
using Correction.Domain.Location;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Subjects;

// What follows from a device's report: which fixes are new, which of them may decide, and what they decide. The memory
// between reports is no event: it is rebuilt from the stored fixes by folding them through Remember.

/// <summary>What must be known of earlier fixes to judge the next one.</summary>
public sealed record LocationMemory
{
    /// <summary>A re-upload of more fixes than this is stored again and found out by Sealer and readers.</summary>
    private const int Remembered = 512;

    public static LocationMemory Empty { get; } = new();

    public Fix? LastUsable { get; init; }

    /// <summary>When each device was last heard from, by our clock.</summary>
    public ImmutableDictionary<string, Instant> HeardAt { get; init; } = ImmutableDictionary<string, Instant>.Empty;

    public ImmutableDictionary<ZoneId, PendingSighting> Pending { get; init; } = ImmutableDictionary<ZoneId, PendingSighting>.Empty;

    private ImmutableHashSet<FixIdentity> Known { get; init; } = [];

    private ImmutableQueue<FixIdentity> Order { get; init; } = [];

    public bool Knows(Fix fix) => Known.Contains(fix.Identity);

    public LocationMemory Remember(Fix fix)
    {
        (ImmutableHashSet<FixIdentity> known, ImmutableQueue<FixIdentity> order) = (Known.Add(fix.Identity), Order.Enqueue(fix.Identity));
        if (known.Count > Remembered)
        {
            order = order.Dequeue(out FixIdentity oldest);
            known = known.Remove(oldest);
        }

        Instant heard = HeardAt.TryGetValue(fix.DeviceId, out Instant before) ? Instant.Max(before, fix.ReceivedAt) : fix.ReceivedAt;
        return this with
        {
            Known = known,
            Order = order,
            HeardAt = HeardAt.SetItem(fix.DeviceId, heard),
            LastUsable = Decides(fix) ? fix : LastUsable,
        };
    }

    /// <summary>A usable fix that is not older than the last one moves the picture; a late one only fills the track.</summary>
    public bool Decides(Fix fix) => fix.Use == FixUse.Usable && (LastUsable is not { } last || last.OccurredAt <= fix.OccurredAt);
}

/// <summary>The outcome of a report.</summary>
/// <param name="Fixes">The new fixes, assessed, in order of time; repeated ones are gone.</param>
/// <param name="Turns">Zone conditions that turned.</param>
/// <param name="HeardAgain">Devices whose silence ended.</param>
public sealed record Observation(
    ImmutableArray<Fix> Fixes, ImmutableArray<ZoneTurn> Turns, ImmutableArray<DeviceHeardAgain> HeardAgain, LocationMemory Memory);

/// <summary>Folds a device's report into what is known of a subject.</summary>
public static class LocationWatch
{
    /// <summary>Judges the fixes of one report. Never throws; changes nothing for fixes already known.</summary>
    public static Observation Observe(Registered subject, LocationMemory memory, IEnumerable<Fix> report)
    {
        var fixes = ImmutableArray.CreateBuilder<Fix>();
        var turns = ImmutableArray.CreateBuilder<ZoneTurn>();
        var heard = ImmutableArray.CreateBuilder<DeviceHeardAgain>();
        foreach (Fix reported in report.OrderBy(fix => fix.OccurredAt))
        {
            if (memory.Knows(reported))
            {
                continue;
            }

            Fix fix = reported with { Use = FixAssessment.Assess(reported, memory.LastUsable) };
            fixes.Add(fix);
            if (subject.Devices.TryGetValue(fix.DeviceId, out BoundDevice? device) && device.SilenceAlert is { } alert)
            {
                heard.Add(new DeviceHeardAgain(fix.DeviceId, alert, fix.ReceivedAt));
                subject = Silence.Evolve(subject, fix.DeviceId, null);
            }

            if (memory.Decides(fix))
            {
                (subject, memory) = Judge(subject, memory, fix, turns);
            }

            memory = memory.Remember(fix);
        }

        return new Observation(fixes.DrainToImmutable(), turns.DrainToImmutable(), heard.DrainToImmutable(), memory);
    }

    /// <summary>
    /// Rebuilds the memory from stored fixes, oldest first. What they once decided stands in the stream already, so
    /// turns are not taken again: only runs that have not decided remain pending.
    /// </summary>
    public static LocationMemory Recall(Registered subject, IEnumerable<Fix> stored)
    {
        LocationMemory memory = LocationMemory.Empty;
        foreach (Fix fix in stored)
        {
            if (memory.Decides(fix))
            {
                foreach (Zone zone in subject.Zones.Values)
                {
                    (PendingSighting? pending, _) = ZoneWatch.Judge(zone, memory.Pending.GetValueOrDefault(zone.Id), fix);
                    memory = Keep(memory, zone.Id, pending);
                }
            }

            memory = memory.Remember(fix);
        }

        return memory;
    }

    private static (Registered Subject, LocationMemory Memory) Judge(
        Registered subject, LocationMemory memory, Fix fix, ImmutableArray<ZoneTurn>.Builder turns)
    {
        foreach (Zone zone in subject.Zones.Values)
        {
            (PendingSighting? pending, ZoneTurn? turn) = ZoneWatch.Judge(zone, memory.Pending.GetValueOrDefault(zone.Id), fix);
            memory = Keep(memory, zone.Id, pending);
            if (turn is not null)
            {
                turns.Add(turn);
                subject = subject with { Zones = subject.Zones.SetItem(zone.Id, zone with { Breached = turn.Breached }) };
            }
        }

        return (subject, memory);
    }

    private static LocationMemory Keep(LocationMemory memory, ZoneId zone, PendingSighting? pending) =>
        (pending, memory.Pending.ContainsKey(zone)) switch
        {
            (null, false) => memory,
            (null, true) => memory with { Pending = memory.Pending.Remove(zone) },
            _ => memory with { Pending = memory.Pending.SetItem(zone, pending!) },
        };
}
