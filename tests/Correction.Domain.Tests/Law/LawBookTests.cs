using Correction.Domain.Law;
using NodaTime;

namespace Correction.Domain.Tests.Law;

public sealed class LawBookTests
{
    private static readonly LocalDate Today = new(2026, 3, 2);

    [Theory]
    [InlineData("reception", "22", null, PeriodUnit.None)]
    [InlineData("delegation", "9", null, PeriodUnit.None)]
    [InlineData("verification", "26 ¶1", null, PeriodUnit.None)]
    [InlineData("electronicPositioning", "29 ¶1", null, PeriodUnit.None)]
    [InlineData("electronicPositioningTerm", "29 ¶2", 3, PeriodUnit.Months)]
    [InlineData("locationUse", "29 ¶3", null, PeriodUnit.None)]
    [InlineData("lostContact", "30", null, PeriodUnit.None)]
    [InlineData("breach", "31", null, PeriodUnit.None)]
    [InlineData("restrictions", "23", null, PeriodUnit.None)]
    [InlineData("minors", "58", 18, PeriodUnit.None)]
    public void Given_a_rule_of_the_statute_When_asked_today_Then_article_and_number_are_those_in_force(string id, string article, int? value, PeriodUnit unit)
    {
        RuleVersion rule = LawBook.InForce(id, Today);
        Assert.Equal(("中华人民共和国社区矫正法", article, value, unit, true), (rule.Basis.Instrument, rule.Basis.Article, rule.Value, rule.Unit, rule.Verified));
    }

    [Theory]
    [InlineData("leaveReasons", "26", null)]
    [InlineData("leaveByStation", "27", 7)]
    [InlineData("leaveByCounty", "27", 30)]
    [InlineData("leaveTogether", "27", 30)]
    [InlineData("leaveWindow", "27", 2)]
    [InlineData("leaveReturn", "28", null)]
    public void Given_a_rule_of_the_measures_When_asked_today_Then_it_says_that_its_text_was_not_at_hand(string id, string article, int? value)
    {
        RuleVersion rule = LawBook.InForce(id, Today);
        Assert.Equal(("中华人民共和国社区矫正法实施办法", article, value, false), (rule.Basis.Instrument, rule.Basis.Article, rule.Value, rule.Verified));
    }

    [Fact]
    public void Given_the_day_before_the_statute_When_a_rule_is_asked_Then_none_is_in_force()
    {
        Assert.Equal("29 ¶1", LawBook.Basis("electronicPositioning", new LocalDate(2020, 7, 1)).Article);
        Assert.Throws<InvalidOperationException>(() => LawBook.InForce("electronicPositioning", new LocalDate(2020, 6, 30)));
    }

    [Fact]
    public void Given_all_versions_of_a_rule_When_laid_side_by_side_Then_no_day_has_two() =>
        Assert.All(LawBook.All.GroupBy(rule => rule.Id), versions => Assert.All(
            versions.OrderBy(rule => rule.ValidFrom).Zip(versions.OrderBy(rule => rule.ValidFrom).Skip(1)),
            pair => Assert.True(pair.First.ValidTo < pair.Second.ValidFrom, pair.First.Id)));

    [Fact]
    public void Given_all_rules_When_read_Then_each_number_has_a_unit_or_is_an_age() =>
        Assert.All(LawBook.All, rule => Assert.True(rule.Value is null == (rule.Unit == PeriodUnit.None) || rule.Id == "minors", rule.Id));
}
