using System.Buffers;
using System.Collections.Immutable;
using System.IO.Compression;
using Correction.Domain.Location;

namespace Correction.Domain.Tracks;

/// <summary>
/// Packing version 2: a column after the other, each value as the difference from the one before it in its column (times:
/// as the difference of the differences), zigzag LEB128, the whole compressed by Brotli (RFC 7932). A column that says
/// the same all day takes next to nothing.
/// </summary>
/// <remarks>
/// Bytes: the version, the length before compression (LEB128), then the compressed columns: device index, device time,
/// delay, longitude, latitude, accuracy, speed, bearing, altitude, battery, kind. The five measures are in tenths (battery
/// in per cent), 0 where absent, else the difference from the last one present, of which those from zero upward are moved up by one.
/// </remarks>
internal static class TrackColumns
{
    public const byte Version = 2;

    /// <summary>Quality 0 to 11; 5 is where the slow searches begin to gain little.</summary>
    private const int Quality = 5;
    private const int Window = 18;

    /// <summary>Bytes a fix takes at the very most before compression: eleven numbers of ten bytes.</summary>
    private const int MostPerFix = 110;

    public static byte[] Pack(IReadOnlyList<Fix> fixes, ImmutableArray<string> devices)
    {
        var columns = new ArrayBufferWriter<byte>(fixes.Count * 16);
        FixNumbers[] numbers = [.. fixes.Select(FixNumbers.Of)];
        Differences(columns, fixes, fix => devices.IndexOf(fix.DeviceId));
        Times(columns, numbers);
        Differences(columns, numbers, fix => fix.Delay);
        Differences(columns, numbers, fix => fix.Longitude);
        Differences(columns, numbers, fix => fix.Latitude);
        Optional(columns, fixes, fix => Tenths(fix.Accuracy));
        Optional(columns, fixes, fix => Tenths(fix.Speed));
        Optional(columns, fixes, fix => Tenths(fix.Bearing));
        Optional(columns, fixes, fix => Tenths(fix.Altitude));
        Optional(columns, fixes, fix => fix.Battery);
        Differences(columns, fixes, fix => FixNumbers.KindOf(fix));
        return Compress(columns.WrittenSpan);
    }

    public static Fix[] Unpack(TrackRecorded track)
    {
        ReadOnlySpan<byte> rest = Decompress(track);
        long[] device = Differences(ref rest, track.Count), time = Times(ref rest, track.Count), delay = Differences(ref rest, track.Count);
        long[] longitude = Differences(ref rest, track.Count), latitude = Differences(ref rest, track.Count);
        long?[] accuracy = Optional(ref rest, track.Count), speed = Optional(ref rest, track.Count), bearing = Optional(ref rest, track.Count);
        long?[] altitude = Optional(ref rest, track.Count), battery = Optional(ref rest, track.Count);
        long[] kind = Differences(ref rest, track.Count);
        var fixes = new Fix[track.Count];
        for (int i = 0; i < fixes.Length; i++)
        {
            var measures = new FixMeasures(accuracy[i] / 10.0, speed[i] / 10.0, bearing[i] / 10.0, altitude[i] / 10.0, (int?)battery[i]);
            fixes[i] = new FixNumbers(time[i], delay[i], longitude[i], latitude[i]).ToFix(track.Devices[(int)device[i]], measures, (byte)kind[i]);
        }

        return fixes;
    }

    private static long? Tenths(double? value) => value is { } v ? (long)Math.Round(v * 10) : null;

    private static void Differences<T>(ArrayBufferWriter<byte> columns, IReadOnlyList<T> items, Func<T, long> value)
    {
        long before = 0;
        foreach (T item in items)
        {
            long now = value(item);
            VarInt.Write(columns, now - before);
            before = now;
        }
    }

    private static long[] Differences(ref ReadOnlySpan<byte> rest, int count)
    {
        long[] values = new long[count];
        long now = 0;
        for (int i = 0; i < count; i++)
        {
            values[i] = now += VarInt.Read(ref rest);
        }

        return values;
    }

    /// <summary>A device that reports at a steady pace has a difference of differences of zero.</summary>
    private static void Times(ArrayBufferWriter<byte> columns, FixNumbers[] fixes)
    {
        long before = 0, step = 0;
        foreach (FixNumbers fix in fixes)
        {
            VarInt.Write(columns, fix.Time - before - step);
            (step, before) = (fix.Time - before, fix.Time);
        }
    }

    private static long[] Times(ref ReadOnlySpan<byte> rest, int count)
    {
        long[] values = new long[count];
        long now = 0, step = 0;
        for (int i = 0; i < count; i++)
        {
            step += VarInt.Read(ref rest);
            values[i] = now += step;
        }

        return values;
    }

    /// <summary>0: absent. Else the difference from the last present value, moved one away from zero on its upper side.</summary>
    private static void Optional(ArrayBufferWriter<byte> columns, IReadOnlyList<Fix> fixes, Func<Fix, long?> value)
    {
        long before = 0;
        foreach (Fix fix in fixes)
        {
            if (value(fix) is not { } now)
            {
                VarInt.Write(columns, 0);
                continue;
            }

            VarInt.Write(columns, now >= before ? now - before + 1 : now - before);
            before = now;
        }
    }

    private static long?[] Optional(ref ReadOnlySpan<byte> rest, int count)
    {
        long?[] values = new long?[count];
        long now = 0;
        for (int i = 0; i < count; i++)
        {
            long difference = VarInt.Read(ref rest);
            if (difference != 0)
            {
                values[i] = now += difference > 0 ? difference - 1 : difference;
            }
        }

        return values;
    }

    private static byte[] Compress(ReadOnlySpan<byte> columns)
    {
        var packed = new ArrayBufferWriter<byte>(columns.Length);
        packed.Write([Version]);
        VarInt.Write(packed, columns.Length);
        Span<byte> space = packed.GetSpan(BrotliEncoder.GetMaxCompressedLength(columns.Length));
        if (!BrotliEncoder.TryCompress(columns, space, out int written, Quality, Window))
        {
            throw new System.Diagnostics.UnreachableException(); // the space is the most that Brotli ever takes
        }

        packed.Advance(written);
        return packed.WrittenSpan.ToArray();
    }

    private static byte[] Decompress(TrackRecorded track)
    {
        ReadOnlySpan<byte> rest = track.Packed.AsSpan(1);
        long length = VarInt.Read(ref rest);
        if (length < 0 || length > (long)track.Count * MostPerFix)
        {
            throw new FormatException("The packed track says a length that its fixes cannot have.");
        }

        byte[] columns = new byte[length];
        return BrotliDecoder.TryDecompress(rest, columns, out int written) && written == length
            ? columns
            : throw new FormatException("The packed track cannot be decompressed.");
    }
}
