using Correction.Domain.Law;
using NodaTime;

namespace Correction.Domain.Tests.Law;

/// <summary>The Prison Law was revised as a whole from 2026-11-01; its articles were numbered anew.</summary>
public sealed class PrisonRulesTests
{
    private static readonly LocalDate LastDay = new(2026, 10, 31);
    private static readonly LocalDate FirstDay = new(2026, 11, 1);

    [Theory]
    [InlineData("visit", "48", "69 ¶1")]
    [InlineData("visitArrangement", "48", "69 ¶2")]
    [InlineData("lawyerVisit", null, "70")]
    [InlineData("visitBreach", null, "71")]
    [InlineData("minorPrisonerVisits", null, "111")]
    [InlineData("visitPapers", "6", "6")]
    public void Given_a_rule_on_visits_When_asked_on_the_last_day_of_the_old_law_and_on_the_first_of_the_new_Then_each_has_its_own_article(string rule, string? before, string after)
    {
        Assert.Equal(before, LawBook.Find(rule, LastDay)?.Basis.Article);
        Assert.Equal(after, LawBook.Find(rule, FirstDay)?.Basis.Article);
    }

    [Fact]
    public void Given_the_clauses_on_video_visits_When_read_Then_they_are_marked_as_not_verified() =>
        Assert.False(LawBook.InForce("videoVisit", FirstDay).Verified);
}
