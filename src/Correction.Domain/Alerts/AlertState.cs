using System.Diagnostics;
using System.Text.Json.Serialization;
using NodaTime;

namespace Correction.Domain.Alerts;

/// <summary>A command to one alert.</summary>
public abstract record AlertCommand;

/// <summary>A fact of stream <c>alert/{id}</c>.</summary>
public interface IAlertEvent : IDomainEvent;

/// <summary>Whether what the alert tells of still holds. Cleared does not mean handled.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlertCondition>))]
public enum AlertCondition
{
    [JsonStringEnumMemberName("on")] On,
    [JsonStringEnumMemberName("cleared")] Cleared,
}

/// <summary>What officers have done about it, whatever the condition.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlertHandling>))]
public enum AlertHandling
{
    [JsonStringEnumMemberName("open")] Open,
    [JsonStringEnumMemberName("acknowledged")] Acknowledged,
    [JsonStringEnumMemberName("resolved")] Resolved,
}

public abstract record AlertState
{
    public static AlertState Initial { get; } = new NotRaised();
}

public sealed record NotRaised : AlertState;

/// <summary>Raised: condition and handling go their own ways.</summary>
public sealed record Raised(AlertRaised Alert, AlertCondition Condition, AlertHandling Handling, string? Outcome = null) : AlertState;

/// <summary>The decisions about an alert and how its state follows from its events.</summary>
public static class AlertDecider
{
    public static Decision<IAlertEvent> Decide(AlertState state, AlertCommand command, DecisionContext context) => (state, command) switch
    {
        (Raised alert, AcknowledgeAlert acknowledge) => AlertHandlingDecisions.Decide(alert, acknowledge, context),
        (Raised alert, ResolveAlert resolve) => AlertHandlingDecisions.Decide(alert, resolve, context),
        (Raised alert, ClearCondition clear) => AlertConditionDecisions.Decide(alert, clear),
        (Raised alert, ResumeCondition resume) => AlertConditionDecisions.Decide(alert, resume),
        (NotRaised, _) => Decision<IAlertEvent>.Refuse(RefusalKind.Unknown, "alertUnknown", "No such alert was raised."),
        _ => throw new UnreachableException(),
    };

    /// <summary>Total: any event in any state yields a state.</summary>
    public static AlertState Evolve(AlertState state, IAlertEvent happened, Instant occurredAt) => (state, happened) switch
    {
        (NotRaised, AlertRaised raised) => new Raised(raised, AlertCondition.On, AlertHandling.Open),
        (Raised alert, AlertAcknowledged) => alert with { Handling = AlertHandling.Acknowledged },
        (Raised alert, AlertResolved resolved) => alert with { Handling = AlertHandling.Resolved, Outcome = resolved.Outcome },
        (Raised alert, AlertConditionCleared) => alert with { Condition = AlertCondition.Cleared },
        (Raised alert, AlertConditionResumed) => alert with { Condition = AlertCondition.On },
        _ => state,
    };
}
