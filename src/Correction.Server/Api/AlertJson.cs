using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Projections;

namespace Correction.Server.Api;

/// <summary>Alerts as the contract writes them.</summary>
internal static class AlertJson
{
    public static object Write(AlertEntry entry) => Write(entry, ImmutableDictionary<Guid, JsonElement>.Empty);

    public static object Write(AlertEntry entry, ImmutableDictionary<Guid, JsonElement> notes) => new
    {
        id = entry.AlertId,
        subjectId = entry.SubjectId,
        jurisdiction = entry.Jurisdiction,
        kind = entry.Alert.Alert.Kind,
        severity = entry.Alert.Alert.Severity,
        raisedAt = NodaTime.Instant.FromDateTimeOffset(entry.RaisedAt),
        dueAt = entry.Alert.DueAt,
        state = entry.Handling,
        level = entry.Alert.Level,
        assignedTo = entry.Assignee,
        condition = entry.Alert.Condition,
        outcome = entry.Alert.Outcome,
        entry.Version,
        evidence = Write(entry.Alert.Alert.Evidence),
        confirmation = entry.Alert.Confirmation is { } confirmation ? Write(confirmation) : null,
        acknowledged = Write(entry.Acknowledged, notes),
        resolved = Write(entry.Resolved, notes),
        notes = entry.Notes.Select(note => Write(note, notes)),
        handOvers = entry.HandOvers.Select(handOver => new { handOver.To, by = Write(handOver.Action, notes) }),
    };

    public static object Write(AlertEvidence evidence) => new
    {
        evidence.Rule,
        fixes = evidence.Fixes.Select(Write),
        zone = evidence.Zone is { } zone
            ? new
            {
                zoneId = zone.ZoneId.ToString(),
                zone.Name,
                zone.Kind,
                geometry = ZoneReading.Write(zone.Geometry),
                schedule = ZoneReading.Write(zone.Schedule),
                zone.Confirmations,
                zone.Buffer,
                dwell = zone.Dwell?.TotalSeconds,
                zone.Shared,
            }
            : null,
        evidence.DeviceId,
        evidence.LastHeardAt,
        evidence.Deadline,
        evidence.Since,
        evidence.Until,
        evidence.Battery,
        duringLeave = evidence.DuringLeave?.ToString(),
    };

    private static object? Write(AlertAction? action, ImmutableDictionary<Guid, JsonElement> notes) => action is null
        ? null
        : new
        {
            action.Account,
            at = NodaTime.Instant.FromDateTimeOffset(action.At),
            note = action.NoteId is { } id && notes.TryGetValue(id, out JsonElement note) ? note.GetProperty("text").GetString() : null,
        };

    private static object Write(Fix fix) => new
    {
        lon = fix.Position.Longitude,
        lat = fix.Position.Latitude,
        at = fix.OccurredAt,
        fix.ReceivedAt,
        fix.Accuracy,
        fix.Speed,
        fix.Source,
        fix.DeviceId,
    };
}
