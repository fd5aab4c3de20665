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

    /// <summary>Whole years of age on a date.</summary>
    public static int AgeOn(LocalDate birthDate, LocalDate on) => Period.Between(birthDate, on, PeriodUnits.Years).Years;
}
