using Correction.Domain.Location;

namespace Correction.Domain.Tracks;

/// <summary>
/// Packing version 1, read only: fix after fix, each as its differences from the one before, in zigzag LEB128. Per fix:
/// device index, device time, delay, longitude, latitude, a byte of flags for what is present, then accuracy, speed,
/// bearing, altitude (tenths) and battery where present, source and use in one byte.
/// </summary>
internal static class TrackRows
{
    public const byte Version = 1;

    [Flags]
    private enum Present : byte
    {
        Accuracy = 1,
        Speed = 2,
        Bearing = 4,
        Altitude = 8,
        Battery = 16,
    }

    public static Fix[] Unpack(TrackRecorded track)
    {
        ReadOnlySpan<byte> rest = track.Packed.AsSpan(1);
        var fixes = new Fix[track.Count];
        var now = default(FixNumbers);
        for (int i = 0; i < fixes.Length; i++)
        {
            string device = track.Devices[(int)VarInt.Read(ref rest)];
            now = new FixNumbers(
                now.Time + VarInt.Read(ref rest), now.Delay + VarInt.Read(ref rest), now.Longitude + VarInt.Read(ref rest), now.Latitude + VarInt.Read(ref rest));
            FixMeasures measures = Measures(ref rest);
            fixes[i] = now.ToFix(device, measures, Byte(ref rest));
        }

        return fixes;
    }

    private static FixMeasures Measures(ref ReadOnlySpan<byte> rest)
    {
        var present = (Present)Byte(ref rest);
        return new FixMeasures(
            Tenths(ref rest, present.HasFlag(Present.Accuracy)),
            Tenths(ref rest, present.HasFlag(Present.Speed)),
            Tenths(ref rest, present.HasFlag(Present.Bearing)),
            Tenths(ref rest, present.HasFlag(Present.Altitude)),
            present.HasFlag(Present.Battery) ? (int)VarInt.Read(ref rest) : null);
    }

    private static double? Tenths(ref ReadOnlySpan<byte> rest, bool present) => present ? VarInt.Read(ref rest) / 10.0 : null;

    private static byte Byte(ref ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty)
        {
            throw new FormatException("The packed track ends inside a fix.");
        }

        byte value = rest[0];
        rest = rest[1..];
        return value;
    }
}
