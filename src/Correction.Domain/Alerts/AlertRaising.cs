using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Correction.Domain.Law;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Alerts;

// Raising: an alert begins its stream alert/{id} in the same commit as the subject's event that gives rise to it.

[JsonConverter(typeof(JsonStringEnumConverter<AlertKind>))]
public enum AlertKind
{
    [JsonStringEnumMemberName("zoneExited")] ZoneExited,
    [JsonStringEnumMemberName("zoneEntered")] ZoneEntered,
    [JsonStringEnumMemberName("curfewBroken")] CurfewBroken,
    [JsonStringEnumMemberName("deviceSilent")] DeviceSilent,
    [JsonStringEnumMemberName("batteryLow")] BatteryLow,
    [JsonStringEnumMemberName("tamper")] Tamper,
    [JsonStringEnumMemberName("leaveOverstayed")] LeaveOverstayed,
    [JsonStringEnumMemberName("reportMissed")] ReportMissed,
    [JsonStringEnumMemberName("lostContact")] LostContact,
    [JsonStringEnumMemberName("emergency")] Emergency,
}

[JsonConverter(typeof(JsonStringEnumConverter<AlertSeverity>))]
public enum AlertSeverity
{
    [JsonStringEnumMemberName("warning")] Warning,
    [JsonStringEnumMemberName("critical")] Critical,
}

/// <summary>Why an alert was raised: what an officer, and later an auditor, needs to judge it.</summary>
/// <param name="Rule">Code of the rule that decided: one of <see cref="ZoneRules"/>; <c>silenceLimit</c>, <c>batteryDead</c> (silent with
/// a critical battery), <c>noPosition</c>; <c>battery</c>; <c>alarmBit</c>; <c>leaveOverstayed</c>.</param>
/// <param name="Fixes">The deciding fixes, oldest first.</param>
/// <param name="Zone">The zone as it was then.</param>
/// <param name="Since">When it happened, which may be long before it was raised.</param>
/// <param name="Until">When it ended, where it had ended when this was written.</param>
/// <param name="Battery">Per cent, where the battery is what it tells of.</param>
/// <param name="DuringLeave">The approved leave with which the subject was away from its inclusion zone then; the leave, too, that was overstayed.</param>
public sealed record AlertEvidence(
    string Rule,
    ImmutableArray<Fix> Fixes,
    ZoneEvidence? Zone,
    string? DeviceId,
    Instant? LastHeardAt,
    Instant? Deadline,
    Instant? Since = null,
    Instant? Until = null,
    int? Battery = null,
    LeaveId? DuringLeave = null);

/// <summary>The zone version that was breached.</summary>
/// <param name="Shared">Set where it is a shared zone of the county, and which version of it.</param>
public sealed record ZoneEvidence(
    ZoneId ZoneId,
    string Name,
    ZoneKind Kind,
    ZoneGeometry Geometry,
    int Confirmations,
    ZoneSchedule? Schedule = null,
    double? Buffer = null,
    Duration? Dwell = null,
    Instant? EffectiveFrom = null,
    SharedZoneVersion? Shared = null)
{
    public static ZoneEvidence Of(Zone zone) => new(
        zone.Id, zone.Name, zone.Kind, zone.Geometry, zone.Confirmations, zone.Schedule, zone.Buffer, zone.Dwell, zone.EffectiveFrom, zone.Shared);

    /// <summary>The zone, of which nothing is known yet.</summary>
    internal Zone ToZone() => new(ZoneId, Name, Kind, Geometry, Schedule, Confirmations, EffectiveFrom) { Buffer = Buffer, Dwell = Dwell, Shared = Shared };
}

/// <param name="Path">How it escalates while nobody handles it; absent in alerts from before there was escalation.</param>
public sealed record AlertRaised(
    AlertId AlertId,
    SubjectId SubjectId,
    string Jurisdiction,
    AlertKind Kind,
    AlertSeverity Severity,
    Instant DueAt,
    AlertEvidence Evidence,
    AlertPath? Path = null) : IAlertEvent;

