using System.Collections.Immutable;
using System.Text;
using Correction.Domain;
using Correction.Domain.Tracks;
using JasperFx.Events;
using NodaTime;

namespace Correction.Store.Tracks;

/// <summary>
/// How a <see cref="TrackRecorded"/> is stored: as bytes, since in JSON its packed fixes would take a third more. Events
/// from before this stand there as JSON and are read as such. Numbers are little-endian, strings UTF-8 after
/// their length; the first byte is the version of this form, which MUST stay readable.
/// </summary>
public sealed class TrackSerializer : IEventBinarySerializer
{
    private const byte Version = 1;

    public byte[] Serialize(Type type, object data) => Write((TrackRecorded)data);

    public static byte[] Write(TrackRecorded track)
    {
        using var stream = new MemoryStream(track.Packed.Length + 64);
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Version);
        writer.Write(track.SubjectId.Value.ToByteArray(bigEndian: true));
        writer.Write(YearMonthDay(track.Date));
        writer.Write7BitEncodedInt(track.Count);
        writer.Write(track.From.ToUnixTimeMilliseconds());
        writer.Write(track.To.ToUnixTimeMilliseconds());
        writer.Write7BitEncodedInt(track.Devices.Length);
        foreach (string device in track.Devices)
        {
            writer.Write(device);
        }

        writer.Write(track.Packed);
        writer.Flush();
        return stream.ToArray();
    }

    public object Deserialize(Type type, byte[] data) => Read(data);

    /// <exception cref="FormatException">The bytes are of another version.</exception>
    public static TrackRecorded Read(byte[] data)
    {
        using var reader = new BinaryReader(new MemoryStream(data), Encoding.UTF8);
        if (reader.ReadByte() != Version)
        {
            throw new FormatException("The stored track is in no form that is known.");
        }

        var subject = new SubjectId(new Guid(reader.ReadBytes(16), bigEndian: true));
        LocalDate date = FromYearMonthDay(reader.ReadInt32());
        int count = reader.Read7BitEncodedInt();
        Instant from = Instant.FromUnixTimeMilliseconds(reader.ReadInt64()), to = Instant.FromUnixTimeMilliseconds(reader.ReadInt64());
        ImmutableArray<string> devices = [.. Enumerable.Range(0, reader.Read7BitEncodedInt()).Select(_ => reader.ReadString())];
        return new TrackRecorded(subject, date, count, from, to, devices, data[(int)reader.BaseStream.Position..]);
    }

    /// <summary>20260301 for 2026-03-01.</summary>
    private static int YearMonthDay(LocalDate date) => (((date.Year * 100) + date.Month) * 100) + date.Day;

    private static LocalDate FromYearMonthDay(int number) => new(number / 10_000, number / 100 % 100, number % 100);
}
