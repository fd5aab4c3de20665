using System.Collections.Immutable;
using System.Diagnostics;
using Correction.Domain.Law;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.ZoneSets;

// Shared zones of a county: ground that concerns every subject of the county, or of one of its stations, such as schools
// and courts. Stream zone-set/{county}. No subject's stream is written when one is laid or lifted: subjects are judged by
// the set as it stands, and what is found of a subject carries the zone as it was.

/// <summary>A command to the shared zones of one county.</summary>
public abstract record ZoneSetCommand;

/// <summary>A fact of stream <c>zone-set/{county}</c>.</summary>
public interface IZoneSetEvent : IDomainEvent;

/// <param name="Jurisdiction">The county or one of its stations: whose subjects the zone concerns.</param>
/// <param name="Zone">It holds from <see cref="ImposeZone.EffectiveFrom"/> on, and not before it is laid.</param>
public sealed record LaySharedZone(Jurisdiction Jurisdiction, ImposeZone Zone) : ZoneSetCommand;

public sealed record LiftSharedZone(ZoneId ZoneId) : ZoneSetCommand;

public sealed record SharedZoneLaid(
    ZoneId ZoneId,
    Jurisdiction Jurisdiction,
    string Name,
    ZoneKind Kind,
    ZoneGeometry Geometry,
    ZoneSchedule? Schedule,
    int Confirmations,
    Instant EffectiveFrom,
    double? Buffer,
    Duration? Dwell) : IZoneSetEvent;

public sealed record SharedZoneLifted(ZoneId ZoneId) : IZoneSetEvent;

/// <summary>The shared zones of a county as they stand.</summary>
/// <param name="Version">How many events made it so: the version of the stream.</param>
public sealed record ZoneSet(ImmutableDictionary<ZoneId, Zone> Zones, ImmutableHashSet<ZoneId> Lifted, long Version)
{
    public static ZoneSet Empty { get; } = new(ImmutableDictionary<ZoneId, Zone>.Empty, [], 0);

    /// <summary>The zones that concern the subjects of a jurisdiction, oldest first.</summary>
    public IEnumerable<Zone> Concerning(Jurisdiction jurisdiction) => InOrder(zone => zone.Covers(jurisdiction));

    /// <summary>Those too that concern only a part of the jurisdiction.</summary>
    public IEnumerable<Zone> Touching(Jurisdiction jurisdiction) => InOrder(zone => zone.Covers(jurisdiction) || jurisdiction.Covers(zone));

    private IEnumerable<Zone> InOrder(Func<Jurisdiction, bool> concerns) =>
        Zones.Values.Where(zone => concerns(zone.Shared!.Jurisdiction)).OrderBy(zone => zone.Shared!.Version);
}

/// <summary>The decisions on a county's shared zones and how the set follows from its events.</summary>
public static class ZoneSetDecider
{
    private const int MostZones = 500;

    public static Decision<IZoneSetEvent> Decide(ZoneSet state, ZoneSetCommand command, DecisionContext context) => command switch
    {
        LaySharedZone lay => Decide(state, lay, context),
        LiftSharedZone lift => Decide(state, lift, context),
        _ => throw new UnreachableException(),
    };

    /// <summary>Total: any event in any state yields a state.</summary>
    public static ZoneSet Evolve(ZoneSet state, IZoneSetEvent happened, Instant occurredAt) => (happened switch
    {
        SharedZoneLaid laid => state with { Zones = state.Zones.SetItem(laid.ZoneId, ZoneOf(laid, state.Version + 1)) },
        SharedZoneLifted lifted => state with { Zones = state.Zones.Remove(lifted.ZoneId), Lifted = state.Lifted.Add(lifted.ZoneId) },
        _ => state,
    }) with { Version = state.Version + 1 };

    private static Decision<IZoneSetEvent> Decide(ZoneSet state, LaySharedZone command, DecisionContext context)
    {
        ImposeZone zone = command.Zone;
        if ((BeyondPower(command.Jurisdiction, context) ?? Subjects.Zones.Flaw(zone)) is { } refusal)
        {
            return new Decision<IZoneSetEvent>.Refused(refusal);
        }

        if (state.Zones.Count >= MostZones)
        {
            return Decision<IZoneSetEvent>.Refuse(RefusalKind.State, "tooManyZones", $"A county has at most {MostZones} shared zones; lift one first.");
        }

        return Decision<IZoneSetEvent>.Accept(
            new SharedZoneLaid(
                new ZoneId(context.NewId()), command.Jurisdiction, zone.Name, zone.Kind, zone.Geometry, zone.Schedule, zone.Confirmations,
                Instant.Max(zone.EffectiveFrom ?? context.Now, context.Now), zone.Buffer, zone.Dwell),
            LawBook.Basis("restrictions", ChinaTime.DateOf(context.Now)));
    }

    private static Decision<IZoneSetEvent> Decide(ZoneSet state, LiftSharedZone command, DecisionContext context) =>
        !state.Zones.TryGetValue(command.ZoneId, out Zone? zone)
            ? state.Lifted.Contains(command.ZoneId)
                ? Decision<IZoneSetEvent>.AlreadySo
                : Decision<IZoneSetEvent>.Refuse(RefusalKind.Unknown, "zoneUnknown", "This county has no such shared zone.")
            : BeyondPower(zone.Shared!.Jurisdiction, context) is { } beyond
                ? new Decision<IZoneSetEvent>.Refused(beyond)
                : Decision<IZoneSetEvent>.Accept(new SharedZoneLifted(command.ZoneId));

    /// <summary>An officer acts for the own station; what concerns the whole county, the county decides.</summary>
    private static Refusal? BeyondPower(Jurisdiction jurisdiction, DecisionContext context)
    {
        bool covered = jurisdiction.Code.StartsWith(context.Actor.Jurisdiction, StringComparison.Ordinal);
        return covered && (context.Actor.Role == Role.Approver || (context.Actor.Role == Role.Officer && jurisdiction.IsStation))
            ? null
            : new Refusal(
                RefusalKind.Power, "countyDecides", "A station's officer lays and lifts shared zones of the own station; those of the county are the county approver's.",
                [LawBook.Basis("delegation", ChinaTime.DateOf(context.Now))]);
    }

    private static Zone ZoneOf(SharedZoneLaid laid, long version) =>
        new(laid.ZoneId, laid.Name, laid.Kind, laid.Geometry, laid.Schedule, laid.Confirmations, laid.EffectiveFrom)
        {
            Buffer = laid.Buffer,
            Dwell = laid.Dwell,
            Shared = new SharedZoneVersion(laid.Jurisdiction, version),
        };
}
