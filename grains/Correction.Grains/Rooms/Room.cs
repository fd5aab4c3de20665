using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Visits;
using NodaTime;

namespace Correction.Grains.Rooms;

/// <summary>
/// The rules of one room, apart from Orleans and sockets: who is there, what is passed on, when family and prison may see
/// each other. Every call returns the messages it leads to. Not thread-safe: a grain is.
/// </summary>
public sealed class Room
{
    private readonly bool _peerToPeer;
    private readonly RoomLimits _limits;
    private readonly RoomSeats _seats = new();
    private readonly RoomMail _mail;
    private readonly Supervision _supervision;
    private Instant? _haltedAt;

    /// <param name="peerToPeer">Supervision stands while chunks of both are accepted; otherwise while the media server says so.</param>
    public Room(bool peerToPeer, RoomLimits limits)
    {
        (_peerToPeer, _limits) = (peerToPeer, limits);
        _mail = new RoomMail(_seats);
        _supervision = new Supervision(peerToPeer, limits);
    }

    /// <summary>As its stream says; null: not known yet.</summary>
    public Visit? Visit { get; private set; }

    /// <summary>Family and prison may exchange picture and sound.</summary>
    public bool IsMediaOpen { get; private set; }

    /// <summary>When what was lost was last there.</summary>
    public Instant LostSince { get; private set; }

    public IEnumerable<RoomSeat> Seats => _seats.All;

    public bool Has(RoomParty party) => _seats.Has(party);

    public RoomParty? PartyAt(string connection) => _seats.PartyAt(connection);

    /// <summary>Staff have a hand on the switch: no picture and no sound to anybody, until the decision follows or does not.</summary>
    public bool IsHalted => _haltedAt is not null;

    /// <inheritdoc cref="RoomRules.IsOpen"/>
    public bool IsOpen(Instant now) => Visit?.IsOpen(now) ?? false;

    /// <inheritdoc cref="RoomRules.PartyOf"/>
    public RoomParty? PartyOf(Actor actor, Instant now) => Visit?.PartyOf(actor, now);

    /// <inheritdoc cref="RoomRules.HasOfficer"/>
    public bool IsOfficer(Actor actor) => Visit?.HasOfficer(actor) ?? false;

    public RoomView Join(string connection, RoomParty party, Instant now)
    {
        string? before = _seats.ConnectionOf(party);
        if (before is not null && before != connection)
        {
            _mail.To(before, "replaced");
        }

        _seats.Take(party, connection, now);
        _mail.Forget(party, before);
        _mail.ToOthers(party, "joined", party);
        SendRemaining(now);
        Weigh(now);
        return new RoomView(
            party, Visit!.Stage, Visit.Monitored, _peerToPeer ? "peerToPeer" : "janus", [.. _seats.All.Select(seat => seat.Party).Where(other => other != party)], IsMediaOpen, (int)Visit.Remaining(now), Visit.Interruption());
    }

    public void Renew(RoomSeat seat, Instant now)
    {
        if (Has(seat.Party))
        {
            _seats.Renew(seat, now);
        }
        else
        {
            Join(seat.Connection, seat.Party, now);
        }
    }

    public void Leave(string connection, Instant now)
    {
        if (PartyAt(connection) is { } party)
        {
            Remove(party, now);
            Weigh(now);
        }
    }

    /// <summary>Passes a payload from one party to another, or holds it until they may see each other.</summary>
    public void Signal(RoomParty from, RoomParty to, string payload)
    {
        bool withOfficer = from == RoomParty.Officer || to == RoomParty.Officer;
        if (from == to || IsHalted || (withOfficer && Visit is not { Monitored: true }))
        {
            return; // no officer hears a lawyer
        }

        _mail.Signal(to, from, payload, hold: !withOfficer && !IsMediaOpen);
    }

    /// <summary>A signal of the media server to a party.</summary>
    public void SignalFromServer(RoomParty to, string payload) => _mail.Signal(to, "media", payload);

