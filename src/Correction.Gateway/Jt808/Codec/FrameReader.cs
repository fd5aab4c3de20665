using System.Buffers;

namespace Correction.Gateway.Jt808.Codec;

/// <summary>What is wrong with bytes that were no message.</summary>
public enum FrameDefect
{
    None,

    /// <summary>Bytes before the first delimiter.</summary>
    Garbage,

    /// <summary>No delimiter within the longest frame there can be.</summary>
    OverLong,

    /// <summary>0x7D that is followed by neither 0x01 nor 0x02.</summary>
    BrokenEscape,

    WrongChecksum,

    /// <summary>Too short for the header that it announces, or a part numbered beyond its whole.</summary>
    BrokenHeader,

    /// <summary>The declared body length is not the one that came.</summary>
    WrongLength,
}

/// <summary>What <see cref="FrameReader.TryRead"/> found.</summary>
public enum FrameFound
{
    /// <summary>Nothing whole yet: read more and call again with the bytes that are left.</summary>
    Nothing,
    Message,

    /// <summary>Bytes that are no message were skipped.</summary>
    Defect,
}

/// <summary>One message: its header and its body, which lies in the reader's buffers until the next call.</summary>
public readonly ref struct Frame(MessageHeader header, ReadOnlySpan<byte> body)
{
    public MessageHeader Header { get; } = header;

    public ReadOnlySpan<byte> Body { get; } = body;
}

/// <summary>
/// Cuts a stream of bytes into messages: 0x7E delimits, 0x7D 0x01 and 0x7D 0x02 stand for 0x7D and 0x7E, the last byte is
/// the XOR of all before it (JT/T 808-2019 §4.4). What is no message is skipped and told, never thrown. A closing
/// delimiter also counts as an opening one, so that a lost or added delimiter costs one message and not all that follow.
/// Keeps no state between calls; not safe for concurrent calls on one scratch.
/// </summary>
public static class FrameReader
{
    public const byte Delimiter = 0x7E;
    public const byte Escape = 0x7D;

    /// <summary>Bytes of scratch that a caller lends.</summary>
    public const int ScratchBytes = LongestEscaped;

    /// <summary>Between two delimiters, if every byte were escaped.</summary>
    private const int LongestEscaped = 2 * (MessageHeader.Longest + MessageHeader.LongestBody + 1);

    /// <summary>Reads on from <paramref name="buffer"/>, which is moved past what was read or skipped.</summary>
    /// <param name="scratch">At least <see cref="ScratchBytes"/>; the frame's body may lie in it.</param>
    public static FrameFound TryRead(ref ReadOnlySequence<byte> buffer, Span<byte> scratch, out Frame frame, out FrameDefect defect)
    {
        frame = default;
        defect = FrameDefect.None;
        if (buffer.IsEmpty)
        {
            return FrameFound.Nothing;
        }

        if (First(buffer) != Delimiter)
        {
            buffer = buffer.PositionOf(Delimiter) is { } opening ? buffer.Slice(opening) : buffer.Slice(buffer.End);
            defect = FrameDefect.Garbage;
            return FrameFound.Defect;
        }

        while (true)
        {
            ReadOnlySequence<byte> inner = buffer.Slice(1);
            if (inner.PositionOf(Delimiter) is not { } closing)
            {
                return inner.Length > LongestEscaped ? SkipOverLong(ref buffer, out defect) : FrameFound.Nothing;
            }

            ReadOnlySequence<byte> content = inner.Slice(0, closing);
            buffer = inner.Slice(closing);
            if (!content.IsEmpty)
            {
                defect = content.Length > LongestEscaped ? FrameDefect.OverLong : Open(content, scratch, out frame);
                return defect == FrameDefect.None ? FrameFound.Message : FrameFound.Defect;
            }
        }
    }

    /// <summary>The first byte, also behind empty segments.</summary>
    private static byte First(in ReadOnlySequence<byte> buffer)
    {
        ReadOnlySpan<byte> span = buffer.FirstSpan;
        return span.IsEmpty ? buffer.Slice(0, 1).ToArray()[0] : span[0];
    }

    /// <summary>Drops what came so far of a frame that is too long; its end, when it comes, opens the next.</summary>
    private static FrameFound SkipOverLong(ref ReadOnlySequence<byte> buffer, out FrameDefect defect)
    {
        buffer = buffer.Slice(buffer.End);
        defect = FrameDefect.OverLong;
        return FrameFound.Defect;
    }

    private static FrameDefect Open(ReadOnlySequence<byte> content, Span<byte> scratch, out Frame frame)
    {
        frame = default;
        ReadOnlySpan<byte> bytes;
        if (content.IsSingleSegment)
        {
            bytes = content.FirstSpan;
        }
        else
        {
            content.CopyTo(scratch);
            bytes = scratch[..(int)content.Length];
        }

        if (!TryUnescape(ref bytes, scratch))
        {
            return FrameDefect.BrokenEscape;
        }

        if (bytes.Length < MessageHeader.Shortest + 1)
        {
            return FrameDefect.BrokenHeader;
        }

        if (Checksum(bytes) != 0)
        {
            return FrameDefect.WrongChecksum;
        }

        if (!MessageHeader.TryRead(bytes[..^1], out MessageHeader header))
        {
            return FrameDefect.BrokenHeader;
        }

        if (header.BodyLength != bytes.Length - 1 - header.Length)
        {
            return FrameDefect.WrongLength;
        }

        frame = new Frame(header, bytes[header.Length..^1]);
        return FrameDefect.None;
    }

    /// <summary>XOR of all bytes; zero over a message together with its checksum.</summary>
    public static byte Checksum(ReadOnlySpan<byte> bytes)
    {
        ulong folded = 0;
        ReadOnlySpan<ulong> words = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
        {
            folded ^= word;
        }

        folded ^= folded >> 32;
        folded ^= folded >> 16;
        folded ^= folded >> 8;
        byte sum = (byte)folded;
        foreach (byte rest in bytes[(words.Length * sizeof(ulong))..])
        {
            sum ^= rest;
        }

        return sum;
    }

    /// <summary>Into scratch only where there is something to unescape; forward, so that both may be one memory.</summary>
    private static bool TryUnescape(ref ReadOnlySpan<byte> bytes, Span<byte> scratch)
    {
        int escape = bytes.IndexOf(Escape);
        if (escape < 0)
        {
            return true;
        }

        int written = 0;
        ReadOnlySpan<byte> rest = bytes;
        while (escape >= 0)
        {
            rest[..escape].CopyTo(scratch[written..]);
            written += escape;
            if (escape + 1 >= rest.Length || rest[escape + 1] is not (1 or 2))
            {
                return false;
            }

            scratch[written++] = rest[escape + 1] == 1 ? Escape : Delimiter;
            rest = rest[(escape + 2)..];
            escape = rest.IndexOf(Escape);
        }

        rest.CopyTo(scratch[written..]);
        bytes = scratch[..(written + rest.Length)];
        return true;
    }
}
