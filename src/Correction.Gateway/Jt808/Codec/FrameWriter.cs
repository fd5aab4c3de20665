using System.Buffers;

namespace Correction.Gateway.Jt808.Codec;

/// <summary>Writes messages with delimiters, checksum and escapes.</summary>
public static class FrameWriter
{
    /// <summary>Writes one whole frame; the header's body length is set here.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The body is longer than ten bits can declare: send it in parts.</exception>
    public static void Write(IBufferWriter<byte> output, in MessageHeader header, ReadOnlySpan<byte> body)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(body.Length, MessageHeader.LongestBody);
        Span<byte> plain = stackalloc byte[MessageHeader.Longest + MessageHeader.LongestBody + 1];
        MessageHeader sized = header with { BodyLength = body.Length };
        sized.Write(plain);
        body.CopyTo(plain[sized.Length..]);
        int length = sized.Length + body.Length;
        plain[length] = FrameReader.Checksum(plain[..length]);

        Span<byte> frame = output.GetSpan(2 + (2 * (length + 1)));
        int at = 0;
        frame[at++] = FrameReader.Delimiter;
        foreach (byte value in plain[..(length + 1)])
        {
            if (value is FrameReader.Delimiter or FrameReader.Escape)
            {
                frame[at++] = FrameReader.Escape;
                frame[at++] = (byte)(value == FrameReader.Escape ? 1 : 2);
            }
            else
            {
                frame[at++] = value;
            }
        }

        frame[at++] = FrameReader.Delimiter;
        output.Advance(at);
    }
}
