using NodaTime;

namespace Correction.Domain.Alerts;

// Handling: what officers do about an alert. A note may name people, so it stands with the personal data and the event
// refers to it.

public sealed record AcknowledgeAlert(ForgettableRef? Note) : AlertCommand;

/// <param name="Outcome">What it turned out to be, camelCase: <c>confirmed</c>, <c>falseAlarm</c>, <c>deviceFault</c>, <c>permitted</c>, <c>other</c>.</param>
public sealed record ResolveAlert(string Outcome, ForgettableRef? Note) : AlertCommand;

/// <param name="DueAt">By when it must be resolved; absent in events from before there was escalation.</param>
/// <param name="Assignee">The account that took it; likewise.</param>
public sealed record AlertAcknowledged(ForgettableRef? Note, Instant? DueAt = null, string? Assignee = null) : IAlertEvent;

public sealed record AlertResolved(string Outcome, ForgettableRef? Note) : IAlertEvent;

internal static class AlertHandlingDecisions
{
    public static Decision<IAlertEvent> Decide(Raised alert, AcknowledgeAlert command, DecisionContext context) => alert.Handling switch
    {
        AlertHandling.Open => Decision<IAlertEvent>.Accept(
            new AlertAcknowledged(command.Note, context.Now + alert.Path.At(alert.Level)?.Resolve, context.Actor.Account), [.. AlertRaising.Basis(alert.Alert.Kind, context.Now)]),
        AlertHandling.Acknowledged => Decision<IAlertEvent>.AlreadySo,
        _ => Decision<IAlertEvent>.Refuse(RefusalKind.State, "alertResolved", "This alert is resolved."),
    };

    public static Decision<IAlertEvent> Decide(Raised alert, ResolveAlert command, DecisionContext context)
    {
        if (alert.Handling == AlertHandling.Resolved)
        {
            return alert.Outcome == command.Outcome
                ? Decision<IAlertEvent>.AlreadySo
                : Decision<IAlertEvent>.Refuse(RefusalKind.State, "alertResolved", "This alert is resolved with another outcome.");
        }

        return Decision<IAlertEvent>.Accept(
            new AlertResolved(command.Outcome, command.Note), [.. AlertRaising.Basis(alert.Alert.Kind, context.Now)]);
    }

    public static Raised Evolve(Raised alert, AlertAcknowledged happened) => alert with
    {
        Handling = AlertHandling.Acknowledged,
        DueAt = happened.DueAt ?? alert.DueAt,
        Assignee = happened.Assignee ?? alert.Assignee,
    };

    /// <summary>No device ends a tampering or a call for help: the officer who resolves it says that it is over.</summary>
    public static Raised Evolve(Raised alert, AlertResolved happened) => alert with
    {
        Handling = AlertHandling.Resolved,
        Outcome = happened.Outcome,
        Condition = alert.Alert.Kind is AlertKind.Tamper or AlertKind.Emergency ? AlertCondition.Cleared : alert.Condition,
    };
}
