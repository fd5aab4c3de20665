using Correction.Domain.Time;
using NodaTime;
using NodaTime.Text;

namespace Correction.Server.Pages;

/// <summary>Times as pages print them: local time of the law, the same digits in both languages.</summary>
internal static class Times
{
    private static readonly LocalDateTimePattern Minute = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm");
    private static readonly LocalDateTimePattern Field = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm");
    private static readonly LocalDateTimePattern SecondField = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss");
    private static readonly LocalDateTimePattern Second = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss");

    private static readonly LocalTimePattern Clock = LocalTimePattern.CreateWithInvariantCulture("HH:mm");
    private static readonly LocalTimePattern Time = LocalTimePattern.CreateWithInvariantCulture("HH:mm:ss");

    public static string ToMinute(Instant instant) => Minute.Format(ChinaTime.LocalOf(instant));

    public static string ToMinute(DateTimeOffset instant) => ToMinute(Instant.FromDateTimeOffset(instant));

    public static string ToSecond(Instant instant) => Second.Format(ChinaTime.LocalOf(instant));

    /// <summary>Hours and minutes.</summary>
    public static string ToClock(Instant instant) => Clock.Format(ChinaTime.LocalOf(instant).TimeOfDay);

    public static string ToTime(Instant instant) => Time.Format(ChinaTime.LocalOf(instant).TimeOfDay);

    /// <summary>A local time of the law as a form's field gives it.</summary>
    public static Instant? ParseMinute(string? text) =>
        Field.Parse(text ?? string.Empty) is { Success: true, Value: var local } ? local.InZoneLeniently(ChinaTime.Zone).ToInstant() : null;

    /// <summary>The same with seconds; browsers leave them out where there are none.</summary>
    public static Instant? ParseSecond(string? text) =>
        SecondField.Parse(text ?? string.Empty) is { Success: true, Value: var local } ? local.InZoneLeniently(ChinaTime.Zone).ToInstant() : ParseMinute(text);

    public static string ToSecondField(Instant instant) => SecondField.Format(ChinaTime.LocalOf(instant));

    /// <summary>The first whole second that is not before it.</summary>
    public static Instant WholeSecond(Instant instant) => Instant.FromUnixTimeSeconds((instant + Duration.FromSeconds(1) - Duration.Epsilon).ToUnixTimeSeconds());

    public static string ToField(Instant instant) => Field.Format(ChinaTime.LocalOf(instant));

    public static string Iso(Instant instant) => InstantPattern.ExtendedIso.Format(instant);

    public static string Date(LocalDate date) => LocalDatePattern.Iso.Format(date);

    /// <summary>A date as a form's field gives it.</summary>
    public static LocalDate? ParseDate(string? text) =>
        LocalDatePattern.Iso.Parse(text ?? string.Empty) is { Success: true, Value: var date } ? date : null;
}
