using Correction.Domain.Subjects;
using NodaTime;
using NodaTime.Text;
using static Correction.Domain.Tests.Cases;

namespace Correction.Domain.Tests.Subjects;

/// <summary>Art. 29: five grounds, the county's approver, at most three months.</summary>
public sealed class ElectronicPositioningTests
{
    private static readonly OrderMonitoring Order = new(MonitoringGround.LeftWithoutApproval, Today, new LocalDate(2026, 6, 2));

    private static readonly MonitoringOrdered Ordered = new(new MonitoringOrderId(Guid(1)), Order.Ground, Order.From, Order.To);

    public static TheoryData<MonitoringGround> Grounds => [.. Enum.GetValues<MonitoringGround>()];

    [Theory]
    [MemberData(nameof(Grounds))]
    public void Given_a_subject_When_ordered_on_a_ground_of_the_law_Then_it_is_accepted(MonitoringGround ground) =>
        Subject.Given(Received).When(Order with { Ground = ground }, by: Approver).ThenOn(["29 ¶1", "29 ¶2"], Ordered with { Ground = ground });

    [Fact]
    public void Given_the_law_When_its_grounds_are_counted_Then_they_are_five() => Assert.Equal(5, Enum.GetValues<MonitoringGround>().Length);

    [Theory]
    [InlineData(Role.Officer)]
    [InlineData(Role.Leader)]
    [InlineData(Role.Auditor)]
    [InlineData(Role.Admin)]
    [InlineData(Role.System)]
    public void Given_a_subject_When_ordered_by_another_than_the_countys_approver_Then_it_is_refused(Role role) =>
        Subject.Given(Received).When(Order, by: Approver with { Role = role }).ThenRefused(RefusalKind.Power, "approverRequired", "29 ¶1");

    [Theory]
    [InlineData("2026-03-02", "2026-06-02", true)] // the last day within three months
    [InlineData("2026-03-02", "2026-06-03", false)] // one day over
    [InlineData("2026-03-02", "2026-03-02", true)] // a single day
    [InlineData("2026-03-31", "2026-06-30", true)] // a shorter month ends on its last day
    [InlineData("2026-03-31", "2026-07-01", false)]
    [InlineData("2026-11-30", "2027-01-04", true)]
    public void Given_a_subject_When_ordered_for_a_time_Then_three_months_are_the_most(string from, string to, bool accepted)
    {
        (LocalDate first, LocalDate last) = (Day(from), Day(to));
        Subject.Given(Received).When(Order with { From = first, To = last }, by: Approver)
            .ThenEither(accepted, Ordered with { From = first, To = last }, RefusalKind.Rule, "termTooLong", "29 ¶2");
    }

    [Fact]
    public void Given_a_subject_When_the_order_ends_before_it_begins_Then_it_is_refused() =>
        Subject.Given(Received).When(Order with { To = Today.PlusDays(-1) }, by: Approver).ThenRefused(RefusalKind.Rule, "termReversed", "29 ¶2");

    [Theory]
    [InlineData("2026-02-01", "2026-03-01", false)] // over already
    [InlineData("2026-02-01", "2026-03-02", true)] // its last day is today
    [InlineData("2026-01-04", "2026-03-10", false)] // begins before correction does
    [InlineData("2026-01-05", "2026-03-10", true)] // begins with it
    [InlineData("2026-11-01", "2027-01-04", true)] // ends with it
    [InlineData("2026-11-01", "2027-01-05", false)] // outlasts it
    public void Given_a_subject_When_ordered_Then_the_days_lie_inside_the_term_and_are_not_over(string from, string to, bool accepted)
    {
        (LocalDate first, LocalDate last) = (Day(from), Day(to));
        Subject.Given(Received).When(Order with { From = first, To = last }, by: Approver)
            .ThenEither(accepted, Ordered with { From = first, To = last }, RefusalKind.Rule, "outsideTerm", "29 ¶2");
    }

    [Fact]
    public void Given_the_day_has_changed_in_china_only_When_ordered_for_yesterday_Then_it_is_over() =>
        Subject.Given(Received).When(Order with { From = new(2026, 2, 1), To = Today }, at: Instant.FromUtc(2026, 3, 2, 16, 0), by: Approver)
            .ThenRefused(RefusalKind.Rule, "outsideTerm", "29 ¶2");

    [Fact]
    public void Given_an_order_When_renewed_from_the_day_after_its_last_Then_another_three_months_are_granted()
    {
        var (from, to) = (Ordered.To.PlusDays(1), Ordered.To.PlusDays(1).PlusMonths(3));
        Subject.Given(Received, Ordered).When(Order with { From = from, To = to }, at: Now + Duration.FromDays(90), by: Approver)
            .Then(Ordered with { From = from, To = to });
    }

    [Fact]
    public void Given_an_order_When_another_covers_its_last_day_Then_it_is_refused() =>
        Subject.Given(Received, Ordered).When(Order with { From = Ordered.To, To = Ordered.To.PlusMonths(1) }, by: Approver)
            .ThenRefused(RefusalKind.State, "orderInForce", "29 ¶2");

    [Fact]
    public void Given_an_order_When_ordered_alike_again_Then_it_is_already_so() => Subject.Given(Received, Ordered).When(Order, by: Approver).Then();

    [Fact]
    public void Given_an_order_When_ordered_again_on_another_ground_Then_it_is_refused() =>
        Subject.Given(Received, Ordered).When(Order with { Ground = MonitoringGround.RevocationProposed }, by: Approver)
            .ThenRefused(RefusalKind.State, "orderInForce", "29 ¶2");

    private static LocalDate Day(string text) => LocalDatePattern.Iso.Parse(text).Value;
}
