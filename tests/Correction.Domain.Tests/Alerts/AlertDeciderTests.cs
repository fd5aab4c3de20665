using Correction.Domain.Alerts;
using NodaTime;
using static Correction.Domain.Tests.Cases;

namespace Correction.Domain.Tests.Alerts;

/// <summary>Condition (what the devices say) and handling (what officers do) go their own ways: every combination.</summary>
public sealed class AlertDeciderTests
{
    private static readonly AlertAcknowledged Acknowledged = new(null, Now + Duration.FromHours(24), "officer");
    private static readonly AlertResolved Resolved = new("confirmed", null);
    private static readonly AlertConditionCleared Cleared = new(null);
    private static readonly AlertConditionResumed Resumed = new(SilenceRaised.Evidence);
    private static readonly AlertConditionWithdrawn Withdrawn = new(SilenceRaised.Evidence);
    private static readonly AlertConditionConfirmed Confirmed = new(SilenceRaised.Evidence with { Since = Now });

    public static TheoryData<AlertHandling, AlertCondition> Combinations =>
    [
        .. from handling in Enum.GetValues<AlertHandling>() from condition in Enum.GetValues<AlertCondition>() select (handling, condition),
    ];

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Given_an_alert_When_events_of_one_side_happen_Then_the_other_side_stays(AlertHandling handling, AlertCondition condition)
    {
        var alert = Assert.IsType<Raised>(In(handling, condition).State);
        Assert.Equal((handling, condition), (alert.Handling, alert.Condition));
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Given_an_alert_When_acknowledged_Then_only_the_handling_decides(AlertHandling handling, AlertCondition condition)
    {
        var decided = In(handling, condition).When(new AcknowledgeAlert(Reference));
        switch (handling)
        {
            case AlertHandling.Open:
                decided.ThenOn(["30"], Acknowledged with { Note = Reference });
                break;
            case AlertHandling.Acknowledged:
                decided.Then();
                break;
            default:
                decided.ThenRefused(RefusalKind.State, "alertResolved");
                break;
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Given_an_alert_When_resolved_Then_only_the_handling_decides(AlertHandling handling, AlertCondition condition)
    {
        In(handling, condition).When(new ResolveAlert("confirmed", null)).Then(handling == AlertHandling.Resolved ? [] : [Resolved]);
        var otherwise = In(handling, condition).When(new ResolveAlert("falseAlarm", null));
        if (handling == AlertHandling.Resolved)
        {
            otherwise.ThenRefused(RefusalKind.State, "alertResolved");
        }
        else
        {
            otherwise.ThenOn(["30"], new AlertResolved("falseAlarm", null));
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Given_an_alert_When_its_condition_ends_Then_only_the_condition_decides(AlertHandling handling, AlertCondition condition) =>
        In(handling, condition).When(new ClearCondition(null), by: Actor.System).Then(condition == AlertCondition.On ? [Cleared] : []);

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Given_an_alert_When_late_fixes_refute_it_Then_it_is_withdrawn_whatever_officers_did(AlertHandling handling, AlertCondition condition) =>
        In(handling, condition).When(new WithdrawCondition(SilenceRaised.Evidence), by: Actor.System).Then(condition == AlertCondition.Withdrawn ? [] : [Withdrawn]);

    [Fact]
    public void Given_an_alert_When_late_fixes_bear_it_out_Then_its_times_are_told_once()
    {
        var confirm = new ConfirmCondition(Confirmed.Evidence);
        Alert.Given(SilenceRaised).When(confirm, by: Actor.System).Then(Confirmed);
        Alert.Given(SilenceRaised, Confirmed).When(confirm, by: Actor.System).Then();
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Given_an_alert_When_its_condition_comes_back_Then_it_resumes_unless_resolved(AlertHandling handling, AlertCondition condition)
    {
        var decided = In(handling, condition).When(new ResumeCondition(SilenceRaised.Evidence), by: Actor.System);
        if (handling == AlertHandling.Resolved)
        {
            decided.ThenRefused(RefusalKind.State, "alertResolved");
        }
        else
        {
            decided.Then(condition == AlertCondition.On ? [] : [Resumed]);
        }
    }

    [Fact]
    public void Given_a_breach_When_handled_Then_it_stands_on_the_article_of_breaches() =>
        Alert.Given(SilenceRaised with { Kind = AlertKind.ZoneEntered }).When(new AcknowledgeAlert(null)).ThenOn(["31"], Acknowledged);

    [Theory]
    [InlineData(AlertKind.Tamper, "tamperStays")]
    [InlineData(AlertKind.Emergency, "emergencyStays")]
    public void Given_a_tampering_or_a_call_for_help_When_its_device_is_well_again_Then_it_stays_until_an_officer_resolves_it(AlertKind kind, string code)
    {
        var tamper = Alert.Given(SilenceRaised with { Kind = kind });
        tamper.When(new ClearCondition(null), by: Actor.System).ThenRefused(RefusalKind.State, code);
        Assert.Equal(AlertCondition.Cleared, Assert.IsType<Raised>(tamper.Given(Resolved).State).Condition);
        tamper.Given(Resolved).When(new ClearCondition(null), by: Actor.System).Then();
    }

    [Fact]
    public void Given_no_alert_When_anything_is_asked_Then_no_such_alert_is_known() =>
        Alert.When(new AcknowledgeAlert(null)).ThenRefused(RefusalKind.Unknown, "alertUnknown");

    private static Spec<AlertState, AlertCommand, IAlertEvent> In(AlertHandling handling, AlertCondition condition) => Alert
        .Given(SilenceRaised)
        .Given(condition switch
        {
            AlertCondition.Cleared => [Cleared],
            AlertCondition.Withdrawn => [Cleared, Withdrawn],
            _ => [Cleared, Resumed],
        })
        .Given(handling switch
        {
            AlertHandling.Open => [],
            AlertHandling.Acknowledged => [Acknowledged],
            _ => [Acknowledged, Resolved],
        });
}
