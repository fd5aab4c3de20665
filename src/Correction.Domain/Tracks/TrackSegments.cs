using System.Collections.Immutable;
using Correction.Domain.Location;
using NodaTime;

namespace Correction.Domain.Tracks;

/// <summary>A run of usable fixes of one device without a long gap, in order of time; at least one.</summary>
public sealed record TrackSegment(string DeviceId, ImmutableArray<Fix> Fixes)
{
    public bool Equals(TrackSegment? other) =>
        other is not null && DeviceId == other.DeviceId && Fixes.SequenceEqual(other.Fixes);

    public override int GetHashCode() => HashCode.Combine(DeviceId, Fixes.Length);
}

/// <summary>Cuts a track where drawing a line would claim what nobody saw.</summary>
public static class TrackSegments
{
    /// <summary>A longer silence is not bridged by a line.</summary>
    public static readonly Duration LongestGap = Duration.FromMinutes(10);

    /// <summary>
    /// The segments of the usable fixes, in order of their beginning. Two devices worn at once give two lines, not one
    /// that leaps between them.
    /// </summary>
    public static ImmutableArray<TrackSegment> Of(IEnumerable<Fix> fixes) =>
    [
        .. fixes.Where(fix => fix.Use == FixUse.Usable)
            .GroupBy(fix => fix.DeviceId, StringComparer.Ordinal)
            .SelectMany(device => Cut(device.Key, Ordered([.. device])))
            .OrderBy(segment => segment.Fixes[0].OccurredAt),
    ];

    /// <summary>A reader gives them in order, and sorting half a million that are takes as long as thinning them.</summary>
    private static IEnumerable<Fix> Ordered(Fix[] fixes)
    {
        for (int i = 1; i < fixes.Length; i++)
        {
            if (fixes[i].OccurredAt < fixes[i - 1].OccurredAt)
            {
                return fixes.OrderBy(fix => fix.OccurredAt);
            }
        }

        return fixes;
    }

    private static IEnumerable<TrackSegment> Cut(string deviceId, IEnumerable<Fix> ordered)
    {
        var run = ImmutableArray.CreateBuilder<Fix>();
        foreach (Fix fix in ordered)
        {
            if (run.Count > 0 && fix.OccurredAt - run[^1].OccurredAt > LongestGap)
            {
                yield return new TrackSegment(deviceId, run.DrainToImmutable());
            }

            run.Add(fix);
        }

        if (run.Count > 0)
        {
            yield return new TrackSegment(deviceId, run.DrainToImmutable());
        }
    }
}
