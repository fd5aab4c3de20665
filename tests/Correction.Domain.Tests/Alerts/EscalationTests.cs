using Correction.Domain.Alerts;
using NodaTime;
using static Correction.Domain.Tests.Cases;

namespace Correction.Domain.Tests.Alerts;

/// <summary>An alert that nobody handles in time goes up: officer, station head, county.</summary>
public sealed class EscalationTests
{
    private static readonly AlertPath Path = new(
    [
        new(AlertLevel.Officer, Acknowledge: Minutes(30), Resolve: Minutes(480)),
        new(AlertLevel.StationHead, Acknowledge: Minutes(20), Resolve: Minutes(240)),
        new(AlertLevel.County, Acknowledge: Minutes(10), Resolve: Minutes(120)),
    ]);

    private static readonly AlertRaised Entered = SilenceRaised with
    {
        Kind = AlertKind.ZoneEntered, Severity = AlertSeverity.Critical, DueAt = Now + Minutes(30), Path = Path,
    };

    private static readonly AlertEscalated ToTheHead = new(AlertLevel.StationHead, Now + Minutes(50));
    private static readonly AlertEscalated ToTheCounty = new(AlertLevel.County, Now + Minutes(60));

    [Theory]
    [InlineData(29, 59, false)]
    [InlineData(30, 0, true)] // the due time itself
    [InlineData(30, 1, true)]
    public void Given_an_open_alert_When_looked_at_Then_it_escalates_from_its_due_time_on(int minutes, int seconds, bool escalates)
    {
        Instant at = Now + Minutes(minutes) + Duration.FromSeconds(seconds);
        Alert.Given(Entered).When(new EscalateAlert(), at, Actor.System)
            .Then(escalates ? [ToTheHead with { DueAt = at + Minutes(20) }] : []);
    }

    [Fact]
    public void Given_an_escalated_alert_When_its_new_due_time_passes_Then_the_county_hears_of_it() =>
        Alert.Given(Entered, ToTheHead).When(new EscalateAlert(), Now + Minutes(50), Actor.System).ThenOn(["31"], ToTheCounty);

    [Fact]
    public void Given_an_escalated_alert_When_looked_at_again_before_its_new_due_time_Then_nothing_happens() =>
        Alert.Given(Entered, ToTheHead).When(new EscalateAlert(), Now + Minutes(49), Actor.System).Then();

    [Fact]
    public void Given_an_alert_with_the_county_When_its_due_time_passes_Then_it_stays_overdue_there()
    {
        var alert = Alert.Given(Entered, ToTheHead, ToTheCounty);
        alert.When(new EscalateAlert(), Now + Minutes(600), Actor.System).Then();
        Assert.Null(Escalation.NextLook(Assert.IsType<Raised>(alert.State)));
    }

    [Fact]
    public void Given_a_taken_alert_When_it_is_not_resolved_in_time_Then_it_escalates_all_the_same()
    {
        var taken = Alert.Given(Entered, new AlertAcknowledged(null, Now + Minutes(480), "officer"));
        taken.When(new EscalateAlert(), Now + Minutes(479), Actor.System).Then();
        taken.When(new EscalateAlert(), Now + Minutes(480), Actor.System).Then(ToTheHead with { DueAt = Now + Minutes(480 + 240) });
    }

    [Fact]
    public void Given_an_escalated_alert_When_taken_Then_the_time_to_resolve_it_is_that_of_its_level() =>
        Alert.Given(Entered, ToTheHead).When(new AcknowledgeAlert(null), Now + Minutes(40)).Then(new AlertAcknowledged(null, Now + Minutes(280), "officer"));

    [Fact]
    public void Given_a_resolved_alert_When_its_due_time_passes_Then_nothing_happens()
    {
        var resolved = Alert.Given(Entered, new AlertResolved("confirmed", null));
        resolved.When(new EscalateAlert(), Now + Minutes(600), Actor.System).Then();
        Assert.Null(Escalation.NextLook(Assert.IsType<Raised>(resolved.State)));
    }

    [Fact]
    public void Given_an_alert_whose_condition_ended_When_nobody_handles_it_Then_it_escalates_all_the_same() =>
        Alert.Given(Entered, new AlertConditionCleared(null)).When(new EscalateAlert(), Now + Minutes(30), Actor.System).Then(ToTheHead);

    [Fact]
    public void Given_an_alert_from_before_there_was_escalation_When_looked_at_Then_the_standard_path_holds() =>
        Alert.Given(Entered with { Path = null }).When(new EscalateAlert(), Now + Minutes(30), Actor.System)
            .Then(ToTheHead with { DueAt = Now + Minutes(60) });

    [Theory]
    [InlineData(AlertKind.Tamper, AlertSeverity.Critical, 15)]
    [InlineData(AlertKind.Emergency, AlertSeverity.Critical, 15)]
    [InlineData(AlertKind.ZoneEntered, AlertSeverity.Critical, 30)]
    [InlineData(AlertKind.DeviceSilent, AlertSeverity.Warning, 120)]
    [InlineData(AlertKind.BatteryLow, AlertSeverity.Warning, 480)]
    public void Given_the_standard_policy_When_asked_for_a_kind_Then_its_own_rule_comes_before_the_general_one(AlertKind kind, AlertSeverity severity, int minutes) =>
        Assert.Equal(Minutes(minutes), AlertPolicy.Default.PathOf(kind, severity).First.Acknowledge);

    [Fact]
    public void Given_the_offices_own_rules_When_asked_Then_they_come_before_the_standard_ones()
    {
        AlertPolicy policy = AlertPolicy.Default.With(new AlertRule(null, AlertSeverity.Critical, Path));
        Assert.Same(Path, policy.PathOf(AlertKind.ZoneEntered, AlertSeverity.Critical));
        Assert.NotSame(Path, policy.PathOf(AlertKind.Tamper, AlertSeverity.Critical));
    }

    [Fact]
    public void Given_every_kind_and_severity_When_the_standard_policy_is_asked_Then_the_officer_comes_first_and_levels_ascend() => Assert.All(
        from kind in Enum.GetValues<AlertKind>() from severity in Enum.GetValues<AlertSeverity>() select AlertPolicy.Default.PathOf(kind, severity).Stages,
        stages =>
        {
            Assert.Equal(AlertLevel.Officer, stages[0].Level);
            Assert.Equal(stages.Select(stage => stage.Level).Distinct().Order(), stages.Select(stage => stage.Level));
            Assert.All(stages, stage => Assert.True(stage.Acknowledge > Duration.Zero && stage.Resolve > Duration.Zero));
        });

    private static Duration Minutes(int minutes) => Duration.FromMinutes(minutes);
}
