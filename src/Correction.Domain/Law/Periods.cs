using NodaTime;

namespace Correction.Domain.Law;

/// <summary>Each way to count a period is one named function.</summary>
public static class Periods
{
    /// <summary>
    /// The last day of a term of at most <paramref name="months"/> calendar months that begins on
    /// <paramref name="from"/>: the day of the same number, or the last day of a shorter month.
    /// "At most" includes it.
    /// </summary>
    public static LocalDate LastDayWithinMonths(LocalDate from, int months) => from.PlusMonths(months);

    /// <summary>The first day of the term of <paramref name="months"/> calendar months that ends with <paramref name="to"/>.</summary>
    public static LocalDate FirstDayWithinMonths(LocalDate to, int months) => to.PlusMonths(-months).PlusDays(1);

    /// <summary>Calendar days from the first to the last, both counted; none where the last is before the first.</summary>
    public static int DaysFromTo(LocalDate first, LocalDate last) => last < first ? 0 : Period.DaysBetween(first, last) + 1;

    /// <summary>Whole years of age on a date.</summary>
    public static int AgeOn(LocalDate birthDate, LocalDate on) => Period.Between(birthDate, on, PeriodUnits.Years).Years;
}
