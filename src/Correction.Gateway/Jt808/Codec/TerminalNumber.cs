using System.Buffers.Binary;
using System.Globalization;

namespace Correction.Gateway.Jt808.Codec;

/// <summary>
/// The terminal's number in a header: 12 BCD digits (2013) or 20 (2019), kept as the nibbles that came, so that an answer
/// repeats them exactly. Equal numbers of the two editions are not equal here; their <see cref="DeviceId"/> is.
/// </summary>
public readonly record struct TerminalNumber
{
    public const int ShortBytes = 6;
    public const int LongBytes = 10;

    private const ulong FourteenDigits = 100_000_000_000_000;

    private readonly ushort _high; // the first four of twenty digits
    private readonly ulong _low;

    private TerminalNumber(bool isLong, ushort high, ulong low) => (IsLong, _high, _low) = (isLong, high, low);

    /// <summary>Ten bytes, as the 2019 header has it.</summary>
    public bool IsLong { get; }

    public int Length => IsLong ? LongBytes : ShortBytes;

    /// <summary>
    /// The id by which officers know the device: the digits without leading zeros. Terminals that put an IMEI into six
    /// bytes write its first fourteen digits as a binary number: those are given back as the IMEI with its check digit.
    /// Other nibbles that are no digits stand as hexadecimal.
    /// </summary>
    public string DeviceId
    {
        get
        {
            if (!IsDecimal && !IsLong && _low < FourteenDigits)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{_low:D14}{LuhnDigit(_low)}");
            }

            string digits = IsLong
                ? string.Create(CultureInfo.InvariantCulture, $"{_high:x4}{_low:x16}")
                : string.Create(CultureInfo.InvariantCulture, $"{_low:x12}");
            string stripped = digits.TrimStart('0');
            return stripped.Length == 0 ? "0" : stripped;
        }
    }

    private bool IsDecimal => ((((_low >> 1) | (_low >> 2)) & (_low >> 3)) & 0x1111_1111_1111_1111) == 0
        && ((((_high >> 1) | (_high >> 2)) & (_high >> 3)) & 0x1111) == 0; // 8 with 4 or 2: ten and more

    /// <param name="bytes">Six bytes or ten.</param>
    public static TerminalNumber Read(ReadOnlySpan<byte> bytes) => bytes.Length == LongBytes
        ? new(true, BinaryPrimitives.ReadUInt16BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]))
        : new(false, 0, ((ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32) | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]));

    /// <summary>A number from its digits, for a terminal that we play or address.</summary>
    /// <exception cref="FormatException">Not 1 to 12 digits (2013) or 20 (2019).</exception>
    public static TerminalNumber Parse(string digits, bool isLong)
    {
        Span<byte> bytes = stackalloc byte[isLong ? LongBytes : ShortBytes];
        string padded = digits.PadLeft(bytes.Length * 2, '0');
        if (padded.Length != bytes.Length * 2 || !padded.All(char.IsAsciiDigit))
        {
            throw new FormatException("A terminal number has at most 12 digits (2013) or 20 (2019).");
        }

        Convert.FromHexString(padded, bytes, out _, out _);
        return Read(bytes);
    }

    public void Write(Span<byte> into)
    {
        if (IsLong)
        {
            BinaryPrimitives.WriteUInt16BigEndian(into, _high);
            BinaryPrimitives.WriteUInt64BigEndian(into[2..], _low);
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(into, (ushort)(_low >> 32));
            BinaryPrimitives.WriteUInt32BigEndian(into[2..], (uint)_low);
        }
    }

    public override string ToString() => DeviceId;

    /// <summary>The check digit of an IMEI (ISO/IEC 7812-1 Annex B).</summary>
    private static int LuhnDigit(ulong digits)
    {
        int sum = 0;
        for (bool twice = true; digits > 0; digits /= 10, twice = !twice)
        {
            int digit = (int)(digits % 10) * (twice ? 2 : 1);
            sum += digit > 9 ? digit - 9 : digit;
        }

        return (10 - (sum % 10)) % 10;
    }
}
