using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Correction.Domain.Location;
using NodaTime;

namespace Correction.Domain.Tracks;

/// <summary>
/// Packs fixes into the bytes of <see cref="TrackRecorded"/>. Lossless at the precision of <see cref="Fix"/>. The format
/// is versioned by its first byte, and every version MUST stay readable: events are for ever. What is packed today is
/// version 2 (<see cref="TrackColumns"/>).
/// </summary>
public static class TrackCodec
{
    /// <summary>Packs fixes of one subject and day, in the order given; at least one.</summary>
    public static TrackRecorded Pack(SubjectId subject, LocalDate date, IReadOnlyList<Fix> fixes)
    {
        ImmutableArray<string> devices = [.. fixes.Select(fix => fix.DeviceId).Distinct()];
        return new TrackRecorded(
            subject, date, fixes.Count, fixes.Min(fix => fix.OccurredAt), fixes.Max(fix => fix.OccurredAt), devices, TrackColumns.Pack(fixes, devices));
    }

    /// <exception cref="FormatException">The bytes are of an unknown version or damaged.</exception>
    public static ImmutableArray<Fix> Unpack(TrackRecorded track) => ImmutableCollectionsMarshal.AsImmutableArray((track.Packed is [var version, ..] ? version : (byte)0) switch
    {
        TrackRows.Version => TrackRows.Unpack(track),
        TrackColumns.Version => TrackColumns.Unpack(track),
        _ => throw new FormatException($"Track of {track.SubjectId} on {track.Date:uuuu-MM-dd} is in no packing version that is known."),
    });
}

/// <summary>A fix in whole numbers: milliseconds, 1e-7 degrees.</summary>
/// <param name="Delay">Receipt minus device time.</param>
internal readonly record struct FixNumbers(long Time, long Delay, long Longitude, long Latitude)
{
    private const double UnitsPerDegree = 1e7;

    public static FixNumbers Of(Fix fix)
    {
        long time = fix.OccurredAt.ToUnixTimeMilliseconds();
        return new FixNumbers(
            time,
            fix.ReceivedAt.ToUnixTimeMilliseconds() - time,
            (long)Math.Round(fix.Position.Longitude * UnitsPerDegree),
            (long)Math.Round(fix.Position.Latitude * UnitsPerDegree));
    }

    public Fix ToFix(string device, FixMeasures measures, byte kind) => new(
        device, Instant.FromUnixTimeMilliseconds(Time), Instant.FromUnixTimeMilliseconds(Time + Delay),
        new GeoPoint(Longitude / UnitsPerDegree, Latitude / UnitsPerDegree),
        measures.Accuracy, measures.Speed, measures.Bearing, measures.Altitude, measures.Battery, (FixSource)(kind >> 4), (FixUse)(kind & 0xF));

    /// <summary>Source and use in one byte.</summary>
    public static byte KindOf(Fix fix) => (byte)(((int)fix.Source << 4) | (int)fix.Use);
}

/// <summary>What a fix may or may not tell beside place and time.</summary>
internal readonly record struct FixMeasures(double? Accuracy, double? Speed, double? Bearing, double? Altitude, int? Battery);
