using System.Collections.Concurrent;
using System.Collections.Immutable;
using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Domain.ZoneSets;

namespace Correction.Domain.Subjects;

// Shared zones in the judging of a subject: facts that come with the judging, not state of the subject. All subjects of a
// station are judged by the same objects. Of a subject only that is kept which concerns it: a zone that it was found
// against or near, with what was found (Registered.Shared), and a zone that it is close to (LocationMemory.Sights).

/// <summary>A shared zone ready for judging.</summary>
public sealed record SharedZone(Zone Zone, GroundPlan Plan);

/// <summary>The shared zones that concern the subjects of one jurisdiction. Immutable, thread-safe, one for all of them.</summary>
public sealed class SharedZones
{
    private readonly ImmutableDictionary<ZoneId, SharedZone> _byId;

    private SharedZones(ImmutableArray<SharedZone> all) => (All, _byId) = (all, all.ToImmutableDictionary(shared => shared.Zone.Id));

    public static SharedZones None { get; } = new([]);

    public ImmutableArray<SharedZone> All { get; }

    public bool Contains(ZoneId id) => _byId.ContainsKey(id);

    internal GroundPlan? PlanOf(ZoneId id) => _byId.GetValueOrDefault(id)?.Plan;

    /// <summary>Everything that a subject is judged by: the own zones, then the shared ones, with what was found of them.</summary>
    internal IEnumerable<Zone> With(Registered subject) => subject.Zones.Values.Concat(All.Select(shared => subject.Seen(shared.Zone)));

    /// <summary>The shared zones of one county, each made ready once.</summary>
    public sealed class OfCounty(ZoneSet set)
    {
        private readonly ImmutableArray<SharedZone> _all = [.. set.Zones.Values.Select(zone => new SharedZone(zone, GroundPlan.Of(zone.Geometry)))];
        private readonly ConcurrentDictionary<string, SharedZones> _concerning = new(StringComparer.Ordinal);

        public ZoneSet Set => set;

        public SharedZones Concerning(Jurisdiction jurisdiction) => _all.IsEmpty ? None : _concerning.GetOrAdd(
            jurisdiction.Code, (_, all) => new SharedZones([.. all.Where(shared => shared.Zone.Shared!.Jurisdiction.Covers(jurisdiction))]), _all);
    }
}

internal static class SharedZoneRecords
{
    /// <summary>Shared zones remembered of a subject; of older ones no breach is borne out or refuted any more.</summary>
    private const int Remembered = 32;

    /// <summary>A shared zone comes into a subject's record with the first thing that is found of it.</summary>
    public static Registered Meet(Registered state, ZoneEvidence? shared)
    {
        if (shared is null || state.Zones.ContainsKey(shared.ZoneId) || state.Shared.ContainsKey(shared.ZoneId))
        {
            return state;
        }

        ImmutableDictionary<ZoneId, Zone> known = state.Shared;
        if (known.Count >= Remembered && known.Values.Where(zone => zone is { Breached: false, Approached: false }).OrderBy(zone => zone.Shared?.Version).FirstOrDefault() is { } oldest)
        {
            known = known.Remove(oldest.Id);
        }

        return state with { Shared = known.SetItem(shared.ZoneId, shared.ToZone()) };
    }

    /// <summary>What is still held of shared zones that were lifted ends.</summary>
    public static IEnumerable<ZoneTurn> EndLifted(Registered subject, SharedZones standing, NodaTime.Instant now)
    {
        foreach (Zone zone in subject.Shared.Values.Where(zone => (zone.Breached || zone.Approached) && !standing.Contains(zone.Id)))
        {
            foreach (BreachEpisode episode in zone.Episodes.Where(episode => episode.Until is null))
            {
                yield return new ZoneTurn.End(zone, ZoneRules.ZoneLifted, [], NodaTime.Instant.Max(now, episode.Since));
            }

            if (zone.Approached)
            {
                yield return new ZoneTurn.Ring(zone, ZoneRules.ZoneLifted, [], now, false);
            }
        }
    }
}
