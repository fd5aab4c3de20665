using System.Buffers;

namespace Correction.Domain.Tracks;

/// <summary>Signed integers in zigzag LEB128, as in Protocol Buffers' sint64: small magnitudes take few bytes.</summary>
internal static class VarInt
{
    private const int LongestInBytes = 10;

    public static void Write(IBufferWriter<byte> writer, long value)
    {
        ulong zigzag = (ulong)((value << 1) ^ (value >> 63));
        Span<byte> span = writer.GetSpan(LongestInBytes);
        int length = 0;
        while (zigzag >= 0x80)
        {
            span[length++] = (byte)(zigzag | 0x80);
            zigzag >>= 7;
        }

        span[length++] = (byte)zigzag;
        writer.Advance(length);
    }

    /// <exception cref="FormatException">The bytes end inside a number, or it is longer than 64 bits.</exception>
    public static long Read(ref ReadOnlySpan<byte> rest)
    {
        ulong zigzag = 0;
        for (int i = 0; i < rest.Length && i < LongestInBytes; i++)
        {
            zigzag |= (ulong)(rest[i] & 0x7F) << (7 * i);
            if ((rest[i] & 0x80) == 0)
            {
                rest = rest[(i + 1)..];
                return (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
            }
        }

        throw new FormatException("The packed track ends inside a number.");
    }
}
