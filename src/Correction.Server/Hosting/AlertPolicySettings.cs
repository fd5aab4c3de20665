using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Alerts;
using NodaTime;

namespace Correction.Server.Hosting;

/// <summary>
/// The office's own rules for alerts, before the standard ones: <c>Policy:Alerts:{n}</c> with <c>Kind</c> (absent: every
/// kind), <c>Severity</c> and, per level from the officer up, <c>Stages:{n}</c> with <c>Level</c>,
/// <c>AcknowledgeMinutes</c>, <c>ResolveMinutes</c>. <c>Policy:AlertMinutes:{severity}</c> alone sets how soon an officer
/// must take an alert of a kind without a rule.
/// </summary>
internal static class AlertPolicySettings
{
    /// <exception cref="InvalidOperationException">A rule cannot be read: it says which.</exception>
    public static AlertPolicy Read(IConfiguration configuration) => AlertPolicy.Default
        .With([.. Enum.GetValues<AlertSeverity>().SelectMany(severity => FirstStage(configuration, severity))])
        .With([.. configuration.GetSection("Policy:Alerts").GetChildren().Select(ReadRule)]);

    private static IEnumerable<AlertRule> FirstStage(IConfiguration configuration, AlertSeverity severity)
    {
        if (configuration.GetValue<double?>($"Policy:AlertMinutes:{severity}") is { } minutes)
        {
            AlertRule standard = AlertPolicy.Default.Rules.First(rule => rule.Kind is null && rule.Severity == severity);
            ImmutableArray<AlertStage> stages = standard.Path.Stages;
            yield return standard with { Path = new([stages[0] with { Acknowledge = Duration.FromMinutes(minutes) }, .. stages[1..]]) };
        }
    }

    private static AlertRule ReadRule(IConfigurationSection rule) => new(
        rule["Kind"] is null ? null : Choice<AlertKind>(rule, "Kind"), Choice<AlertSeverity>(rule, "Severity"), new AlertPath(ReadStages(rule)));

    private static ImmutableArray<AlertStage> ReadStages(IConfigurationSection rule)
    {
        ImmutableArray<AlertStage> stages =
        [
            .. rule.GetSection("Stages").GetChildren().Select(stage =>
                new AlertStage(Choice<AlertLevel>(stage, "Level"), Minutes(stage, "AcknowledgeMinutes"), Minutes(stage, "ResolveMinutes"))),
        ];
        bool ascending = stages.Length > 0 && stages[0].Level == AlertLevel.Officer && stages.Zip(stages.Skip(1)).All(pair => pair.First.Level < pair.Second.Level);
        return ascending ? stages : throw Unreadable(rule, "Stages", "the levels in ascending order, the officer first");
    }

    private static T Choice<T>(IConfigurationSection section, string key)
        where T : struct, Enum =>
        WireNames<T>.TryParse(section[key], out T value) ? value : throw Unreadable(section, key, string.Join(", ", WireNames<T>.All));

    private static Duration Minutes(IConfigurationSection section, string key) =>
        section.GetValue<double?>(key) is { } minutes && minutes > 0 ? Duration.FromMinutes(minutes) : throw Unreadable(section, key, "minutes above zero");

    private static InvalidOperationException Unreadable(IConfigurationSection section, string key, string expected) =>
        new($"{section.Path}:{key} must be: {expected}.");
}
