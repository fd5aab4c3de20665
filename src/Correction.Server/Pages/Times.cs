using Correction.Domain.Time;
using NodaTime;
using NodaTime.Text;

namespace Correction.Server.Pages;

/// <summary>Times as pages print them: local time of the law, the same digits in both languages.</summary>
internal static class Times
{
    private static readonly LocalDateTimePattern Minute = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm");
    private static readonly LocalDateTimePattern Second = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss");

    public static string ToMinute(Instant instant) => Minute.Format(ChinaTime.LocalOf(instant));

    public static string ToMinute(DateTimeOffset instant) => ToMinute(Instant.FromDateTimeOffset(instant));

    public static string ToSecond(Instant instant) => Second.Format(ChinaTime.LocalOf(instant));

    public static string Iso(Instant instant) => InstantPattern.ExtendedIso.Format(instant);

    public static string Date(LocalDate date) => LocalDatePattern.Iso.Format(date);

    /// <summary>A date as a form's field gives it.</summary>
    public static LocalDate? ParseDate(string? text) =>
        LocalDatePattern.Iso.Parse(text ?? string.Empty) is { Success: true, Value: var date } ? date : null;
}
