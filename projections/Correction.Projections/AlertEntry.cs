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

    /// <summary>Wire name of the handling: <c>open</c>, <c>acknowledged</c>, <c>resolved</c>.</summary>
    public required string Handling { get; init; }

    public required DateTimeOffset RaisedAt { get; init; }

    /// <summary>By when somebody must have handled it: the queue's order.</summary>
    public required DateTimeOffset DueAt { get; init; }

    public required Raised Alert { get; init; }

    public AlertAction? Acknowledged { get; init; }

    public AlertAction? Resolved { get; init; }

    /// <summary>Version of the stream that this is the fold of.</summary>
    public long Version { get; init; }
}

/// <summary>Who handled an alert, and when.</summary>
/// <param name="Account">An account, never a person's name.</param>
/// <param name="NoteId">Row of the personal table with what was noted.</param>
public sealed record AlertAction(string Account, DateTimeOffset At, Guid? NoteId);

/// <summary>Folds each alert's stream with the domain's own evolution.</summary>
public sealed partial class AlertEntryProjection : SingleStreamProjection<AlertEntry, string>
{
    /// <summary>Raise it with every change of shape or logic: the read model is then built anew beside the old one.</summary>
    public const uint Revision = 1;

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
            Version = envelope.Version,
        };
        return happened switch
        {
            AlertAcknowledged acknowledged => after with { Acknowledged = Action(envelope, acknowledged.Note) },
            AlertResolved resolved => after with { Resolved = Action(envelope, resolved.Note) },
            _ => after,
        };
    }

    private static AlertEntry Begin(string id, Raised alert, IEvent envelope) => new()
    {
        Id = id,
        AlertId = alert.Alert.AlertId.ToString(),
        SubjectId = alert.Alert.SubjectId.ToString(),
        Jurisdiction = alert.Alert.Jurisdiction,
        Handling = WireNames<AlertHandling>.Of(alert.Handling),
        RaisedAt = EventHeaders.OccurredAt(envelope).ToDateTimeOffset(),
        DueAt = alert.Alert.DueAt.ToDateTimeOffset(),
        Alert = alert,
    };

    private static AlertAction Action(IEvent envelope, ForgettableRef? note) =>
        new(EventHeaders.Actor(envelope).Account, EventHeaders.OccurredAt(envelope).ToDateTimeOffset(), note?.Id);
}
