using Correction.Domain.Alerts;
using static Correction.Domain.Tests.Cases;

namespace Correction.Domain.Tests.Alerts;

/// <summary>Whose an alert is: taken by who acknowledges it, handed over within the jurisdiction, noted by anybody.</summary>
public sealed class AssignmentTests
{
    private static readonly AlertRaised Entered = SilenceRaised with { Kind = AlertKind.ZoneEntered, Severity = AlertSeverity.Critical };

    private static readonly Actor Colleague = new("colleague", Role.Officer, "430981001");

    [Fact]
    public void Given_an_open_alert_When_handed_over_Then_it_is_the_colleagues() =>
        Alert.Given(Entered).When(new HandOverAlert(Colleague, Reference)).ThenOn(["31"], new AlertHandedOver("colleague", Reference));

    [Fact]
    public void Given_a_taken_alert_When_handed_over_Then_it_changes_hands_and_stays_taken()
    {
        var alert = Assert.IsType<Raised>(Alert.Given(Entered, new AlertAcknowledged(null, null, "officer"), new AlertHandedOver("colleague", null)).State);
        Assert.Equal(("colleague", AlertHandling.Acknowledged), (alert.Assignee, alert.Handling));
    }

    [Fact]
    public void Given_the_colleagues_alert_When_handed_over_to_them_again_Then_it_is_already_so() =>
        Alert.Given(Entered, new AlertHandedOver("colleague", null)).When(new HandOverAlert(Colleague, Reference)).Then();

    [Fact]
    public void Given_the_colleagues_alert_When_another_takes_it_Then_it_is_theirs() =>
        Assert.Equal("officer", Assert.IsType<Raised>(Alert.Given(Entered, new AlertHandedOver("colleague", null), new AlertAcknowledged(null, null, "officer")).State).Assignee);

    [Theory]
    [InlineData(Role.Officer, "430981001", true)]
    [InlineData(Role.Approver, "430981", true)] // the county covers its stations
    [InlineData(Role.Officer, "430981002", false)] // another station
    [InlineData(Role.Auditor, "430981", false)] // reads, never decides
    [InlineData(Role.Prison, "4301P1", false)]
    [InlineData(Role.Family, "none", false)]
    public void Given_an_alert_When_handed_over_Then_only_who_may_handle_it_there_receives_it(Role role, string jurisdiction, bool accepted) =>
        Alert.Given(Entered).When(new HandOverAlert(new Actor("someone", role, jurisdiction), null))
            .ThenEither(accepted, new AlertHandedOver("someone", null), RefusalKind.Rule, "assigneeCannotHandle");

    [Fact]
    public void Given_a_resolved_alert_When_handed_over_Then_it_is_refused() =>
        Alert.Given(Entered, new AlertResolved("confirmed", null)).When(new HandOverAlert(Colleague, null)).ThenRefused(RefusalKind.State, "alertResolved");

    [Fact]
    public void Given_a_resolved_alert_When_noted_Then_the_note_is_added() =>
        Alert.Given(Entered, new AlertResolved("confirmed", null)).When(new NoteAlert(Reference)).Then(new AlertNoted(Reference));

    [Fact]
    public void Given_a_noted_alert_When_noted_alike_Then_it_is_another_note() =>
        Alert.Given(Entered, new AlertNoted(Reference)).When(new NoteAlert(Reference)).Then(new AlertNoted(Reference));
}
