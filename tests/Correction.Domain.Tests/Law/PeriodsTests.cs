using Correction.Domain.Law;
using NodaTime;
using NodaTime.Text;

namespace Correction.Domain.Tests.Law;

public sealed class PeriodsTests
{
    [Theory]
    [InlineData("2026-03-02", 3, "2026-06-02")]
    [InlineData("2026-01-31", 1, "2026-02-28")] // a shorter month ends the term on its last day
    [InlineData("2028-01-31", 1, "2028-02-29")]
    [InlineData("2026-11-30", 3, "2027-02-28")] // over the year's end
    [InlineData("2026-02-28", 3, "2026-05-28")] // the number of the day, not the end of the month
    [InlineData("2026-03-02", 0, "2026-03-02")]
    public void Given_a_term_of_months_When_it_begins_Then_its_last_day_has_the_same_number(string from, int months, string last) =>
        Assert.Equal(Day(last), Periods.LastDayWithinMonths(Day(from), months));

    [Theory]
    [InlineData("2008-03-02", "2026-03-01", 17)]
    [InlineData("2008-03-02", "2026-03-02", 18)] // the birthday itself
    [InlineData("2008-03-02", "2026-03-03", 18)]
    [InlineData("2008-02-29", "2026-02-27", 17)]
    [InlineData("2008-02-29", "2026-02-28", 18)] // a leap day's birthday in a common year
    [InlineData("2026-03-02", "2026-03-02", 0)]
    public void Given_a_birth_date_When_age_is_asked_Then_it_is_in_whole_years(string born, string on, int age) =>
        Assert.Equal(age, Periods.AgeOn(Day(born), Day(on)));

    [Theory]
    [InlineData("2026-05-02", 2, "2026-03-03")]
    [InlineData("2026-04-30", 2, "2026-03-01")] // the day after 28 February
    [InlineData("2026-03-02", 0, "2026-03-03")]
    public void Given_a_term_of_months_When_it_ends_Then_its_first_day_is_the_one_after_that_number(string to, int months, string first) =>
        Assert.Equal(Day(first), Periods.FirstDayWithinMonths(Day(to), months));

    [Theory]
    [InlineData("2026-03-02", "2026-03-02", 1)]
    [InlineData("2026-03-02", "2026-03-08", 7)]
    [InlineData("2026-02-27", "2026-03-01", 3)]
    [InlineData("2026-03-02", "2026-03-01", 0)]
    public void Given_a_first_and_a_last_day_When_days_are_counted_Then_both_count(string first, string last, int days) =>
        Assert.Equal(days, Periods.DaysFromTo(Day(first), Day(last)));

    private static LocalDate Day(string text) => LocalDatePattern.Iso.Parse(text).Value;
}