/// <summary>Turns what happened to a subject into the alert that tells of it.</summary>
public static class AlertRaising
{
    /// <summary>The law under which an officer acts on such an alert.</summary>
    public static ImmutableArray<LegalBasis> Basis(AlertKind kind, Instant now)
    {
        LocalDate on = ChinaTime.DateOf(now);
        return kind switch
        {
            AlertKind.DeviceSilent => [LawBook.Basis("lostContact", on)],
            AlertKind.Emergency => [], // who calls for help has broken nothing
            AlertKind.LeaveOverstayed => [LawBook.Basis("leave", on), LawBook.Basis("leaveReturn", on)],
            _ => [LawBook.Basis("breach", on)],
        };
    }

    public static AlertRaised From(Registered subject, ZoneTurn.Breach turn, AlertId id, Instant now, AlertPolicy policy)
    {
        (AlertKind kind, AlertSeverity severity) = turn.Zone switch
        {
            { Kind: ZoneKind.Exclusion } => (AlertKind.ZoneEntered, AlertSeverity.Critical),
            { Schedule: not null } => (AlertKind.CurfewBroken, AlertSeverity.Warning),
            _ => (AlertKind.ZoneExited, AlertSeverity.Warning),
        };
        return Of(subject, id, kind, severity, now, policy, Evidence(subject, turn));
    }

    public static AlertRaised From(Registered subject, DeviceFellSilent silent, Instant now, AlertPolicy policy) =>
        Of(
            subject, silent.AlertId, AlertKind.DeviceSilent, AlertSeverity.Warning, now, policy,
            new AlertEvidence(
                subject.Devices.GetValueOrDefault(silent.DeviceId) is { Battery: BatteryLevel.Critical } ? "batteryDead" : "silenceLimit",
                [], null, silent.DeviceId, silent.LastHeardAt, silent.Deadline));

    public static AlertRaised From(Registered subject, PositionLost lost, Instant now, AlertPolicy policy) =>
        Of(
            subject, lost.AlertId, AlertKind.DeviceSilent, AlertSeverity.Warning, now, policy,
            new AlertEvidence("noPosition", [], null, lost.DeviceId, lost.LastPositionAt, lost.Deadline));

    public static AlertRaised From(Registered subject, LeaveOverstayed overstayed, Instant now, AlertPolicy policy) =>
        Of(
            subject, overstayed.AlertId, AlertKind.LeaveOverstayed, AlertSeverity.Warning, now, policy,
            new AlertEvidence("leaveOverstayed", [], null, null, null, overstayed.Deadline, overstayed.Deadline, DuringLeave: overstayed.LeaveId));

    /// <summary>The evidence of a zone's turn, for raising an alert and for every change of its condition.</summary>
    public static AlertEvidence Evidence(Registered subject, ZoneTurn turn)
    {
        (Instant? since, Instant? until) = turn switch
        {
            ZoneTurn.Breach breach => (breach.Since, breach.Until),
            ZoneTurn.End end => (null, end.Until),
            ZoneTurn.Withdrawal withdrawal => (withdrawal.Episode.Since, withdrawal.Episode.Until),
            ZoneTurn.Confirmation confirmation => (confirmation.Since, confirmation.Until),
            _ => ((Instant?)null, (Instant?)null),
        };
        return new AlertEvidence(
            turn.Rule,
            turn.Fixes,
            ZoneEvidence.Of(turn.Zone),
            turn.Fixes.IsEmpty ? null : turn.Fixes[^1].DeviceId,
            null,
            null,
            since,
            until,
            DuringLeave: turn.Zone.Kind == ZoneKind.Inclusion && (since ?? until) is { } at ? subject.OnLeave(at) : null);
    }

    internal static AlertRaised Of(
        Registered subject, AlertId id, AlertKind kind, AlertSeverity severity, Instant now, AlertPolicy policy, AlertEvidence evidence)
    {
        AlertPath path = policy.PathOf(kind, severity);
        return new(id, subject.Id, subject.Jurisdiction.Code, kind, severity, now + path.First.Acknowledge, evidence, path);
    }
}
