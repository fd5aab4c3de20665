using Correction.Domain.Visits;
using NodaTime;

namespace Correction.Domain.Tests.Visits;

public sealed class VisitCreditTests
{
    private static readonly LocalDate March = new(2026, 3, 1);
    private static readonly VisitId First = new(Cases.Guid(1)), Second = new(Cases.Guid(2));

    [Fact]
    public void Given_nothing_When_a_visit_is_charged_Then_the_months_visits_are_granted_first() => Cases.Credits
        .When(Use(First, perMonth: 2))
        .ThenOn(["48"], new VisitCreditsGranted(March, "video", 2, CreditGround.Policy, 1, null), new VisitCreditUsed(First, March, "video"));

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Given_one_visit_of_the_month_used_When_another_is_charged_Then_it_depends_on_how_many_the_level_has(int perMonth, bool accepted)
    {
        var spec = Cases.Credits.Given(new VisitCreditsGranted(March, "video", 1, CreditGround.Policy, 1, null), new VisitCreditUsed(First, March, "video")).When(Use(Second, perMonth));
        if (accepted)
        {
            spec.Then(new VisitCreditsGranted(March, "video", 1, CreditGround.Policy, 1, null), new VisitCreditUsed(Second, March, "video")); // the level was raised
        }
        else
        {
            spec.ThenRefused(RefusalKind.Rule, "quotaUsedUp", "48");
        }
    }

    [Fact]
    public void Given_a_charged_visit_When_it_is_charged_again_Then_nothing_changes() => Cases.Credits
        .Given(new VisitCreditsGranted(March, "video", 1, CreditGround.Policy, 1, null), new VisitCreditUsed(First, March, "video"))
        .When(Use(First, 1))
        .Then();

    [Fact]
    public void Given_a_visit_that_moved_to_another_month_When_settled_Then_the_month_it_left_is_given_back() => Cases.Credits
        .Given(
            new VisitCreditsGranted(March, "video", 1, CreditGround.Policy, 1, null), new VisitCreditUsed(First, March, "video"),
            new VisitCreditsGranted(March.PlusMonths(1), "video", 1, CreditGround.Policy, 1, null), new VisitCreditUsed(First, March.PlusMonths(1), "video"))
        .When(new SettleVisitCredit(First, new LocalDate(2026, 4, 9)), by: Actor.System)
        .Then(new VisitCreditRefunded(First, March, "video"));

    [Theory]
    [InlineData(15, 59, false)] // the last minute of March in China
    [InlineData(16, 0, true)]
    public void Given_credits_left_When_the_month_is_over_in_China_Then_they_expire(int hour, int minute, bool over)
    {
        var spec = Cases.Credits.Given(new VisitCreditsGranted(March, "video", 2, CreditGround.Policy, 1, null), new VisitCreditUsed(First, March, "video"))
            .When(new ExpireVisitCredits(), Instant.FromUtc(2026, 3, 31, hour, minute), Actor.System);
        spec.Then(over ? [new VisitCreditsExpired(March, "video", 1)] : []);
    }

    [Fact]
    public void Given_a_grant_of_the_prison_When_sent_again_Then_it_is_given_once()
    {
        var grant = new GrantVisitCredits(Cases.Guid(5), March, "video", 1, CreditGround.Reward);
        var granted = new VisitCreditsGranted(March, "video", 1, CreditGround.Reward, null, Cases.Guid(5));
        Cases.Credits.When(grant, by: Visiting.PrisonOfficer).Then(granted);
        Cases.Credits.Given(granted).When(grant, by: Visiting.PrisonOfficer).Then();
        Cases.Credits.When(grant, by: Cases.Officer).ThenRefused(RefusalKind.Power, "prisonDecides", "48");
    }

    private static UseVisitCredit Use(VisitId visit, int perMonth) => new(visit, new LocalDate(2026, 3, 20), "video", perMonth, 1);
}