    public void Follow(Visit visit, Instant now)
    {
        (Visit? before, Visit) = (Visit, visit);
        if (before is not null && before.Stage != visit.Stage)
        {
            _mail.Announce(before.Stage, visit);
        }

        SendRemaining(now);
        Weigh(now);
        if (!visit.HasRoom())
        {
            _seats.Clear();
        }
    }

    /// <summary>The media server's word on whether the officer receives both.</summary>
    public void SetWatched(bool watched, Instant now)
    {
        _supervision.Watched(watched);
        Weigh(now);
    }

    public void Recorded(RoomParty party, Instant now)
    {
        _supervision.Recorded(party, now);
        Weigh(now);
    }

    /// <summary>Stops all picture and sound at once, before the decision to cut is durable; false: this party may not.</summary>
    public bool Halt(RoomParty by, Instant now)
    {
        if (by == RoomParty.Family)
        {
            return false;
        }

        _haltedAt = now;
        _mail.ToAll("halted", true);
        Weigh(now);
        return true;
    }

    public void Warn(CutReason reason) => _mail.ToAll("warned", reason);

    /// <summary>The media server is ready, or ready anew: who publishes begins.</summary>
    public void AskToPublish(RoomParty party)
    {
        if (party != RoomParty.Officer)
        {
            SignalFromServer(party, """{"open":"up"}""");
        }
    }

    /// <summary>Time has passed: who is gone, what must be asked of the visit.</summary>
    public RoomWish Tick(Instant now, Duration lease)
    {
        foreach ((RoomParty party, Instant seenAt) in _seats.Lapsed(now, lease))
        {
            Remove(party, seenAt);
        }

        if (_haltedAt + _limits.Halt < now) // no decision followed
        {
            _haltedAt = null;
            _mail.ToAll("halted", false);
        }

        Weigh(now);
        if (IsSupervised(now))
        {
            _supervision.Stood(now);
        }

        return Wish(now);
    }

    /// <summary>After a restart: what was recorded before tells when supervision was last there.</summary>
    public void Remember(Instant lastRecorded) => _supervision.Remember(lastRecorded);

    /// <inheritdoc cref="RoomMail.Drain"/>
    public ImmutableArray<RoomMessage> Drain() => _mail.Drain();

    private RoomWish Wish(Instant now)
    {
        switch (Visit)
        {
            case { Stage: VisitStage.Admitted } when IsMediaOpen:
                return RoomWish.Start;
            case { Stage: VisitStage.Interrupted, InterruptedBy: not InterruptionCause.Staff } when MayOpen(now):
                return RoomWish.Resume;
            case { Stage: VisitStage.InProgress } when _seats.Absent(RoomParty.Family, now, _limits.Absence) is { } since:
                LostSince = since;
                return RoomWish.InterruptFamily;
            case { Stage: VisitStage.InProgress } when _seats.Absent(RoomParty.Prison, now, _limits.Absence) is { } since:
                LostSince = since;
                return RoomWish.InterruptNetwork;
            case { Stage: VisitStage.InProgress } when !IsSupervised(now):
                LostSince = _supervision.LastAt ?? now;
                return RoomWish.InterruptNetwork;
            default:
                return RoomWish.None;
        }
    }

    /// <summary>Opens and closes the way between family and prison.</summary>
    private void Weigh(Instant now)
    {
        bool open = Visit is { Stage: VisitStage.Admitted or VisitStage.InProgress } && MayOpen(now);
        if (open == IsMediaOpen)
        {
            return;
        }

        IsMediaOpen = open;
        _mail.ToAll("media", open);
        _mail.Release(send: open);
    }

    private bool MayOpen(Instant now) => !IsHalted && Has(RoomParty.Family) && Has(RoomParty.Prison) && IsSupervised(now);

    private bool IsSupervised(Instant now) => _supervision.Stands(Visit, Has(RoomParty.Officer), now);

    private void Remove(RoomParty party, Instant since)
    {
        _seats.Remove(party, since);
        _mail.ToAll("left", party);
    }

    private void SendRemaining(Instant now)
    {
        if (Visit is { } visit)
        {
            _mail.ToAll("remaining", (int)visit.Remaining(now));
        }
    }
}
