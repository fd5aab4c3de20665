using NodaTime;

namespace Correction.Domain.Alerts;

// Condition: whether what the alert tells of still holds, as the devices say. It never touches the handling.

/// <param name="Evidence">The fixes that say so; null where a report alone ends it, as with silence.</param>
public sealed record ClearCondition(AlertEvidence? Evidence) : AlertCommand;

public sealed record ResumeCondition(AlertEvidence Evidence) : AlertCommand;

public sealed record AlertConditionCleared(AlertEvidence? Evidence) : IAlertEvent;

public sealed record AlertConditionResumed(AlertEvidence Evidence) : IAlertEvent;

internal static class AlertConditionDecisions
{
    public static Decision<IAlertEvent> Decide(Raised alert, ClearCondition command) =>
        alert.Condition == AlertCondition.Cleared
            ? Decision<IAlertEvent>.AlreadySo
            : Decision<IAlertEvent>.Accept(new AlertConditionCleared(command.Evidence));

    public static Decision<IAlertEvent> Decide(Raised alert, ResumeCondition command) => alert switch
    {
        { Handling: AlertHandling.Resolved } => Decision<IAlertEvent>.Refuse(
            RefusalKind.State, "alertResolved", "A resolved alert does not resume; a new one is raised."),
        { Condition: AlertCondition.On } => Decision<IAlertEvent>.AlreadySo,
        _ => Decision<IAlertEvent>.Accept(new AlertConditionResumed(command.Evidence)),
    };
}
