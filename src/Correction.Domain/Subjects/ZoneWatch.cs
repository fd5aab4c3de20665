using System.Collections.Immutable;
using Correction.Domain.Location;
using NodaTime;

namespace Correction.Domain.Subjects;

// The judgment of fixes against zones. A fix counts only when its whole error circle lies on one side of the border, and
// only a run of such fixes decides: one stray position alarms nobody. One breach raises one alert; while that alert is
// not resolved, coming back resumes it and raises no other.

/// <summary>The subject is where a zone forbids it; <paramref name="AlertId"/> says so to the officers.</summary>
/// <param name="Since">Time of the first of the deciding fixes.</param>
public sealed record ZoneBreached(ZoneId ZoneId, AlertId AlertId, Instant Since) : ISubjectEvent;

/// <summary>The breach came back while its alert was not resolved.</summary>
public sealed record ZoneBreachResumed(ZoneId ZoneId, AlertId AlertId, Instant Since) : ISubjectEvent;

/// <param name="Until">Time of the first of the fixes that say so.</param>
public sealed record ZoneBreachEnded(ZoneId ZoneId, AlertId AlertId, Instant Until) : ISubjectEvent;

/// <summary>Fixes in a row that speak against what is held of a zone, not yet enough to decide.</summary>
public sealed record PendingSighting(ImmutableArray<Fix> Fixes);

/// <summary>A zone's condition turned: the fixes that decided it.</summary>
public sealed record ZoneTurn(Zone Zone, bool Breached, ImmutableArray<Fix> Fixes);

internal static class ZoneWatch
{
    /// <summary>Metres, for a device that does not state its accuracy: open-sky GNSS on a phone (4.9 m) doubled.</summary>
    public const double NominalAccuracy = 10;

    /// <summary>Judges one fix; returns the sighting to keep (null: none) and the turn, when there is one.</summary>
    public static (PendingSighting? Pending, ZoneTurn? Turn) Judge(Zone zone, PendingSighting? pending, Fix fix)
    {
        if (Against(zone, fix) is not { } against)
        {
            return (pending, null); // the error circle crosses the border: it decides nothing, either way
        }

        if (against == zone.Breached)
        {
            return (null, null);
        }

        ImmutableArray<Fix> fixes = (pending?.Fixes ?? []).Add(fix);
        bool schedulePassed = zone.Breached && !zone.HoldsAt(fix.OccurredAt);
        return fixes.Length >= zone.Confirmations || schedulePassed
            ? (null, new ZoneTurn(zone, against, fixes))
            : (new PendingSighting(fixes), null);
    }

    /// <summary>Whether the fix is certainly where the zone forbids it; null when it cannot say.</summary>
    private static bool? Against(Zone zone, Fix fix)
    {
        if (!zone.HoldsAt(fix.OccurredAt))
        {
            return false;
        }

        double distance = zone.Geometry.SignedDistance(fix.Position);
        return Math.Abs(distance) < (fix.Accuracy ?? NominalAccuracy)
            ? null
            : zone.Kind == ZoneKind.Exclusion ? distance < 0 : distance > 0;
    }

    public static Registered Evolve(Registered state, ZoneId zone, bool breached, AlertId alert) =>
        state.Zones.TryGetValue(zone, out Zone? known)
            ? state with { Zones = state.Zones.SetItem(zone, known with { Breached = breached, LastAlert = alert }) }
            : state;
}
