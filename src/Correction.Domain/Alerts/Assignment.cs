namespace Correction.Domain.Alerts;

// Assignment: whose an alert is. Who acknowledges it takes it; it may be handed over, and anybody who handles it may note
// what was found. Notes and reasons may name people: they stand with the personal data.

/// <param name="To">Who is to have it, as the accounts say.</param>
public sealed record HandOverAlert(Actor To, ForgettableRef? Reason) : AlertCommand;

/// <summary>Each note is a note of its own; a repeat is known by the key that its sender gives it.</summary>
public sealed record NoteAlert(ForgettableRef Note) : AlertCommand;

/// <param name="To">An account, never a person's name.</param>
public sealed record AlertHandedOver(string To, ForgettableRef? Reason) : IAlertEvent;

public sealed record AlertNoted(ForgettableRef Note) : IAlertEvent;

internal static class AlertAssignment
{
    public static Decision<IAlertEvent> Decide(Raised alert, HandOverAlert command, DecisionContext context)
    {
        if (alert.Handling == AlertHandling.Resolved)
        {
            return Decision<IAlertEvent>.Refuse(RefusalKind.State, "alertResolved", "This alert is resolved.");
        }

        bool mayHandle = command.To.Role is Role.Officer or Role.Approver
            && Jurisdiction.TryParse(command.To.Jurisdiction, out Jurisdiction own) && own.Covers(Jurisdiction.Parse(alert.Alert.Jurisdiction));
        if (!mayHandle)
        {
            return Decision<IAlertEvent>.Refuse(
                RefusalKind.Rule, "assigneeCannotHandle", "Hand it over to an officer or approver whose jurisdiction covers the alert.");
        }

        return alert.Assignee == command.To.Account
            ? Decision<IAlertEvent>.AlreadySo
            : Decision<IAlertEvent>.Accept(
                new AlertHandedOver(command.To.Account, command.Reason), [.. AlertRaising.Basis(alert.Alert.Kind, context.Now)]);
    }

    /// <summary>Also of a resolved alert: what comes to light later belongs to it.</summary>
    public static Decision<IAlertEvent> Decide(Raised alert, NoteAlert command, DecisionContext context) =>
        Decision<IAlertEvent>.Accept(new AlertNoted(command.Note), [.. AlertRaising.Basis(alert.Alert.Kind, context.Now)]);
}
