using Correction.Domain.Visits;
using NodaTime;

namespace Correction.Grains.Rooms;

/// <summary>
/// Whether the officer hears and sees both, and a recording is kept: peer to peer while chunks of both are accepted, otherwise
/// while the media server says so. A lawyer's visit has none and needs none.
/// </summary>
internal sealed class Supervision(bool peerToPeer, RoomLimits limits)
{
    private readonly Dictionary<RoomParty, Instant> _recorded = [];

    /// <summary>A media server says that the officer receives both.</summary>
    private bool _watched;

    /// <summary>When it last stood.</summary>
    public Instant? LastAt { get; private set; }

    public bool Stands(Visit? visit, bool officerThere, Instant now) => visit is { Monitored: false } || (officerThere && (peerToPeer
        ? IsRecorded(RoomParty.Family, now) && IsRecorded(RoomParty.Prison, now)
        : _watched));

    public void Watched(bool watched) => _watched = watched;

    public void Recorded(RoomParty party, Instant now) => _recorded[party] = now;

    /// <summary>After a restart: what was recorded before tells when it was last there.</summary>
    public void Remember(Instant lastRecorded) => LastAt = _recorded[RoomParty.Family] = _recorded[RoomParty.Prison] = lastRecorded;

    /// <summary>It stands now.</summary>
    public void Stood(Instant now) => LastAt = peerToPeer && _recorded.Count == 2 ? _recorded.Values.Min() : now;

    private bool IsRecorded(RoomParty party, Instant now) => _recorded.TryGetValue(party, out Instant last) && now <= last + limits.ChunkSilence;
}
