using System.Buffers;
using System.Collections.Immutable;
using Correction.Domain.Location;
using NodaTime;

namespace Correction.Domain.Tracks;

/// <summary>
/// Packs fixes as differences from the fix before, in variable-length integers (zigzag LEB128): a walk at a steady pace
/// takes about a dozen bytes a fix. Lossless at the precision of <see cref="Fix"/>. The format is versioned by its first
/// byte and MUST stay readable: events are for ever.
/// </summary>
/// <remarks>
/// Per fix: device index, device time (ms), receipt minus device time (ms), longitude and latitude (1e-7 degrees),
/// a byte of flags for what is present, then accuracy, speed, bearing, altitude (0.1) and battery where present,
/// source and use in one byte.
/// </remarks>
public static class TrackCodec
{
    private const byte Version = 1;
    private const double UnitsPerDegree = 1e7;

    [Flags]
    private enum Present : byte
    {
        None = 0,
        Accuracy = 1,
        Speed = 2,
        Bearing = 4,
        Altitude = 8,
        Battery = 16,
    }

    /// <summary>Packs fixes of one subject and day, in the order given.</summary>
    public static TrackRecorded Pack(SubjectId subject, LocalDate date, IReadOnlyList<Fix> fixes)
    {
        ImmutableArray<string> devices = [.. fixes.Select(fix => fix.DeviceId).Distinct()];
        var writer = new ArrayBufferWriter<byte>(16 + (fixes.Count * 16));
        writer.Write([Version]);
        var before = default(Numbers);
        foreach (Fix fix in fixes)
        {
            Numbers now = Numbers.Of(fix);
            VarInt.Write(writer, devices.IndexOf(fix.DeviceId));
            VarInt.Write(writer, now.Time - before.Time);
            VarInt.Write(writer, now.Delay - before.Delay);
            VarInt.Write(writer, now.Longitude - before.Longitude);
            VarInt.Write(writer, now.Latitude - before.Latitude);
            WriteOptional(writer, fix);
            writer.Write([(byte)(((int)fix.Source << 4) | (int)fix.Use)]);
            before = now;
        }

        return new TrackRecorded(
            subject, date, fixes.Count, fixes.Min(fix => fix.OccurredAt), fixes.Max(fix => fix.OccurredAt), devices, writer.WrittenSpan.ToArray());
    }

    /// <exception cref="FormatException">The bytes are of another version or damaged.</exception>
    public static ImmutableArray<Fix> Unpack(TrackRecorded track)
    {
        ReadOnlySpan<byte> rest = track.Packed;
        if (rest.IsEmpty || rest[0] != Version)
        {
            throw new FormatException($"Track of {track.SubjectId} on {track.Date:uuuu-MM-dd} is not in packing version {Version}.");
        }

        rest = rest[1..];
        var fixes = ImmutableArray.CreateBuilder<Fix>(track.Count);
        var before = default(Numbers);
        for (int i = 0; i < track.Count; i++)
        {
            string device = track.Devices[(int)VarInt.Read(ref rest)];
            var now = new Numbers(
                before.Time + VarInt.Read(ref rest),
                before.Delay + VarInt.Read(ref rest),
                before.Longitude + VarInt.Read(ref rest),
                before.Latitude + VarInt.Read(ref rest));
            fixes.Add(Read(ref rest, device, now));
            before = now;
        }

        return fixes.MoveToImmutable();
    }

    private static void WriteOptional(ArrayBufferWriter<byte> writer, Fix fix)
    {
        Present present = (fix.Accuracy is null ? 0 : Present.Accuracy) | (fix.Speed is null ? 0 : Present.Speed)
            | (fix.Bearing is null ? 0 : Present.Bearing) | (fix.Altitude is null ? 0 : Present.Altitude)
            | (fix.Battery is null ? 0 : Present.Battery);
        writer.Write([(byte)present]);
        foreach (double? value in (ReadOnlySpan<double?>)[fix.Accuracy, fix.Speed, fix.Bearing, fix.Altitude])
        {
            if (value is { } v)
            {
                VarInt.Write(writer, (long)Math.Round(v * 10));
            }
        }

        if (fix.Battery is { } battery)
        {
            VarInt.Write(writer, battery);
        }
    }

    private static Fix Read(ref ReadOnlySpan<byte> rest, string device, Numbers now)
    {
        var present = (Present)rest[0];
        rest = rest[1..];
        double? accuracy = Tenths(ref rest, present.HasFlag(Present.Accuracy));
        double? speed = Tenths(ref rest, present.HasFlag(Present.Speed));
        double? bearing = Tenths(ref rest, present.HasFlag(Present.Bearing));
        double? altitude = Tenths(ref rest, present.HasFlag(Present.Altitude));
        int? battery = present.HasFlag(Present.Battery) ? (int)VarInt.Read(ref rest) : null;
        byte last = rest[0];
        rest = rest[1..];
        var time = Instant.FromUnixTimeMilliseconds(now.Time);
        return new Fix(
            device, time, time + Duration.FromMilliseconds(now.Delay),
            new GeoPoint(now.Longitude / UnitsPerDegree, now.Latitude / UnitsPerDegree),
            accuracy, speed, bearing, altitude, battery, (FixSource)(last >> 4), (FixUse)(last & 0xF));
    }

    private static double? Tenths(ref ReadOnlySpan<byte> rest, bool present) => present ? VarInt.Read(ref rest) / 10.0 : null;

    private readonly record struct Numbers(long Time, long Delay, long Longitude, long Latitude)
    {
        public static Numbers Of(Fix fix)
        {
            long time = fix.OccurredAt.ToUnixTimeMilliseconds();
            return new Numbers(
                time,
                fix.ReceivedAt.ToUnixTimeMilliseconds() - time,
                (long)Math.Round(fix.Position.Longitude * UnitsPerDegree),
                (long)Math.Round(fix.Position.Latitude * UnitsPerDegree));
        }
    }
}
