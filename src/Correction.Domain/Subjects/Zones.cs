using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Correction.Domain.Law;
using Correction.Domain.Location;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Subjects;

// Zones: ground that a subject must not leave (inclusion) or must not enter (exclusion, 特定区域 of a restraining order),
// always or by a weekly schedule. Laying and lifting are decisions of an officer; whether a zone is breached is judged
// fix by fix in ZoneWatch.

[JsonConverter(typeof(JsonStringEnumConverter<ZoneKind>))]
public enum ZoneKind
{
    /// <summary>The subject must stay inside.</summary>
    [JsonStringEnumMemberName("inclusion")] Inclusion,

    /// <summary>The subject must stay outside.</summary>
    [JsonStringEnumMemberName("exclusion")] Exclusion,
}

/// <param name="Confirmations">How many certain fixes in a row decide, 1 to 20.</param>
/// <param name="EffectiveFrom">The zone holds from this instant on; null: every fix that arrives is judged.</param>
/// <param name="Buffer">
/// Metres: an amber ring round the drawn ground. Of an exclusion zone it tells of coming near; an inclusion zone is
/// breached only beyond it.
/// </param>
/// <param name="Dwell">The deciding fixes must also span this time; null: their number alone decides.</param>
public sealed record ImposeZone(
    string Name,
    ZoneKind Kind,
    ZoneGeometry Geometry,
    ZoneSchedule? Schedule,
    int Confirmations,
    Instant? EffectiveFrom,
    double? Buffer = null,
    Duration? Dwell = null) : SubjectCommand;

public sealed record LiftZone(ZoneId ZoneId) : SubjectCommand;

public sealed record ZoneImposed(
    ZoneId ZoneId,
    string Name,
    ZoneKind Kind,
    ZoneGeometry Geometry,
    ZoneSchedule? Schedule,
    int Confirmations,
    Instant? EffectiveFrom,
    double? Buffer = null,
    Duration? Dwell = null) : ISubjectEvent;

public sealed record ZoneLifted(ZoneId ZoneId) : ISubjectEvent;

/// <summary>One stay where the zone forbids it.</summary>
/// <param name="Number">The nth that was recorded of the zone, from 1.</param>
/// <param name="Until">Null: it lasts.</param>
/// <param name="Withdrawn">Late fixes showed that it did not take place.</param>
public sealed record BreachEpisode(int Number, AlertId AlertId, Instant Since, Instant? Until, bool Withdrawn = false)
{
    /// <summary>The suspension that holds its alert back; null: the alert was raised.</summary>
    public SuspensionId? HeldBack { get; init; }
}

/// <summary>Which shared zone this is of those of a county.</summary>
/// <param name="Jurisdiction">Whose subjects it concerns.</param>
/// <param name="Version">Version of the county's zone set with which it began to stand.</param>
public sealed record SharedZoneVersion(Jurisdiction Jurisdiction, long Version);

/// <param name="Breached">The subject is where the zone forbids it, as far as confirmed fixes say.</param>
/// <param name="LastAlert">The alert that its last breach raised.</param>
public sealed record Zone(
    ZoneId Id, string Name, ZoneKind Kind, ZoneGeometry Geometry, ZoneSchedule? Schedule, int Confirmations, Instant? EffectiveFrom, bool Breached = false, AlertId? LastAlert = null)
{
    public double? Buffer { get; init; }

    public Duration? Dwell { get; init; }

    /// <summary>Null: it was laid on this subject alone.</summary>
    public SharedZoneVersion? Shared { get; init; }

    /// <summary>The subject is in the amber ring.</summary>
    public bool Approached { get; init; }

    /// <summary>How many breaches were recorded of it.</summary>
    public int Breaches { get; init; }

    /// <summary>The latest breaches in order of their beginning: what a late fix may bear out or refute.</summary>
    public ImmutableArray<BreachEpisode> Episodes { get; init; } = [];

    /// <summary>Whether it holds at some times only: then it is judged at its edges too, without any fix.</summary>
    internal bool IsTimed => Schedule is not null || EffectiveFrom is not null;

    /// <summary>Metres from the drawn border at which the breach begins.</summary>
    internal double RedLine => Kind == ZoneKind.Inclusion ? Buffer ?? 0 : 0;

    /// <summary>Metres from the drawn border at which the ring begins, from the side where the subject may be.</summary>
    internal double AmberLine => Kind == ZoneKind.Inclusion ? 0 : Buffer ?? 0;

    public bool HoldsAt(Instant instant) =>
        (EffectiveFrom is not { } from || from <= instant) && (Schedule is null || Schedule.Holds(ChinaTime.LocalOf(instant)));

    /// <summary>The first instant after the given one at which the zone begins or ceases to hold.</summary>
    internal Instant? NextEdge(Instant after)
    {
        if (EffectiveFrom is not { } from || from <= after)
        {
            return Schedule?.NextEdge(after);
        }

        return HoldsAt(from) ? from : Schedule?.NextEdge(from);
    }
}

