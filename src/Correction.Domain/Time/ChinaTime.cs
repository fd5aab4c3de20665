using NodaTime;

namespace Correction.Domain.Time;

/// <summary>
/// The zone of the law: legal dates and times of day are those of China standard time (Asia/Shanghai, UTC+8, no
/// daylight saving since 1991). Facts are <see cref="Instant"/>s; a legal date is a <see cref="LocalDate"/> here.
/// </summary>
public static class ChinaTime
{
    public static DateTimeZone Zone { get; } = DateTimeZoneProviders.Tzdb["Asia/Shanghai"];

    public static LocalDate DateOf(Instant instant) => instant.InZone(Zone).Date;

    public static LocalDateTime LocalOf(Instant instant) => instant.InZone(Zone).LocalDateTime;

    /// <summary>The first instant of a local date.</summary>
    public static Instant StartOf(LocalDate date) => date.AtStartOfDayInZone(Zone).ToInstant();
}
