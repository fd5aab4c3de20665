using NodaTime;

namespace Correction.Gateway.Jt808.Codec;

/// <summary>BCD 8421: two decimal digits a byte, the first in the high nibble.</summary>
public static class Bcd
{
    /// <summary>Bytes of a time: yy MM dd HH mm ss.</summary>
    public const int TimeBytes = 6;

    private const int Century = 2000;

    /// <summary>The number in one byte; -1 where a nibble is no decimal digit.</summary>
    public static int Number(byte value)
    {
        int tens = value >> 4, ones = value & 0xF;
        return tens > 9 || ones > 9 ? -1 : (tens * 10) + ones;
    }

    public static byte Of(int number) => (byte)(((number / 10) << 4) | (number % 10));

    /// <summary>A time of day and date without a zone; null where the digits are none, or are no date (all zero).</summary>
    public static LocalDateTime? Time(ReadOnlySpan<byte> bytes)
    {
        int year = Number(bytes[0]), month = Number(bytes[1]), day = Number(bytes[2]);
        int hour = Number(bytes[3]), minute = Number(bytes[4]), second = Number(bytes[5]);
        bool valid = year >= 0 && month is >= 1 and <= 12 && hour is >= 0 and < 24 && minute is >= 0 and < 60 && second is >= 0 and < 60
            && day >= 1 && day <= CalendarSystem.Iso.GetDaysInMonth(Century + year, month);
        return valid ? new LocalDateTime(Century + year, month, day, hour, minute, second) : null;
    }

    public static void Write(LocalDateTime time, Span<byte> into)
    {
        (into[0], into[1], into[2]) = (Of(time.Year % 100), Of(time.Month), Of(time.Day));
        (into[3], into[4], into[5]) = (Of(time.Hour), Of(time.Minute), Of(time.Second));
    }
}