internal static class Zones
{
    private const int MostConfirmations = 20;
    private const int MostZones = 50;
    private const double WidestBuffer = 10_000; // metres
    private static readonly Duration LongestDwell = Duration.FromHours(1);

    public static Decision<ISubjectEvent> Decide(Registered state, ImposeZone command, DecisionContext context)
    {
        if (Flaw(command) is { } flaw)
        {
            return new Decision<ISubjectEvent>.Refused(flaw);
        }

        if (state.Zones.Count >= MostZones)
        {
            return Decision<ISubjectEvent>.Refuse(RefusalKind.State, "tooManyZones", $"A subject has at most {MostZones} zones; lift one first.");
        }

        return Decision<ISubjectEvent>.Accept(
            new ZoneImposed(
                new ZoneId(context.NewId()), command.Name, command.Kind, command.Geometry, command.Schedule, command.Confirmations, command.EffectiveFrom, command.Buffer, command.Dwell),
            LawBook.Basis("restrictions", ChinaTime.DateOf(context.Now)));
    }

    /// <summary>Why no zone can be judged so; null: it can.</summary>
    public static Refusal? Flaw(ImposeZone command) => command switch
    {
        _ when command.Geometry.Defect() is { } defect => new(RefusalKind.Rule, "geometryInvalid", $"The zone cannot be judged: {defect}."),
        { Confirmations: < 1 or > MostConfirmations } => new(RefusalKind.Rule, "confirmationsInvalid", $"Confirmations must be 1 to {MostConfirmations}."),
        { Buffer: not null and not (>= 0 and <= WidestBuffer) } => new(RefusalKind.Rule, "bufferInvalid", $"The ring is 0 to {WidestBuffer} metres wide."),
        { Dwell: { } dwell } when dwell < Duration.Zero || dwell > LongestDwell => new(RefusalKind.Rule, "dwellInvalid", "The dwell time is 0 seconds to one hour."),
        _ => null,
    };

    public static Decision<ISubjectEvent> Decide(Registered state, LiftZone command) =>
        state.Zones.ContainsKey(command.ZoneId)
            ? Decision<ISubjectEvent>.Accept(new ZoneLifted(command.ZoneId))
            : state.LiftedZones.Contains(command.ZoneId)
                ? Decision<ISubjectEvent>.AlreadySo
                : Decision<ISubjectEvent>.Refuse(RefusalKind.Unknown, "zoneUnknown", "This subject has no such zone.");

    public static Registered Evolve(Registered state, ZoneImposed happened) => state with
    {
        Zones = state.Zones.SetItem(
            happened.ZoneId,
            new Zone(happened.ZoneId, happened.Name, happened.Kind, happened.Geometry, happened.Schedule, happened.Confirmations, happened.EffectiveFrom)
            {
                Buffer = happened.Buffer,
                Dwell = happened.Dwell,
            }),
    };

    public static Registered Evolve(Registered state, ZoneLifted happened) => state with
    {
        Zones = state.Zones.Remove(happened.ZoneId),
        LiftedZones = state.LiftedZones.Add(happened.ZoneId),
    };
}
