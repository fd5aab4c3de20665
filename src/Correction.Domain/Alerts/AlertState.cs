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

    /// <summary>Late fixes showed that it never was.</summary>
    [JsonStringEnumMemberName("withdrawn")] Withdrawn,
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
public sealed record Raised(AlertRaised Alert, AlertCondition Condition, AlertHandling Handling, string? Outcome = null) : AlertState
{
    /// <summary>Who must act.</summary>
    public AlertLevel Level { get; init; } = AlertLevel.Officer;

    /// <summary>By when: taken while open, resolved once taken.</summary>
    public Instant DueAt { get; init; } = Alert.DueAt;

    /// <summary>The account whose it is; null: nobody's yet.</summary>
    public string? Assignee { get; init; }

    /// <summary>What late fixes say of its times; null: they are as the alert says.</summary>
    public AlertEvidence? Confirmation { get; init; }

    [JsonIgnore]
    public AlertPath Path => Alert.Path ?? AlertPolicy.Default.PathOf(Alert.Kind, Alert.Severity);
}

/// <summary>The decisions about an alert and how its state follows from its events.</summary>
public static class AlertDecider
{
    public static Decision<IAlertEvent> Decide(AlertState state, AlertCommand command, DecisionContext context) => (state, command) switch
    {
        (Raised alert, AcknowledgeAlert acknowledge) => AlertHandlingDecisions.Decide(alert, acknowledge, context),
        (Raised alert, ResolveAlert resolve) => AlertHandlingDecisions.Decide(alert, resolve, context),
        (Raised alert, EscalateAlert escalate) => Escalation.Decide(alert, escalate, context),
        (Raised alert, HandOverAlert handOver) => AlertAssignment.Decide(alert, handOver, context),
        (Raised alert, NoteAlert note) => AlertAssignment.Decide(alert, note, context),
        (Raised alert, ClearCondition clear) => AlertConditionDecisions.Decide(alert, clear),
        (Raised alert, ResumeCondition resume) => AlertConditionDecisions.Decide(alert, resume),
        (Raised alert, WithdrawCondition withdraw) => AlertConditionDecisions.Decide(alert, withdraw),
        (Raised alert, ConfirmCondition confirm) => AlertConditionDecisions.Decide(alert, confirm),
        (NotRaised, _) => Decision<IAlertEvent>.Refuse(RefusalKind.Unknown, "alertUnknown", "No such alert was raised."),
        _ => throw new UnreachableException(),
    };

    /// <summary>An alert as it begins.</summary>
    public static Raised Begin(AlertRaised raised) => new(raised, AlertCondition.On, AlertHandling.Open);

    /// <summary>Total: any event in any state yields a state.</summary>
    public static AlertState Evolve(AlertState state, IAlertEvent happened, Instant occurredAt) => (state, happened) switch
    {
        (NotRaised, AlertRaised raised) => Begin(raised),
        (Raised alert, AlertAcknowledged acknowledged) => AlertHandlingDecisions.Evolve(alert, acknowledged),
        (Raised alert, AlertResolved resolved) => AlertHandlingDecisions.Evolve(alert, resolved),
        (Raised alert, AlertEscalated escalated) => alert with { Level = escalated.Level, DueAt = escalated.DueAt },
        (Raised alert, AlertHandedOver handedOver) => alert with { Assignee = handedOver.To },
        (Raised alert, AlertConditionCleared) => alert with { Condition = AlertCondition.Cleared },
        (Raised alert, AlertConditionResumed) => alert with { Condition = AlertCondition.On },
        (Raised alert, AlertConditionWithdrawn) => alert with { Condition = AlertCondition.Withdrawn },
        (Raised alert, AlertConditionConfirmed confirmed) => alert with { Confirmation = confirmed.Evidence },
        _ => state,
    };
}
