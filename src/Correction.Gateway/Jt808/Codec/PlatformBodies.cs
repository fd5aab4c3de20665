using System.Buffers.Binary;
using NodaTime;

namespace Correction.Gateway.Jt808.Codec;

/// <summary>Bodies of the messages that this platform sends.</summary>
public static class PlatformBodies
{
    private const uint ReportInterval = 0x0029; // seconds between reports, 缺省时间汇报间隔

    /// <summary>Bits of the text's flag: 2 shown on the terminal's screen, 3 read aloud.</summary>
    private const byte ShownAndSpoken = 0b1100;

    /// <summary>2019: the text is a notice, not a service message.</summary>
    private const byte Notice = 1;

    /// <summary>0x8001.</summary>
    public static byte[] Answer(in MessageHeader to, AnswerResult result)
    {
        byte[] body = new byte[5];
        BinaryPrimitives.WriteUInt16BigEndian(body, to.Serial);
        BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(2), to.Id);
        body[4] = (byte)result;
        return body;
    }

    /// <summary>0x8100; the code only with success.</summary>
    public static byte[] Registered(ushort serial, RegistrationResult result, string? code)
    {
        byte[] text = result == RegistrationResult.Success ? Gbk.Bytes(code!) : [];
        byte[] body = new byte[3 + text.Length];
        BinaryPrimitives.WriteUInt16BigEndian(body, serial);
        body[2] = (byte)result;
        text.CopyTo(body, 3);
        return body;
    }

    /// <summary>0x8003: the parts of a message that did not come.</summary>
    public static byte[] Resend(ushort firstSerial, IReadOnlyList<ushort> parts)
    {
        byte[] body = new byte[3 + (2 * parts.Count)];
        BinaryPrimitives.WriteUInt16BigEndian(body, firstSerial);
        body[2] = (byte)parts.Count;
        for (int i = 0; i < parts.Count; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(3 + (2 * i)), parts[i]);
        }

        return body;
    }

    /// <summary>0x8103 with the one parameter: seconds between two reports.</summary>
    public static byte[] SetReportInterval(uint seconds)
    {
        byte[] body = new byte[10];
        body[0] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(1), ReportInterval);
        body[5] = sizeof(uint);
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(6), seconds);
        return body;
    }

    /// <summary>0x8202: report every so many seconds, for so many seconds.</summary>
    public static byte[] Track(ushort everySeconds, uint forSeconds)
    {
        byte[] body = new byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(body, everySeconds);
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(2), forSeconds);
        return body;
    }

    /// <summary>0x8300.</summary>
    public static byte[] Text(string text, bool edition2019) =>
        edition2019 ? [ShownAndSpoken, Notice, .. Gbk.Bytes(text)] : [ShownAndSpoken, .. Gbk.Bytes(text)];

    /// <summary>0x8109: the server's time in UTC as makers want it, in binary; the last byte says that it is valid.</summary>
    public static byte[] MakersTime(Instant now)
    {
        LocalDateTime time = now.InUtc().LocalDateTime;
        return [(byte)(time.Year >> 8), (byte)time.Year, (byte)time.Month, (byte)time.Day, (byte)time.Hour, (byte)time.Minute, (byte)time.Second, 0];
    }

    /// <summary>0x8004: the server's time in UTC, BCD (2019).</summary>
    public static byte[] Time(Instant now)
    {
        byte[] body = new byte[Bcd.TimeBytes];
        Bcd.Write(now.InUtc().LocalDateTime, body);
        return body;
    }
}
