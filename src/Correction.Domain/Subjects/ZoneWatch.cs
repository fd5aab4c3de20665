using System.Collections.Immutable;
using Correction.Domain.Alerts;
using Correction.Domain.Location;
using NodaTime;

namespace Correction.Domain.Subjects;

// Breaches of zones, as facts. What decides them is judged in ZoneSight, fix by fix and edge by edge, and anew in
// Rejudgement when a late fix arrives. One breach raises one alert; while that alert is not resolved, coming back resumes
// it and raises no other. What late fixes refute is withdrawn by a new event; nothing is erased.

/// <summary>The subject is where a zone forbids it; <paramref name="AlertId"/> says so to the officers.</summary>
/// <param name="Since">Time of the first of the deciding fixes, or the edge of the schedule.</param>
/// <param name="HeldBackBy">The suspension because of which the alert is not raised; null: it is.</param>
/// <param name="Shared">The shared zone as it was; null: it is one of the subject's own.</param>
public sealed record ZoneBreached(ZoneId ZoneId, AlertId AlertId, Instant Since, SuspensionId? HeldBackBy = null, ZoneEvidence? Shared = null) : ISubjectEvent;

/// <summary>The breach came back while its alert was not resolved.</summary>
public sealed record ZoneBreachResumed(ZoneId ZoneId, AlertId AlertId, Instant Since) : ISubjectEvent;

/// <param name="Until">Time of the first of the fixes that say so, or the edge of the schedule.</param>
public sealed record ZoneBreachEnded(ZoneId ZoneId, AlertId AlertId, Instant Until) : ISubjectEvent;

/// <summary>Fixes that came late show that a recorded breach did not take place.</summary>
/// <param name="Number">Which: the nth breach that was recorded of the zone, from 1.</param>
/// <param name="Since">Its beginning, as it was recorded.</param>
public sealed record ZoneBreachWithdrawn(ZoneId ZoneId, AlertId AlertId, int Number, Instant Since) : ISubjectEvent;

/// <summary>Fixes that came late bear a recorded breach out, from and to other times than were recorded.</summary>
/// <param name="Number">Which: the nth breach that was recorded of the zone, from 1.</param>
/// <param name="Until">Null: it lasts.</param>
public sealed record ZoneBreachConfirmed(ZoneId ZoneId, AlertId AlertId, int Number, Instant Since, Instant? Until) : ISubjectEvent;

/// <summary>The subject is in a zone's amber ring: a state that officers see, and no alert.</summary>
/// <param name="Shared">The shared zone as it was; null: it is one of the subject's own.</param>
public sealed record ZoneApproached(ZoneId ZoneId, Instant Since, ZoneEvidence? Shared = null) : ISubjectEvent;

public sealed record ZoneApproachEnded(ZoneId ZoneId, Instant Until) : ISubjectEvent;

/// <summary>What the judgment of a zone came to, with the fixes that decided it.</summary>
/// <param name="Rule">One of <see cref="ZoneRules"/>.</param>
public abstract record ZoneTurn(Zone Zone, string Rule, ImmutableArray<Fix> Fixes)
{
    /// <param name="Until">Set where it is over already.</param>
    public sealed record Breach(Zone Zone, string Rule, ImmutableArray<Fix> Fixes, Instant Since, Instant? Until) : ZoneTurn(Zone, Rule, Fixes);

    public sealed record End(Zone Zone, string Rule, ImmutableArray<Fix> Fixes, Instant Until) : ZoneTurn(Zone, Rule, Fixes);

    /// <param name="Near">In the ring from <paramref name="At"/> on; false: out of it.</param>
    public sealed record Ring(Zone Zone, string Rule, ImmutableArray<Fix> Fixes, Instant At, bool Near) : ZoneTurn(Zone, Rule, Fixes);

    public sealed record Withdrawal(Zone Zone, string Rule, ImmutableArray<Fix> Fixes, BreachEpisode Episode) : ZoneTurn(Zone, Rule, Fixes);

    public sealed record Confirmation(Zone Zone, string Rule, ImmutableArray<Fix> Fixes, BreachEpisode Episode, Instant Since, Instant? Until)
        : ZoneTurn(Zone, Rule, Fixes);
}

/// <summary>Codes of the rules that decide about zones, as evidence names them.</summary>
public static class ZoneRules
{
    /// <summary>A run of fixes, each certainly on the same side of the border.</summary>
    public const string ConfirmedFixes = "confirmedFixes";

