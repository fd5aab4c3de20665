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
}

[JsonConverter(typeof(JsonStringEnumConverter<AlertSeverity>))]
public enum AlertSeverity
{
    [JsonStringEnumMemberName("warning")] Warning,
    [JsonStringEnumMemberName("critical")] Critical,
}

/// <summary>Why an alert was raised: what an officer, and later an auditor, needs to judge it.</summary>
/// <param name="Rule">Code of the rule that decided: <c>confirmedFixes</c>, <c>silenceLimit</c>.</param>
/// <param name="Fixes">The deciding fixes, oldest first.</param>
/// <param name="Zone">The zone as it was then.</param>
public sealed record AlertEvidence(
    string Rule, ImmutableArray<Fix> Fixes, ZoneEvidence? Zone, string? DeviceId, Instant? LastHeardAt, Instant? Deadline);

/// <summary>The zone version that was breached.</summary>
public sealed record ZoneEvidence(ZoneId ZoneId, string Name, ZoneKind Kind, ZoneGeometry Geometry, int Confirmations);

public sealed record AlertRaised(
    AlertId AlertId,
    SubjectId SubjectId,
    string Jurisdiction,
    AlertKind Kind,
    AlertSeverity Severity,
    Instant DueAt,
    AlertEvidence Evidence) : IAlertEvent;

/// <summary>How soon an alert must be handled. Office policy, not law.</summary>
public sealed record AlertPolicy(Duration Critical, Duration Warning)
{
    public static AlertPolicy Default { get; } = new(Duration.FromMinutes(30), Duration.FromHours(2));

    public Duration Within(AlertSeverity severity) => severity == AlertSeverity.Critical ? Critical : Warning;
}

/// <summary>Turns what happened to a subject into the alert that tells of it.</summary>
public static class AlertRaising
{
    /// <summary>The law under which an officer acts on such an alert.</summary>
    public static ImmutableArray<LegalBasis> Basis(AlertKind kind, Instant now)
    {
        LocalDate on = ChinaTime.DateOf(now);
        return kind == AlertKind.DeviceSilent ? [LawBook.Basis("lostContact", on)] : [LawBook.Basis("breach", on)];
    }

    public static AlertRaised From(Registered subject, ZoneTurn turn, AlertId id, Instant now, AlertPolicy policy)
    {
        (AlertKind kind, AlertSeverity severity) = turn.Zone.Kind == ZoneKind.Exclusion
            ? (AlertKind.ZoneEntered, AlertSeverity.Critical)
            : (AlertKind.ZoneExited, AlertSeverity.Warning);
        return Raise(subject, id, kind, severity, now, policy, Evidence(turn));
    }

    public static AlertRaised From(Registered subject, DeviceFellSilent silent, Instant now, AlertPolicy policy) =>
        Raise(
            subject, silent.AlertId, AlertKind.DeviceSilent, AlertSeverity.Warning, now, policy,
            new AlertEvidence("silenceLimit", [], null, silent.DeviceId, silent.LastHeardAt, silent.Deadline));

    /// <summary>The evidence of a zone's turn, for raising, resuming and clearing alike.</summary>
    public static AlertEvidence Evidence(ZoneTurn turn) => new(
        "confirmedFixes",
        turn.Fixes,
        new ZoneEvidence(turn.Zone.Id, turn.Zone.Name, turn.Zone.Kind, turn.Zone.Geometry, turn.Zone.Confirmations),
        turn.Fixes[^1].DeviceId,
        null,
        null);

    private static AlertRaised Raise(
        Registered subject, AlertId id, AlertKind kind, AlertSeverity severity, Instant now, AlertPolicy policy, AlertEvidence evidence) =>
        new(id, subject.Id, subject.Jurisdiction.Code, kind, severity, now + policy.Within(severity), evidence);
}
