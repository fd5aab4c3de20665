using Correction.Domain.Visits;
using static Correction.Domain.Tests.Visiting;

namespace Correction.Domain.Tests.Visits;

public sealed class RelativeTests
{
    private static readonly Spec<RelativeState, RelativeCommand, IRelativeEvent> Applied = Cases.Relative.Given(Visiting.Applied, Register);

    [Fact]
    public void Given_an_application_with_papers_When_an_officer_verifies_Then_the_relative_may_visit() => Applied
        .When(new VerifyRelative(Inmate))
        .ThenOn(["6"], new RelativeVerified());

    [Fact]
    public void Given_an_application_for_a_number_that_no_prisoner_has_When_an_officer_verifies_Then_he_is_told_and_can_only_refuse()
    {
        Applied.When(new VerifyRelative(null)).ThenRefused(RefusalKind.Rule, "prisonerUnknown", "6");
        Applied.When(new RefuseRelative(KinshipRefusal.PrisonerNotMatched, null)).Then(new RelativeRefused(KinshipRefusal.PrisonerNotMatched, null));
    }

    [Fact]
    public void Given_an_application_without_papers_When_an_officer_verifies_Then_papers_come_first() => Cases.Relative.Given(Visiting.Applied)
        .When(new VerifyRelative(Inmate))
        .ThenRefused(RefusalKind.Rule, "papersRequired", "6");

    [Fact]
    public void Given_a_refusal_for_missing_papers_When_another_paper_comes_Then_the_application_waits_for_the_office_again()
    {
        Relative refused = Applied.Given(new RelativeRefused(KinshipRefusal.PapersMissing, Cases.Reference)).State.Relative!;
        Relative again = Applied.Given(new RelativeRefused(KinshipRefusal.PapersMissing, Cases.Reference), Register).State.Relative!;
        Assert.Equal((RelativeStage.Refused, RelativeStage.Applied), (refused.Stage, again.Stage));
        Assert.Equal((null, null, null), (again.Refusal, again.RefusedAt, again.Note));
        Assert.Equal(RelativeStage.Verified, Applied.Given(new RelativeVerified(), Register).State.Relative!.Stage);
    }

    [Fact]
    public void Given_an_application_When_the_family_verifies_itself_Then_the_power_is_lacking() => Applied
        .When(new VerifyRelative(Inmate), by: Family)
        .ThenRefused(RefusalKind.Power, "officerRequired", "视频会见");
}
