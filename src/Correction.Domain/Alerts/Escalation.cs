using NodaTime;

namespace Correction.Domain.Alerts;

// Escalation: an alert that nobody took, or took and did not resolve, in its time goes to the next level. It is found by
// looking when its due time passes: the deadline is as durable as the event that set it.

/// <summary>A look at the alert because its due time has passed; early or repeated it changes nothing.</summary>
public sealed record EscalateAlert : AlertCommand;

/// <param name="Level">Who must act from now on.</param>
/// <param name="DueAt">By when.</param>
public sealed record AlertEscalated(AlertLevel Level, Instant DueAt) : IAlertEvent;

/// <summary>The deadlines of an alert.</summary>
public static class Escalation
{
    internal static Decision<IAlertEvent> Decide(Raised alert, EscalateAlert command, DecisionContext context)
    {
        if (NextLook(alert) is not { } due || context.Now < due || alert.Path.After(alert.Level) is not { } next)
        {
            return Decision<IAlertEvent>.AlreadySo;
        }

        Duration within = alert.Handling == AlertHandling.Open ? next.Acknowledge : next.Resolve;
        return Decision<IAlertEvent>.Accept(
            new AlertEscalated(next.Level, context.Now + within), [.. AlertRaising.Basis(alert.Alert.Kind, context.Now)]);
    }

    /// <summary>When to look next; null when nobody above is left to tell, or nothing is left to do.</summary>
    public static Instant? NextLook(Raised alert) =>
        alert.Handling == AlertHandling.Resolved || alert.Path.After(alert.Level) is null ? null : alert.DueAt;
}
