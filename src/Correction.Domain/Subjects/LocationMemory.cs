using System.Collections.Immutable;
using Correction.Domain.Location;
using NodaTime;

namespace Correction.Domain.Subjects;

/// <summary>What is remembered of one device's reports.</summary>
/// <param name="HeardAt">When it was last heard, by our clock, with a position or without one.</param>
/// <param name="Recent">Its latest usable fixes, oldest first: a way through a zone is judged by them.</param>
/// <param name="Doubted">Its latest fixes that seemed to be jumps, as far as they agree with each other.</param>
public sealed record DeviceTrace(Instant HeardAt, ImmutableArray<Fix> Recent, ImmutableArray<Fix> Doubted)
{
    private const int Kept = 10;

    /// <summary>The latest time, by its own clock, of which it has said how it is.</summary>
    public Instant SignedAt { get; init; } = Instant.MinValue;

    public Fix? Last => Recent.IsEmpty ? null : Recent[^1];

    /// <param name="saidAt">By its own clock; a clock that runs ahead of ours is not believed.</param>
    internal DeviceTrace Heard(Instant at, Instant saidAt)
    {
        Instant said = Instant.Min(at, saidAt);
        return at > HeardAt || said > SignedAt ? this with { HeardAt = Instant.Max(at, HeardAt), SignedAt = Instant.Max(said, SignedAt) } : this;
    }

    /// <summary>At its place in time; one that is older than all that are kept changes nothing.</summary>
    internal DeviceTrace With(Fix usable)
    {
        DeviceTrace heard = this with { HeardAt = Instant.Max(HeardAt, usable.ReceivedAt), Doubted = Last is { } last && last.OccurredAt > usable.OccurredAt ? Doubted : [] };
        int place = Recent.Length;
        while (place > 0 && Recent[place - 1].OccurredAt > usable.OccurredAt)
        {
            place--;
        }

        return Recent.Length < Kept ? heard with { Recent = Recent.Insert(place, usable) }
            : place == 0 ? heard
            : heard with { Recent = [.. Recent.AsSpan()[1..place], usable, .. Recent.AsSpan()[place..]] };
    }
}

/// <summary>
/// What must be known of earlier fixes to judge the next one. It is no event: it is rebuilt from the stored fixes. Of
/// bounded size, because there is one for every subject.
/// </summary>
public sealed record LocationMemory
{
    public static LocationMemory Empty { get; } = new();

    /// <summary>The usable fix with the latest device time.</summary>
    public Fix? LastUsable { get; init; }

    public ImmutableDictionary<string, DeviceTrace> Devices { get; init; } = ImmutableDictionary<string, DeviceTrace>.Empty;

    public ImmutableDictionary<ZoneId, ZoneSight> Sights { get; init; } = ImmutableDictionary<ZoneId, ZoneSight>.Empty;

    /// <summary>The shared zones that the subject is judged by: one object for all subjects of its station.</summary>
    public SharedZones Shared { get; init; } = SharedZones.None;

    internal KnownFixes Known { get; init; } = KnownFixes.None;

    /// <summary>When each device was last heard from, by our clock.</summary>
    public ImmutableDictionary<string, Instant> HeardAt() => Devices.ToImmutableDictionary(device => device.Key, device => device.Value.HeardAt);

    /// <summary>When each device's last usable position was received.</summary>
    public ImmutableDictionary<string, Instant> PositionedAt() =>
        Devices.Where(device => device.Value.Last is not null).ToImmutableDictionary(device => device.Key, device => device.Value.Last!.ReceivedAt);

    /// <summary>The device was heard, with a position or without one.</summary>
    /// <param name="saidAt">By its own clock.</param>
    public LocationMemory Hear(string deviceId, Instant at, Instant saidAt) => this with
    {
        Devices = Devices.SetItem(deviceId, (Devices.GetValueOrDefault(deviceId) ?? new DeviceTrace(at, [], [])).Heard(at, saidAt)),
    };
}

/// <summary>
/// The identities of the fixes taken in last, hashed to 64 bits each. A re-upload of more fixes than are remembered is
/// stored again, and found out by Sealer and readers. Immutable.
/// </summary>
internal sealed class KnownFixes
{
    private const int Most = 512;

    private readonly ulong[] _hashes;
    private readonly int _oldest;

    private KnownFixes(ulong[] hashes, int oldest) => (_hashes, _oldest) = (hashes, oldest);

    public static KnownFixes None { get; } = new([], 0);

    public bool Contains(Fix fix) => Array.IndexOf(_hashes, Hash(fix)) >= 0;

    public KnownFixes With(ImmutableArray<Fix> fixes)
    {
        if (fixes.IsEmpty)
        {
            return this;
        }

        int count = Math.Min(Most, _hashes.Length + fixes.Length);
        var hashes = new ulong[count];
        _hashes.CopyTo(hashes, 0);
        int at = _hashes.Length < Most ? _hashes.Length : _oldest;
        foreach (Fix fix in fixes)
        {
            at = at == Most ? 0 : at;
            hashes[at++] = Hash(fix);
        }

        return new KnownFixes(hashes, at == Most ? 0 : at);
    }

    private static ulong Hash(Fix fix)
    {
        const ulong Odd = 0x9E3779B97F4A7C15; // 2^64 over the golden ratio: spreads neighbouring values
        ulong hash = (ulong)fix.OccurredAt.ToUnixTimeMilliseconds() * Odd;
        hash = (hash ^ (hash >> 29) ^ BitConverter.DoubleToUInt64Bits(fix.Position.Longitude)) * Odd;
        hash = (hash ^ (hash >> 32) ^ BitConverter.DoubleToUInt64Bits(fix.Position.Latitude)) * Odd;
        return (hash ^ (hash >> 29) ^ (uint)string.GetHashCode(fix.DeviceId, StringComparison.Ordinal)) * Odd;
    }
}
