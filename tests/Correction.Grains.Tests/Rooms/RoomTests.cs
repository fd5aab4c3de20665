using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Grains.Rooms;
using NodaTime;

namespace Correction.Grains.Tests.Rooms;

/// <summary>The rules of a room, without hub or clock.</summary>
public sealed class RoomTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 3, 12, 1, 0);
    private static readonly Duration Lease = VisitRoomGrain.Lease;

    private readonly Room _room = new(peerToPeer: true, RoomLimits.Default);

    [Fact]
    public void Family_and_prison_hear_each_other_only_while_chunks_of_both_are_accepted()
    {
        Begin(VisitStage.Admitted);
        _room.Signal(RoomParty.Family, RoomParty.Prison, "1");
        _room.Recorded(RoomParty.Family, At(1));
        Assert.DoesNotContain(_room.Drain(), message => message.Method == "signal");

        _room.Recorded(RoomParty.Prison, At(1));
        Assert.Contains(new RoomMessage("p", "signal", """["family",1]"""), _room.Drain());
        Assert.Equal(RoomWish.Start, _room.Tick(At(2), Lease));

        _room.Follow(Visit(VisitStage.InProgress), At(2));
        Renew(10);
        Assert.Equal(RoomWish.InterruptNetwork, _room.Tick(At(10), Lease));
        Assert.False(_room.IsMediaOpen);
        Assert.Equal(At(1), _room.LostSince);
    }

    [Fact]
    public void A_family_that_is_away_for_a_moment_is_overlooked_and_longer_it_interrupts()
    {
        Begin(VisitStage.InProgress);
        RecordBoth(1);
        _room.Leave("f", At(1));
        RecordBoth(6);
        Assert.Equal(RoomWish.None, _room.Tick(At(6), Lease));
        RecordBoth(7);
        Assert.Equal(RoomWish.InterruptFamily, _room.Tick(At(7), Lease));
        Assert.Equal(At(1), _room.LostSince);
    }

    [Fact]
    public void What_staff_paused_does_not_resume_by_itself_and_what_the_network_broke_does()
    {
        Begin(VisitStage.Interrupted, InterruptionCause.Staff);
        RecordBoth(1);
        Assert.Equal(RoomWish.None, _room.Tick(At(1), Lease));
        _room.Follow(Visit(VisitStage.Interrupted, InterruptionCause.Network), At(1));
        Assert.Equal(RoomWish.Resume, _room.Tick(At(1), Lease));
    }

    [Fact]
    public void With_a_lawyer_no_signal_reaches_the_officer_or_comes_from_him()
    {
        Begin(VisitStage.Admitted, kind: VisitKind.Lawyer);
        _room.Drain();
        _room.Signal(RoomParty.Family, RoomParty.Officer, "1");
        _room.Signal(RoomParty.Officer, RoomParty.Prison, "2");
        _room.Signal(RoomParty.Prison, RoomParty.Family, "3");
        Assert.Equal([new RoomMessage("f", "signal", """["prison",3]""")], _room.Drain());
    }

    [Fact]
    public void Staff_halt_everything_at_once_a_family_cannot_and_without_a_decision_it_goes_on()
    {
        Begin(VisitStage.InProgress);
        RecordBoth(1);
        _room.Drain();
        Assert.False(_room.Halt(RoomParty.Family, At(2)));
        Assert.True(_room.Halt(RoomParty.Officer, At(2)));
        _room.Signal(RoomParty.Family, RoomParty.Officer, "1");
        Assert.Equal(["halted", "media"], _room.Drain().Where(message => message.Connection == "f").Select(message => message.Method));

        RecordBoth(18);
        Renew(18);
        _room.Tick(At(18), Lease);
        Assert.True(_room.IsMediaOpen);
    }

    [Fact]
    public void A_page_whose_host_is_silent_is_gone_and_no_message_goes_to_it()
    {
        Begin(VisitStage.Waiting);
        Renew(10, RoomParty.Family, RoomParty.Officer);
        _room.Drain();
        _room.Tick(At(16), Lease);
        Assert.Equal(["f", "o"], _room.Drain().Where(message => message is { Method: "left", Arguments: """["prison"]""" }).Select(message => message.Connection).Order());
    }

    private static Instant At(int seconds) => Now + Duration.FromSeconds(seconds);

    private void Begin(VisitStage stage, InterruptionCause? by = null, VisitKind kind = VisitKind.Family)
    {
        _room.Follow(Visit(stage, by, kind), Now);
        _room.Join("f", RoomParty.Family, Now);
        _room.Join("p", RoomParty.Prison, Now);
        _room.Join("o", RoomParty.Officer, Now);
    }

    private void RecordBoth(int seconds)
    {
        _room.Recorded(RoomParty.Family, At(seconds));
        _room.Recorded(RoomParty.Prison, At(seconds));
    }

    private void Renew(int seconds, params RoomParty[] parties)
    {
        foreach (RoomSeat seat in _room.Seats.Where(seat => parties.Length == 0 || parties.Contains(seat.Party)).ToArray())
        {
            _room.Renew(seat, At(seconds));
        }
    }

    private static Visit Visit(VisitStage stage, InterruptionCause? by = null, VisitKind kind = VisitKind.Family)
    {
        Jurisdiction prison = Jurisdiction.Parse("4301P1");
        var slot = new SlotId(prison, new LocalDate(2026, 3, 12), "am", new LocalTime(9, 0));
        return new Visit(
            new VisitId(Guid.Empty), kind, stage, new PrisonerKey(prison, "1"), Jurisdiction.Parse("430981"), "family", [], VisitChannel.Station, slot, Now, Now + Duration.FromHours(1), null,
            new VisitTerms(1_800, 30, 15, 24, 10, 1))
        {
            StartedAt = Now, InterruptedAt = by is null ? null : Now, InterruptedBy = by,
        };
    }
}
