using NodaTime;

namespace Correction.Domain.Alerts;

// Condition: whether what the alert tells of still holds, as the devices say. It never touches the handling.

/// <param name="Evidence">The fixes that say so; null where a report alone ends it, as with silence.</param>
public sealed record ClearCondition(AlertEvidence? Evidence) : AlertCommand;

public sealed record ResumeCondition(AlertEvidence Evidence) : AlertCommand;

/// <summary>Fixes that came late refute what the alert tells of.</summary>
public sealed record WithdrawCondition(AlertEvidence Evidence) : AlertCommand;

/// <summary>Fixes that came late bear out what the alert tells of, from or to another time.</summary>
public sealed record ConfirmCondition(AlertEvidence Evidence) : AlertCommand;

public sealed record AlertConditionCleared(AlertEvidence? Evidence) : IAlertEvent;

public sealed record AlertConditionResumed(AlertEvidence Evidence) : IAlertEvent;

public sealed record AlertConditionWithdrawn(AlertEvidence Evidence) : IAlertEvent;

/// <summary>What the alert tells of took place at other times than it says: the evidence tells which.</summary>
public sealed record AlertConditionConfirmed(AlertEvidence Evidence) : IAlertEvent;

internal static class AlertConditionDecisions
{
    public static Decision<IAlertEvent> Decide(Raised alert, ClearCondition command) => alert switch
    {
        { Condition: not AlertCondition.On } => Decision<IAlertEvent>.AlreadySo,
        { Alert.Kind: AlertKind.Tamper } => Decision<IAlertEvent>.Refuse(
            RefusalKind.State, "tamperStays", "A tampering does not end by itself: an officer resolves it."),
        { Alert.Kind: AlertKind.Emergency } => Decision<IAlertEvent>.Refuse(
            RefusalKind.State, "emergencyStays", "A call for help does not end by itself: an officer resolves it."),
        _ => Decision<IAlertEvent>.Accept(new AlertConditionCleared(command.Evidence)),
    };

    public static Decision<IAlertEvent> Decide(Raised alert, WithdrawCondition command) =>
        alert.Condition == AlertCondition.Withdrawn
            ? Decision<IAlertEvent>.AlreadySo
            : Decision<IAlertEvent>.Accept(new AlertConditionWithdrawn(command.Evidence));

    public static Decision<IAlertEvent> Decide(Raised alert, ConfirmCondition command) =>
        alert.Confirmation is { } known && (known.Since, known.Until) == (command.Evidence.Since, command.Evidence.Until)
            ? Decision<IAlertEvent>.AlreadySo
            : Decision<IAlertEvent>.Accept(new AlertConditionConfirmed(command.Evidence));

    public static Decision<IAlertEvent> Decide(Raised alert, ResumeCondition command) => alert switch
    {
        { Handling: AlertHandling.Resolved } => Decision<IAlertEvent>.Refuse(
            RefusalKind.State, "alertResolved", "A resolved alert does not resume; a new one is raised."),
        { Condition: AlertCondition.On } => Decision<IAlertEvent>.AlreadySo,
        _ => Decision<IAlertEvent>.Accept(new AlertConditionResumed(command.Evidence)),
    };
}
