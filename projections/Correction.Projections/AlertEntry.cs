using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Correction.Domain;
using Correction.Domain.Alerts;
using JasperFx.Events;
using Marten.Events.Aggregation;

namespace Correction.Projections;

/// <summary>One alert as the queue shows it. Condition and handling stand in <see cref="Alert"/>, each its own way.</summary>
public sealed record AlertEntry
{
    /// <summary>The key of the stream it is folded from.</summary>
    public required string Id { get; init; }

    /// <summary>32 hex digits.</summary>
    public required string AlertId { get; init; }

    /// <summary>32 hex digits.</summary>
    public required string SubjectId { get; init; }

    public required string Jurisdiction { get; init; }

    public required string Kind { get; init; }

    public required string Severity { get; init; }

    /// <summary>Wire name of the handling: <c>open</c>, <c>acknowledged</c>, <c>resolved</c>.</summary>
    public required string Handling { get; init; }

    /// <summary>Wire name of who must act: <c>officer</c>, <c>stationHead</c>, <c>county</c>.</summary>
    public required string Level { get; init; }

    /// <summary>The account whose it is; null: nobody's yet.</summary>
    public string? Assignee { get; init; }

    public required DateTimeOffset RaisedAt { get; init; }

    /// <summary>By when somebody must have acted: the queue's order.</summary>
    public required DateTimeOffset DueAt { get; init; }

    public required Raised Alert { get; init; }

    /// <summary>32 hex digits of the zone that was breached; null where it was none.</summary>
    public string? ZoneId { get; init; }

    /// <summary>Wire name of the condition: <c>on</c>, <c>cleared</c>, <c>withdrawn</c>.</summary>
    public required string Condition { get; init; }

    /// <summary>From raising to taking; null while nobody took it.</summary>
    public double? SecondsToAcknowledge { get; init; }

    /// <summary>What it turned out to be; null while it is not resolved.</summary>
    public string? Outcome { get; init; }

    public AlertAction? Acknowledged { get; init; }

    public AlertAction? Resolved { get; init; }

    /// <summary>In order of time.</summary>
    public ImmutableList<AlertAction> Notes { get; init; } = [];

    /// <summary>In order of time.</summary>
    public ImmutableList<AlertHandOver> HandOvers { get; init; } = [];

    /// <summary>Every row of the personal table that belongs to it.</summary>
    [JsonIgnore]
    public IEnumerable<Guid> NoteIds =>
        new[] { Acknowledged, Resolved }.Concat(Notes).Select(action => action?.NoteId).Concat(HandOvers.Select(handOver => handOver.Action.NoteId)).OfType<Guid>();

    /// <summary>Version of the stream that this is the fold of.</summary>
    public long Version { get; init; }
}

/// <summary>Who handled an alert, and when.</summary>
/// <param name="Account">An account, never a person's name.</param>
/// <param name="NoteId">Row of the personal table with what was noted.</param>
public sealed record AlertAction(string Account, DateTimeOffset At, Guid? NoteId);

/// <param name="To">The account that received it.</param>
/// <param name="Action">Who gave it, and why.</param>
public sealed record AlertHandOver(string To, AlertAction Action);

/// <summary>Folds each alert's stream with the domain's own evolution.</summary>
public sealed partial class AlertEntryProjection : SingleStreamProjection<AlertEntry, string>
{
    /// <summary>Raise it with every change of shape or logic: the read model is then built anew beside the old one.</summary>
    public const uint Revision = 3;

    public AlertEntryProjection()
    {
        Name = "alert_entry";
        Version = Revision;
        this.IncludeEventsOf<IAlertEvent>();
    }

    public override AlertEntry? Evolve(AlertEntry? snapshot, string id, IEvent e) =>
        e.Data is IAlertEvent happened ? Fold(snapshot, id, happened, e) : snapshot;

    private static AlertEntry? Fold(AlertEntry? before, string id, IAlertEvent happened, IEvent envelope)
    {
        if (AlertDecider.Evolve(before?.Alert ?? AlertState.Initial, happened, EventHeaders.OccurredAt(envelope)) is not Raised alert)
        {
            return before;
        }

        AlertEntry after = (before ?? Begin(id, alert, envelope)) with
        {
            Alert = alert,
            Handling = WireNames<AlertHandling>.Of(alert.Handling),
            Level = WireNames<AlertLevel>.Of(alert.Level),
            Assignee = alert.Assignee,
            DueAt = alert.DueAt.ToDateTimeOffset(),
            Outcome = alert.Outcome,
            Condition = WireNames<AlertCondition>.Of(alert.Condition),
            Version = envelope.Version,
        };
        return happened switch
        {
            AlertAcknowledged acknowledged => after with
            {
                Acknowledged = Action(envelope, acknowledged.Note), SecondsToAcknowledge = (At(envelope) - after.RaisedAt).TotalSeconds,
            },
            AlertResolved resolved => after with { Resolved = Action(envelope, resolved.Note) },
            AlertNoted noted => after with { Notes = after.Notes.Add(Action(envelope, noted.Note)) },
            AlertHandedOver handedOver => after with { HandOvers = after.HandOvers.Add(new(handedOver.To, Action(envelope, handedOver.Reason))) },
            _ => after,
        };
    }

    private static AlertEntry Begin(string id, Raised alert, IEvent envelope) => new()
    {
        Id = id,
        AlertId = alert.Alert.AlertId.ToString(),
        SubjectId = alert.Alert.SubjectId.ToString(),
        Jurisdiction = alert.Alert.Jurisdiction,
        Kind = WireNames<AlertKind>.Of(alert.Alert.Kind),
        Severity = WireNames<AlertSeverity>.Of(alert.Alert.Severity),
        Handling = WireNames<AlertHandling>.Of(alert.Handling),
        Level = WireNames<AlertLevel>.Of(alert.Level),
        Condition = WireNames<AlertCondition>.Of(alert.Condition),
        RaisedAt = At(envelope),
        DueAt = alert.DueAt.ToDateTimeOffset(),
        ZoneId = alert.Alert.Evidence.Zone?.ZoneId.ToString(),
        Alert = alert,
    };

    private static AlertAction Action(IEvent envelope, ForgettableRef? note) =>
        new(EventHeaders.Actor(envelope).Account, At(envelope), note?.Id);

    private static DateTimeOffset At(IEvent envelope) => EventHeaders.OccurredAt(envelope).ToDateTimeOffset();
}
