using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Correction.Domain.Location;
using Correction.Gateway.Jt808.Codec;
using Correction.Gateway.Jt808.Devices;
using Correction.Simulation.Terminals;
using NodaTime;

namespace Correction.Benchmarks;

/// <summary>
/// Position reports (0x0200) read from a stream of bytes on one core: frame, checksum, header, position, time, battery and
/// alarms; against a plain decode with arrays and a <see cref="BinaryReader"/> of the same bytes in the same run.
/// </summary>
internal static class CodecBenchmark
{
    private const int Frames = 20_000;
    private const int Rounds = 50;
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 0, 0);

    public static Task RunAsync()
    {
        byte[] stream = Stream();
        double expected = Plain(stream);
        if (Math.Abs(Codec(stream) - expected) > 1e-3)
        {
            throw new InvalidOperationException("The two decoders do not agree.");
        }

        (double plain, double plainBytes) = Measure("plain BinaryReader", () => Plain(stream));
        (double codec, double codecBytes) = Measure("codec", () => Codec(stream));
        (double again, _) = Measure("plain BinaryReader, again", () => Plain(stream));
        Figure.Print(
            Figure.Of("codec", codec, "frames/s per core", (plain + again) / 2),
            Figure.Of("codec-time", 1e6 / codec, "µs/frame", 2e6 / (plain + again)),
            Figure.Of("codec-allocated", codecBytes, "bytes/frame", plainBytes));
        return Task.CompletedTask;
    }

    private static (double PerSecond, double BytesPerFrame) Measure(string what, Func<double> decode)
    {
        for (int warm = 0; warm < 5; warm++)
        {
            decode();
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        for (int round = 0; round < Rounds; round++)
        {
            decode();
        }

        watch.Stop();
        const double All = (double)Frames * Rounds;
        double bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / All;
        double rate = All / watch.Elapsed.TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {rate:F0} frames/s, {1e6 / rate:F3} µs and {bytes:F1} bytes a frame"));
        return (rate, bytes);
    }

    /// <returns>A sum over what was decoded, so that nothing is optimised away.</returns>
    private static double Codec(byte[] stream)
    {
        Span<byte> scratch = stackalloc byte[FrameReader.ScratchBytes];
        var buffer = new ReadOnlySequence<byte>(stream);
        double sum = 0;
        while (FrameReader.TryRead(ref buffer, scratch, out Frame frame, out _) == FrameFound.Message)
        {
            if (frame.Header.Id == MessageIds.Location && LocationReport.TryRead(frame.Body, out LocationReport report))
            {
                GeoPoint place = DeviceModel.Standard.PlaceOf(report);
                Instant at = DeviceModel.Standard.InstantOf(report.Time!.Value);
                sum += place.Latitude + (at.ToUnixTimeSeconds() % 60) + DeviceModel.Standard.BatteryOf(report)!.Value + (int)DeviceModel.Standard.AlarmsOf(report);
            }
        }

        return sum;
    }

    private static double Plain(byte[] stream)
    {
        double sum = 0;
        int start = 0;
        while (start < stream.Length)
        {
            int end = Array.IndexOf(stream, FrameReader.Delimiter, start + 1);
            byte[] content = Unescape(stream[(start + 1)..end]);
            start = end + 1;
            if (content.Aggregate((byte)0, (checksum, next) => (byte)(checksum ^ next)) != 0)
            {
                continue;
            }

            using var reader = new BinaryReader(new MemoryStream(content));
            reader.ReadBytes(4);
            string terminal = Convert.ToHexString(reader.ReadBytes(6));
            reader.ReadBytes(2);
            byte[] alarms = reader.ReadBytes(4);
            uint status = BigEndian(reader);
            double latitude = Math.Round(BigEndian(reader) / 1e6 * 1e7) / 1e7;
            reader.ReadBytes(10);
            string digits = Convert.ToHexString(reader.ReadBytes(6));
            var time = DateTimeOffset.ParseExact(digits + "+08", "yyMMddHHmmsszz", CultureInfo.InvariantCulture);
            int battery = 0;
            while (reader.BaseStream.Length - reader.BaseStream.Position > 2)
            {
                byte item = reader.ReadByte();
                byte[] value = reader.ReadBytes(reader.ReadByte());
                battery = item == 0xE4 ? value[1] : battery;
            }

            sum += latitude + (time.ToUnixTimeSeconds() % 60) + battery + (alarms[3] & 1) + ((status & 4) * 0) + (terminal.Length * 0);
        }

        return sum;
    }

    private static byte[] Unescape(byte[] content)
    {
        var plain = new List<byte>(content.Length);
        for (int i = 0; i < content.Length; i++)
        {
            plain.Add(content[i] != FrameReader.Escape ? content[i] : content[++i] == 1 ? FrameReader.Escape : FrameReader.Delimiter);
        }

        return [.. plain];
    }

    private static uint BigEndian(BinaryReader reader) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(reader.ReadBytes(4));

    private static byte[] Stream()
    {
        var output = new ArrayBufferWriter<byte>();
        TerminalNumber number = TerminalNumber.Parse("13912345678", isLong: false);
        for (int i = 0; i < Frames; i++)
        {
            byte[] body = TerminalMessages.Location(Start + Duration.FromSeconds(i), new GeoPoint(112.36 + (i * 1e-5), 28.85));
            FrameWriter.Write(output, new MessageHeader(MessageIds.Location, number, (ushort)i), body);
        }

        return output.WrittenSpan.ToArray();
    }
}