    /// <summary>A run of fixes whose middle lies on forbidden ground, after a way from elsewhere.</summary>
    public const string AgreeingFixes = "agreeingFixes";

    /// <summary>The schedule began or ended; the last certain fix says where the subject was.</summary>
    public const string ScheduleEdge = "scheduleEdge";

    /// <summary>The way between two fixes leads through the zone.</summary>
    public const string SegmentCrossing = "segmentCrossing";

    /// <summary>Fixes that came late change what was judged without them.</summary>
    public const string LateFixes = "lateFixes";

    /// <summary>A shared zone was lifted.</summary>
    public const string ZoneLifted = "zoneLifted";

    /// <summary>The breach began while watching was suspended and still holds now that it goes on.</summary>
    public const string WatchingResumed = "watchingResumed";
}

internal static class ZoneWatch
{
    /// <summary>Breaches remembered of a zone; older ones are no longer borne out or refuted.</summary>
    private const int RememberedEpisodes = 32;

    public static Registered Evolve(Registered state, ZoneBreached happened) =>
        Begin(SharedZoneRecords.Meet(state, happened.Shared), happened.ZoneId, happened.AlertId, happened.Since, happened.HeldBackBy);

    public static Registered Evolve(Registered state, ZoneBreachResumed happened) => Begin(state, happened.ZoneId, happened.AlertId, happened.Since);

    /// <summary>Ends the breach that began last before it.</summary>
    public static Registered Evolve(Registered state, ZoneBreachEnded happened) => With(state, happened.ZoneId, zone =>
    {
        int open = zone.Episodes.Length - 1;
        while (open >= 0 && (zone.Episodes[open].Until is not null || zone.Episodes[open].Since > happened.Until))
        {
            open--;
        }

        return open < 0 ? zone : zone with { Episodes = zone.Episodes.SetItem(open, zone.Episodes[open] with { Until = happened.Until }) };
    });

    public static Registered Evolve(Registered state, ZoneBreachWithdrawn happened) => With(state, happened.ZoneId, zone => zone with
    {
        Episodes =
        [
            .. zone.Episodes.Select(episode => episode.Number == happened.Number
                ? episode with { Withdrawn = true, Until = episode.Until ?? episode.Since }
                : episode),
        ],
    });

    /// <summary>Other times may show that the breach lasted longer than watching was suspended.</summary>
    public static Registered Evolve(Registered state, ZoneBreachConfirmed happened, Instant occurredAt) => With(state, happened.ZoneId, zone => zone with
    {
        Episodes =
        [
            .. zone.Episodes.Select(episode => episode.Number == happened.Number
                ? episode with { Since = happened.Since, Until = happened.Until, Withdrawn = false, HeldBack = episode.HeldBack is null ? null : state.HeldBackBy(happened.Since, happened.Until, occurredAt) }
                : episode).OrderBy(episode => episode.Since),
        ],
    });

    public static Registered Evolve(Registered state, ZoneApproached happened) =>
        With(SharedZoneRecords.Meet(state, happened.Shared), happened.ZoneId, zone => zone with { Approached = true });

    public static Registered Evolve(Registered state, ZoneApproachEnded happened) => With(state, happened.ZoneId, zone => zone with { Approached = false });

    private static Registered Begin(Registered state, ZoneId id, AlertId alert, Instant since, SuspensionId? heldBack = null) => With(state, id, zone =>
    {
        var begun = new BreachEpisode(zone.Breaches + 1, alert, since, null) { HeldBack = heldBack };
        ImmutableArray<BreachEpisode> episodes = [.. zone.Episodes.Append(begun).OrderBy(episode => episode.Since).TakeLast(RememberedEpisodes)];
        return zone with { Breaches = begun.Number, Episodes = episodes, LastAlert = episodes[^1].AlertId };
    });

    private static Registered With(Registered state, ZoneId id, Func<Zone, Zone> change)
    {
        if (state.KnownZone(id) is not { } known)
        {
            return state;
        }

        Zone changed = change(known);
        changed = changed with { Breached = changed.Episodes.Any(episode => episode.Until is null) };
        return state.Zones.ContainsKey(id) ? state with { Zones = state.Zones.SetItem(id, changed) } : state with { Shared = state.Shared.SetItem(id, changed) };
    }
}
