using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NodaTime;

namespace Correction.Domain.Alerts;

// Policy: how soon an alert must be handled, and who hears of it next when it is not. Office policy, not law: a table that
// the office may replace. An alert keeps the path that it was raised with.

/// <summary>Who must act, from the officer up.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlertLevel>))]
public enum AlertLevel
{
    /// <summary>司法所工作人员</summary>
    [JsonStringEnumMemberName("officer")] Officer,

    /// <summary>司法所所长</summary>
    [JsonStringEnumMemberName("stationHead")] StationHead,

    /// <summary>县级社区矫正机构</summary>
    [JsonStringEnumMemberName("county")] County,
}

/// <param name="Acknowledge">From reaching this level to the moment when somebody must have taken the alert.</param>
/// <param name="Resolve">From taking it at this level to the moment when it must be resolved.</param>
public sealed record AlertStage(AlertLevel Level, Duration Acknowledge, Duration Resolve);

/// <summary>The way of a neglected alert up the office, lowest level first. Past the last one it stays overdue.</summary>
public sealed record AlertPath(ImmutableArray<AlertStage> Stages)
{
    [JsonIgnore]
    public AlertStage First => Stages[0];

    public AlertStage? At(AlertLevel level) => Stages.FirstOrDefault(stage => stage.Level == level);

    public AlertStage? After(AlertLevel level) => Stages.FirstOrDefault(stage => stage.Level > level);
}

/// <param name="Kind">Null: every kind that has no rule of its own.</param>
public sealed record AlertRule(AlertKind? Kind, AlertSeverity Severity, AlertPath Path);

/// <summary>The office's rules, the more telling first.</summary>
public sealed record AlertPolicy(ImmutableArray<AlertRule> Rules)
{
    public static AlertPolicy Default { get; } = new(
    [
        new(AlertKind.Tamper, AlertSeverity.Critical, Path(officer: (15, 4 * 60), stationHead: (15, 4 * 60), county: (60, 24 * 60))),
        new(AlertKind.Emergency, AlertSeverity.Critical, Path(officer: (15, 4 * 60), stationHead: (15, 4 * 60), county: (60, 24 * 60))),
        new(AlertKind.BatteryLow, AlertSeverity.Warning, Path(officer: (8 * 60, 24 * 60), stationHead: (16 * 60, 24 * 60))),
        new(null, AlertSeverity.Critical, Path(officer: (30, 8 * 60), stationHead: (30, 8 * 60), county: (120, 24 * 60))),
        new(null, AlertSeverity.Warning, Path(officer: (120, 24 * 60), stationHead: (240, 24 * 60), county: (24 * 60, 72 * 60))),
    ]);

    /// <summary>The rule for this kind, else the one for every kind.</summary>
    public AlertPath PathOf(AlertKind kind, AlertSeverity severity) =>
        (Rules.FirstOrDefault(rule => rule.Kind == kind && rule.Severity == severity)
            ?? Rules.First(rule => rule.Kind is null && rule.Severity == severity)).Path;

    /// <summary>These rules before the ones there are.</summary>
    public AlertPolicy With(params ReadOnlySpan<AlertRule> rules) => new([.. rules, .. Rules]);

    private static AlertPath Path(
        (int Acknowledge, int Resolve) officer, (int Acknowledge, int Resolve) stationHead, (int Acknowledge, int Resolve)? county = null) => new(
    [
        Stage(AlertLevel.Officer, officer),
        Stage(AlertLevel.StationHead, stationHead),
        .. county is { } minutes ? [Stage(AlertLevel.County, minutes)] : ImmutableArray<AlertStage>.Empty,
    ]);

    private static AlertStage Stage(AlertLevel level, (int Acknowledge, int Resolve) minutes) =>
        new(level, Duration.FromMinutes(minutes.Acknowledge), Duration.FromMinutes(minutes.Resolve));
}
