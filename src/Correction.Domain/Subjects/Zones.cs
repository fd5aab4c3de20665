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

/// <summary>
/// When a zone holds, by local time (Asia/Shanghai). Where <paramref name="From"/> is not before
/// <paramref name="To"/> the window runs over midnight and belongs to the day on which it begins.
/// </summary>
public sealed record ZoneSchedule(ImmutableArray<IsoDayOfWeek> Days, LocalTime From, LocalTime To)
{
    public bool Holds(LocalDateTime local)
    {
        if (From < To)
        {
            return Days.Contains(local.DayOfWeek) && From <= local.TimeOfDay && local.TimeOfDay < To;
        }

        bool sinceThisDay = Days.Contains(local.DayOfWeek) && From <= local.TimeOfDay;
        bool sinceTheDayBefore = Days.Contains(local.Date.PlusDays(-1).DayOfWeek) && local.TimeOfDay < To;
        return sinceThisDay || sinceTheDayBefore;
    }
}

/// <param name="Confirmations">How many certain fixes in a row decide, 1 to 20.</param>
/// <param name="EffectiveFrom">Fixes from before this instant are not judged; null: every fix that arrives is.</param>
public sealed record ImposeZone(
    string Name, ZoneKind Kind, ZoneGeometry Geometry, ZoneSchedule? Schedule, int Confirmations, Instant? EffectiveFrom) : SubjectCommand;

public sealed record LiftZone(ZoneId ZoneId) : SubjectCommand;

public sealed record ZoneImposed(
    ZoneId ZoneId, string Name, ZoneKind Kind, ZoneGeometry Geometry, ZoneSchedule? Schedule, int Confirmations, Instant? EffectiveFrom) : ISubjectEvent;

public sealed record ZoneLifted(ZoneId ZoneId) : ISubjectEvent;

/// <param name="Breached">The subject is where the zone forbids it, as far as confirmed fixes say.</param>
/// <param name="LastAlert">The alert that its last breach raised.</param>
public sealed record Zone(
    ZoneId Id, string Name, ZoneKind Kind, ZoneGeometry Geometry, ZoneSchedule? Schedule, int Confirmations, Instant? EffectiveFrom, bool Breached = false, AlertId? LastAlert = null)
{
    public bool HoldsAt(Instant instant) =>
        (EffectiveFrom is not { } from || from <= instant) && (Schedule is null || Schedule.Holds(ChinaTime.LocalOf(instant)));
}

internal static class Zones
{
    private const int MostConfirmations = 20;
    private const int MostZones = 50;

    public static Decision<ISubjectEvent> Decide(Registered state, ImposeZone command, DecisionContext context)
    {
        if (command.Geometry.Defect() is { } defect)
        {
            return Decision<ISubjectEvent>.Refuse(RefusalKind.Rule, "geometryInvalid", $"The zone cannot be judged: {defect}.");
        }

        if (command.Confirmations is < 1 or > MostConfirmations)
        {
            return Decision<ISubjectEvent>.Refuse(RefusalKind.Rule, "confirmationsInvalid", $"Confirmations must be 1 to {MostConfirmations}.");
        }

        if (state.Zones.Count >= MostZones)
        {
            return Decision<ISubjectEvent>.Refuse(RefusalKind.State, "tooManyZones", $"A subject has at most {MostZones} zones; lift one first.");
        }

        return Decision<ISubjectEvent>.Accept(
            new ZoneImposed(
                new ZoneId(context.NewId()), command.Name, command.Kind, command.Geometry, command.Schedule, command.Confirmations, command.EffectiveFrom),
            LawBook.Basis("restrictions", ChinaTime.DateOf(context.Now)));
    }

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
            new Zone(happened.ZoneId, happened.Name, happened.Kind, happened.Geometry, happened.Schedule, happened.Confirmations, happened.EffectiveFrom)),
    };

    public static Registered Evolve(Registered state, ZoneLifted happened) => state with
    {
        Zones = state.Zones.Remove(happened.ZoneId),
        LiftedZones = state.LiftedZones.Add(happened.ZoneId),
    };
}
