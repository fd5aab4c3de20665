using Correction.Domain.Subjects;
using NodaTime;
using static Correction.Domain.Tests.Cases;

namespace Correction.Domain.Tests.Subjects;

/// <summary>Who orders that a person's data go, and when (Personal Information Protection Law Art. 47).</summary>
public sealed class ErasureTests
{
    private static readonly Actor Leader = new("leader", Role.Leader, "430981");

    private static readonly ErasePersonalData Erase = new(ErasureGround.RetentionOver, [Guid(9)]);

    [Fact]
    public void Given_a_term_that_is_over_When_the_leader_orders_it_Then_the_rows_are_erased_on_the_law() => Subject.Given(OfTheLastYear())
        .When(Erase, by: Leader).ThenOn(["47 ¶1"], new PersonalDataErased(ErasureGround.RetentionOver, [Guid(9)]));

    [Fact]
    public void Given_a_term_that_is_over_When_nothing_is_left_to_erase_Then_nothing_happens() => Subject.Given(OfTheLastYear())
        .When(Erase with { Rows = [] }, by: Leader).Then();

    [Fact]
    public void Given_erased_rows_When_it_is_ordered_again_Then_only_what_came_since_is_erased() => Subject.Given(OfTheLastYear(), new PersonalDataErased(ErasureGround.RetentionOver, [Guid(9)]))
        .When(Erase with { Rows = [Guid(9), Guid(10)] }, by: Leader).ThenOn(["47 ¶1"], new PersonalDataErased(ErasureGround.RetentionOver, [Guid(10)]));

    [Fact]
    public void Given_a_term_that_is_over_When_an_officer_or_the_approver_orders_it_Then_it_is_refused()
    {
        foreach (Actor other in (Actor[])[Officer, Approver])
        {
            Subject.Given(OfTheLastYear()).When(Erase, by: other).ThenRefused(RefusalKind.Power, "leaderRequired", "47 ¶1");
        }
    }

    [Fact]
    public void Given_a_running_term_When_the_leader_orders_it_Then_only_unlawful_processing_is_a_ground()
    {
        Subject.Given(Received).When(Erase, by: Leader).ThenRefused(RefusalKind.Rule, "termRunning", "47 ¶1");
        Subject.Given(Received).When(Erase with { Ground = ErasureGround.UnlawfullyProcessed }, by: Leader)
            .ThenOn(["47 ¶1"], new PersonalDataErased(ErasureGround.UnlawfullyProcessed, [Guid(9)]));
    }

    private static SubjectRegistered OfTheLastYear() => Received with { Term = new CorrectionTerm(Today.PlusYears(-1), Today.PlusDays(-1)) };
}
