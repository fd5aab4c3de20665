using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace Correction.Gateway;

/// <summary>Reading what phones write: shared by the text protocols.</summary>
public static class DeviceValues
{
    private const double MetresPerSecondPerKnot = 1852.0 / 3600;
    private const double EpochMillisecondsFrom = 1e11; // year 5138 in seconds, 1973 in milliseconds

    /// <summary>Beyond these no device reports, and no database column follows.</summary>
    private static readonly Instant Earliest = Instant.FromUnixTimeSeconds(0);
    private static readonly Instant Latest = Instant.FromUtc(9998, 1, 1, 0, 0);

    /// <summary>No quantity that a device measures is larger.</summary>
    private const double LargestNumber = 1e14;

    private static readonly LocalDateTimePattern Spaced = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss");

    public static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && Math.Abs(value) < LargestNumber ? value : null;

    public static double? FromKnots(double? speed) => speed * MetresPerSecondPerKnot;

    public static double? FromKilometresPerHour(double? speed) => speed / 3.6;

    /// <summary>Zero or less says nothing about accuracy: devices send it when they do not know.</summary>
    public static double? Accuracy(double? metres) => metres > 0 ? metres : null;

    public static int? Percent(double? value) => value is >= 0 and <= 100 ? (int)Math.Round(value.Value) : null;

    /// <summary>
    /// Epoch seconds or milliseconds, ISO 8601, or <c>yyyy-MM-dd HH:mm:ss</c>, which names no zone and is read as UTC.
    /// </summary>
    public static Instant? Time(string text) => Parse(text) is { } time && time >= Earliest && time < Latest ? time : null;

    private static Instant? Parse(string text)
    {
        if (Number(text) is { } epoch)
        {
            double milliseconds = Math.Abs(epoch) < EpochMillisecondsFrom ? epoch * 1000 : epoch;
            return Math.Abs(milliseconds) < 2.5e14 ? Instant.FromUnixTimeMilliseconds((long)Math.Round(milliseconds)) : null;
        }

        ParseResult<OffsetDateTime> iso = OffsetDateTimePattern.ExtendedIso.Parse(text);
        if (iso.Success)
        {
            return iso.Value.ToInstant();
        }

        ParseResult<LocalDateTime> spaced = Spaced.Parse(text);
        return spaced.Success ? spaced.Value.InUtc().ToInstant() : null;
    }

    /// <summary>Device ids go into stream keys and logs: short, printable, no separators.</summary>
    public static bool IsDeviceId(string? id) =>
        id is { Length: > 0 and <= 64 } && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or ':' or '@');

    /// <summary>Null Island is where receivers without a position are.</summary>
    public static Decoded.Malformed? PositionDefect(double? latitude, double? longitude) => (latitude, longitude) switch
    {
        (null or < -90 or > 90, _) => new Decoded.Malformed("lat", "a latitude in degrees, -90 to 90"),
        (_, null or < -180 or > 180) => new Decoded.Malformed("lon", "a longitude in degrees, -180 to 180"),
        (0, 0) => new Decoded.Malformed("lat", "a real position; 0,0 is what a receiver without one says"),
        _ => null,
    };
}
