using System.Buffers;
using Correction.Domain.Location;
using Correction.Gateway.Jt808.Codec;
using NodaTime;

namespace Correction.Simulation.Terminals;

/// <summary>
/// What terminals with broken firmware and bad lines send: messages of every kind, changed where it hurts – delimiters,
/// escapes, lengths, counts, digits – half of them with a right checksum, so that what is wrong reaches the decoders. The
/// same seed sends the same bytes.
/// </summary>
public sealed class BrokenFirmware(int seed)
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 1, 0);
    private static readonly GeoPoint Home = new(112.36, 28.85);

#pragma warning disable RS0030 // seeded: the run can be repeated
    private readonly Random _random = new(seed);
#pragma warning restore RS0030
    private int _number;

    /// <summary>The next run of bytes: most often one frame.</summary>
    public byte[] Next()
    {
        (ushort id, byte[] body) = Message(_number++);
        var header = new MessageHeader(id, Terminal(), (ushort)_random.Next(65_536), Version: 1);
        if (_random.Next(8) == 0)
        {
            header = header with { Parts = (ushort)_random.Next(1, 80), Part = 1 };
            header = header with { Part = (ushort)_random.Next(1, header.Parts + 1) };
        }

        if (_random.Next(2) == 0)
        {
            return Framed(header, Mutate(body));
        }

        return Mutate(Framed(header, body));
    }

    private (ushort Id, byte[] Body) Message(int number) => (number % 9) switch
    {
        0 => (MessageIds.Location, TerminalMessages.Location(Start + Duration.FromSeconds(number), Home.Move(number % 1000, 0))),
        1 => (MessageIds.LocationBatch, TerminalMessages.Batch([.. Enumerable.Range(0, 8).Select(i => TerminalMessages.Location(Start + Duration.FromSeconds(number + i), Home))])),
        2 => (MessageIds.Register, TerminalMessages.Registration("SIM-1", edition2019: number % 2 == 0)),
        3 => (MessageIds.Authenticate, TerminalMessages.Authentication("0123456789abcdef", edition2019: number % 2 == 0)),
        4 => (MessageIds.Heartbeat, []),
        5 => (MessageIds.TerminalAnswer, [0, 1, 0x82, 0x01, 0]),
        6 => (MessageIds.LocationAnswer, [0, 1, .. TerminalMessages.Location(Start, null)]),
        7 => (MessageIds.QueryTime, []),
        _ => ((ushort)_random.Next(65_536), Bytes(_random.Next(200))),
    };

    /// <summary>A few numbers, so that what is kept by terminal is exercised and not only begun.</summary>
    private TerminalNumber Terminal() => TerminalNumber.Parse($"1399{_random.Next(20):D7}", isLong: _random.Next(2) == 0);

    private byte[] Mutate(byte[] bytes)
    {
        var changed = new List<byte>(bytes);
        for (int times = _random.Next(4); times >= 0 && changed.Count > 0; times--)
        {
            int at = _random.Next(changed.Count);
            switch (_random.Next(8))
            {
                case 0:
                    changed[at] ^= (byte)(1 << _random.Next(8));
                    break;
                case 1:
                    changed[at] = Hurting[_random.Next(Hurting.Length)];
                    break;
                case 2:
                    changed.Insert(at, Hurting[_random.Next(Hurting.Length)]);
                    break;
                case 3:
                    changed.RemoveAt(at);
                    break;
                case 4:
                    changed.RemoveRange(at, changed.Count - at);
                    break;
                case 5:
                    changed.InsertRange(at, changed.Take(_random.Next(changed.Count)).ToArray());
                    break;
                case 6 when changed.Count - at >= sizeof(ushort):
                    (changed[at], changed[at + 1]) = ((byte)_random.Next(256), (byte)_random.Next(256)); // a length or a count
                    break;
                default:
                    changed.InsertRange(at, Bytes(_random.Next(64)));
                    break;
            }
        }

        return [.. changed];
    }

    private static ReadOnlySpan<byte> Hurting => [FrameReader.Delimiter, FrameReader.Escape, 0x00, 0x01, 0x02, 0x7F, 0x80, 0xAA, 0xEB, 0xFF];

    private byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Framed(MessageHeader header, byte[] body)
    {
        var output = new ArrayBufferWriter<byte>();
        FrameWriter.Write(output, header, body.AsSpan(0, Math.Min(body.Length, MessageHeader.LongestBody)));
        return output.WrittenSpan.ToArray();
    }
}
