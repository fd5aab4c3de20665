namespace Correction.Domain.Alerts;

// Handling: what officers do about an alert. A note may name people, so it stands with the personal data and the event
// refers to it.

public sealed record AcknowledgeAlert(ForgettableRef? Note) : AlertCommand;

/// <param name="Outcome">What it turned out to be, camelCase: <c>confirmed</c>, <c>falseAlarm</c>, <c>deviceFault</c>, <c>permitted</c>, <c>other</c>.</param>
public sealed record ResolveAlert(string Outcome, ForgettableRef? Note) : AlertCommand;

public sealed record AlertAcknowledged(ForgettableRef? Note) : IAlertEvent;

public sealed record AlertResolved(string Outcome, ForgettableRef? Note) : IAlertEvent;

internal static class AlertHandlingDecisions
{
    public static Decision<IAlertEvent> Decide(Raised alert, AcknowledgeAlert command, DecisionContext context) => alert.Handling switch
    {
        AlertHandling.Open => Decision<IAlertEvent>.Accept(
            new AlertAcknowledged(command.Note), [.. AlertRaising.Basis(alert.Alert.Kind, context.Now)]),
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
}
