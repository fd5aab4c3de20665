using System.Buffers.Binary;

namespace Correction.Gateway.Jt808.Codec;

/// <summary>Head of a message (JT/T 808-2013 §4.4.3, -2019 §4.4.3): the version bit of the properties tells the edition.</summary>
/// <param name="Encryption">Bits 10 to 12 of the properties: 0 none, 1 RSA.</param>
/// <param name="Version">Protocol version of a 2019 header; 0 for 2013.</param>
/// <param name="Parts">How many parts the message has; 0 where it is whole.</param>
/// <param name="Part">Number of this part, from 1.</param>
public readonly record struct MessageHeader(
    ushort Id, TerminalNumber Terminal, ushort Serial, int BodyLength = 0, int Encryption = 0, byte Version = 0, ushort Parts = 0, ushort Part = 0)
{
    /// <summary>The longest body that ten bits can declare.</summary>
    public const int LongestBody = 0x3FF;

    public const int Shortest = 4 + TerminalNumber.ShortBytes + 1;
    public const int Longest = 4 + 1 + TerminalNumber.LongBytes + 2 + 4;

    private const int PartsFlag = 1 << 13;
    private const int VersionFlag = 1 << 14;

    public bool IsPart => Parts > 0;

    public int Length => 4 + (Terminal.IsLong ? 1 : 0) + Terminal.Length + SerialBytes(Id) + (IsPart ? 4 : 0);

    /// <summary>False where the bytes are too few for the header that they announce.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out MessageHeader header)
    {
        header = default;
        if (bytes.Length < Shortest)
        {
            return false;
        }

        ushort id = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        ushort properties = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        bool edition2019 = (properties & VersionFlag) != 0, part = (properties & PartsFlag) != 0;
        int number = edition2019 ? 5 : 4, serial = number + (edition2019 ? TerminalNumber.LongBytes : TerminalNumber.ShortBytes);
        int counted = serial + SerialBytes(id);
        if (bytes.Length < counted + (part ? 4 : 0))
        {
            return false;
        }

        header = new MessageHeader(
            id,
            TerminalNumber.Read(bytes[number..serial]),
            SerialBytes(id) == 1 ? bytes[serial] : BinaryPrimitives.ReadUInt16BigEndian(bytes[serial..]),
            properties & LongestBody,
            (properties >> 10) & 7,
            edition2019 ? bytes[4] : (byte)0,
            part ? BinaryPrimitives.ReadUInt16BigEndian(bytes[counted..]) : (ushort)0,
            part ? BinaryPrimitives.ReadUInt16BigEndian(bytes[(counted + 2)..]) : (ushort)0);
        return !part || (header.Part >= 1 && header.Part <= header.Parts);
    }

    public void Write(Span<byte> into)
    {
        int properties = BodyLength | (Encryption << 10) | (IsPart ? PartsFlag : 0) | (Terminal.IsLong ? VersionFlag : 0);
        BinaryPrimitives.WriteUInt16BigEndian(into, Id);
        BinaryPrimitives.WriteUInt16BigEndian(into[2..], (ushort)properties);
        int at = 4;
        if (Terminal.IsLong)
        {
            into[at++] = Version;
        }

        Terminal.Write(into[at..]);
        at += Terminal.Length;
        if (SerialBytes(Id) == 1)
        {
            into[at++] = (byte)Serial;
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(into[at..], Serial);
            at += 2;
        }

        if (IsPart)
        {
            BinaryPrimitives.WriteUInt16BigEndian(into[at..], Parts);
            BinaryPrimitives.WriteUInt16BigEndian(into[(at + 2)..], Part);
        }
    }

    /// <summary>Two bytes; one in the two report messages that a maker added for trackers in sleep.</summary>
    private static int SerialBytes(ushort id) => id is MessageIds.SleepReport or MessageIds.SleepReportWithoutPosition ? 1 : 2;
}
