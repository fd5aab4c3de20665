using Correction.Domain.Alerts;
using Correction.Server.Hosting;
using Microsoft.Extensions.Configuration;
using NodaTime;

namespace Correction.Server.Tests.Hosting;

public sealed class AlertPolicySettingsTests
{
    [Fact]
    public void Given_no_settings_When_read_Then_the_standard_rules_hold() =>
        Assert.Equal(AlertPolicy.Default.Rules, AlertPolicySettings.Read(Settings()).Rules);

    [Fact]
    public void Given_minutes_for_a_severity_When_read_Then_only_the_officers_time_changes()
    {
        AlertPath standard = AlertPolicy.Default.PathOf(AlertKind.ZoneEntered, AlertSeverity.Critical);

        AlertPath path = AlertPolicySettings.Read(Settings(("Policy:AlertMinutes:Critical", "0.5"))).PathOf(AlertKind.ZoneEntered, AlertSeverity.Critical);

        Assert.Equal(Duration.FromSeconds(30), path.First.Acknowledge);
        Assert.Equal(standard.Stages[1..], path.Stages[1..]);
    }

    [Fact]
    public void Given_a_rule_for_a_kind_When_read_Then_it_replaces_the_standard_one_for_that_kind_alone()
    {
        AlertPolicy policy = AlertPolicySettings.Read(Settings([.. Rule("officer", "county"), ("Policy:Alerts:0:Kind", "deviceSilent")]));

        AlertPath path = policy.PathOf(AlertKind.DeviceSilent, AlertSeverity.Warning);
        Assert.Equal([new(AlertLevel.Officer, Duration.FromMinutes(1), Duration.FromMinutes(2)), new AlertStage(AlertLevel.County, Duration.FromMinutes(1), Duration.FromMinutes(2))], path.Stages);
        Assert.Same(AlertPolicy.Default.PathOf(AlertKind.ZoneExited, AlertSeverity.Warning), policy.PathOf(AlertKind.ZoneExited, AlertSeverity.Warning));
    }

    [Theory]
    [InlineData("county", "officer")] // downwards
    [InlineData("stationHead", "county")] // without the officer
    [InlineData("officer", "officer")] // twice
    [InlineData("officer", "mayor")]
    public void Given_levels_that_are_no_way_up_When_read_Then_the_start_fails_and_says_where(string first, string second) =>
        Assert.Contains("Policy:Alerts:0", Assert.Throws<InvalidOperationException>(() => AlertPolicySettings.Read(Settings(Rule(first, second)))).Message, StringComparison.Ordinal);

    [Fact]
    public void Given_no_time_at_all_When_read_Then_the_start_fails() =>
        Assert.Throws<InvalidOperationException>(() => AlertPolicySettings.Read(Settings([.. Rule("officer", "county"), ("Policy:Alerts:0:Stages:0:ResolveMinutes", "0")])));

    private static (string Key, string Value)[] Rule(params string[] levels) =>
    [
        ("Policy:Alerts:0:Severity", "warning"),
        .. levels.SelectMany((level, index) => (IEnumerable<(string, string)>)
        [
            ($"Policy:Alerts:0:Stages:{index}:Level", level),
            ($"Policy:Alerts:0:Stages:{index}:AcknowledgeMinutes", "1"),
            ($"Policy:Alerts:0:Stages:{index}:ResolveMinutes", "2"),
        ]),
    ];

    private static ConfigurationManager Settings(params (string Key, string Value)[] values)
    {
        var settings = new ConfigurationManager();
        foreach ((string key, string value) in values)
        {
            settings[key] = value;
        }

        return settings;
    }
}
