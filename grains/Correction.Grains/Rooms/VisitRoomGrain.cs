using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Grains.Rooms.Janus;
using Correction.Grains.Visits;
using Correction.Store.Recordings;
using Microsoft.Extensions.Logging;
using NodaTime;
using Orleans.Concurrency;

namespace Correction.Grains.Rooms;

/// <summary>
/// The shell round a <see cref="Room"/>: hands its messages to the hosts, its wishes to the visit, and media to Janus where
/// there is one. Reentrant, since the visit tells it of changes that it asked for itself; state changes between awaits only.
/// </summary>
[Reentrant]
public sealed partial class VisitRoomGrain(RoomOptions options, RecordingArchive recordings, IClock clock, TimeProvider time, ILogger<VisitRoomGrain> logger) : Grain, IVisitRoomGrain, IDisposable
{
    /// <summary>A host renews its pages every few seconds.</summary>
    public static readonly Duration Lease = Duration.FromSeconds(15);

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, IRoomHost> _hosts = [];
    private readonly SemaphoreSlim _media = new(1);
    private Room _room = null!;
    private JanusRoom? _janus;
    private bool _acting;

    private Instant Now => clock.GetCurrentInstant();

    private IVisitGrain Visit => GrainFactory.GetGrain<IVisitGrain>(this.GetPrimaryKeyString());

    private Guid Id => VisitId.TryParse(this.GetPrimaryKeyString(), out VisitId id) ? id.Value : throw new FormatException("The key is no visit id.");

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _room = new Room(options.Janus is null, options.Limits);
        if (await recordings.LastWrittenAsync(Id, cancellationToken) is { } last)
        {
            _room.Remember(last);
        }

        await ReadAsync();
        this.RegisterGrainTimer(BeatAsync, new GrainTimerCreationOptions(Beat, Beat) { KeepAlive = false, Interleave = true });
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_janus is { } janus)
        {
            await janus.EndAsync();
        }
    }

    public void Dispose() => _media.Dispose();

    public async Task<RoomView?> Join(IRoomHost host, string connection, Actor actor)
    {
        await ReadAsync();
        if (_room.PartyOf(actor, Now) is not { } party)
        {
            return null;
        }

        if (party == RoomParty.Family)
        {
            await Visit.Execute(new EnterWaitingRoom(), CommandEnvelope.By(actor));
        }

        _hosts[connection] = host;
        RoomView view = _room.Join(connection, party, Now);
        await WithMediaAsync(async media =>
        {
            await media.LeaveAsync(party);
            _room.AskToPublish(party);
        });
        await DeliverAsync();
        await ActAsync();
        return view;
    }

    public async Task<bool> Signal(string connection, Actor actor, string to, string payload)
    {
        if (_room.PartyAt(connection) is not { } from || _room.PartyOf(actor, Now) != from)
        {
            return false;
        }

        if (WireNames<RoomParty>.TryParse(to, out RoomParty party))
        {
            _room.Signal(from, party, options.RelayOnly ? RelayCandidates.Only(payload) : payload);
        }
        else if (to == "media")
        {
            await SignalMediaAsync(from, payload);
        }

        await DeliverAsync();
        return true;
    }

    public async Task<bool> Halt(string connection, Actor actor)
    {
        if (_room.PartyAt(connection) is not { } by || _room.PartyOf(actor, Now) != by || !_room.Halt(by, Now))
        {
            return false;
        }

        await DeliverAsync();
        await EndMediaAsync();
        return true;
    }

    public async Task Leave(string connection)
    {
        RoomParty? party = _room.PartyAt(connection);
        _room.Leave(connection, Now);
        await DeliverAsync();
        _hosts.Remove(connection);
        if (party is { } gone)
        {
            await WithMediaAsync(media => media.LeaveAsync(gone));
        }
    }

    public Task Renew(IRoomHost host, ImmutableArray<RoomSeat> seats)
    {
        foreach (RoomSeat seat in seats.Where(_ => _room.IsOpen(Now)))
        {
            _hosts[seat.Connection] = host;
            _room.Renew(seat, Now);
        }

        return DeliverAsync();
    }

    public async Task Follow(Visit visit)
    {
        _room.Follow(visit, Now);
        await DeliverAsync();
        if (!visit.HasRoom())
        {
            _hosts.Clear();
            await EndMediaAsync();
        }
    }

    public Task Warn(CutReason reason)
    {
        _room.Warn(reason);
        return DeliverAsync();
    }

    public async Task Recorded(RoomParty party)
    {
        _room.Recorded(party, Now);
        await DeliverAsync();
        await ActAsync();
    }

    public async Task<RoomParty?> PartyOf(Actor actor)
    {
        await ReadAsync();
        return _room.PartyOf(actor, Now);
    }

    public Task<bool> MayRecord(Actor actor) => Task.FromResult(
        options.Janus is null && _room.Visit is { Monitored: true } visit && _room.IsOfficer(actor)
        && (_room.IsOpen(Now) || (visit.EndedAt is { } ended && Now <= ended + Domain.Visits.Visit.LastChunks)));

    private async Task ReadAsync()
    {
        if (await Visit.Read() is { } visit)
        {
            _room.Follow(visit, Now);
        }
    }

    private async Task BeatAsync(CancellationToken cancellation)
    {
        await OfferAsync();
        await ActAsync();
    }

    /// <summary>Asks of the visit what the room wishes. A refusal is no failure: the next beat looks again.</summary>
    private async Task ActAsync()
    {
        RoomWish wish = _room.Tick(Now, Lease);
        await DeliverAsync();
        VisitCommand? command = wish switch
        {
            RoomWish.Start => new StartVisit(),
            RoomWish.Resume => new ResumeVisit(),
            RoomWish.InterruptFamily => new InterruptVisit(InterruptionCause.Family, _room.LostSince),
            RoomWish.InterruptNetwork => new InterruptVisit(InterruptionCause.Network, _room.LostSince),
            _ => null,
        };
        if (command is null || _acting)
        {
            return;
        }

        _acting = true;
        try
        {
            await Visit.Execute(command, CommandEnvelope.By(Actor.System));
        }
        finally
        {
            _acting = false;
        }
    }

    private async Task SignalMediaAsync(RoomParty from, string payload)
    {
        using var signal = JsonDocument.Parse(payload);
        await WithMediaAsync(async media =>
        {
            if (await media.SignalAsync(from, signal.RootElement) is { } answer)
            {
                _room.SignalFromServer(from, answer.ToJsonString());
            }
        });
        await OfferAsync();
    }

    /// <summary>Opens the media server's room when the officer (or, with a lawyer, anybody) is there, and offers what is due.</summary>
    private async Task OfferAsync()
    {
        if (options.Janus is not { } server || !_room.IsOpen(Now) || _room.IsHalted)
        {
            return;
        }

        await _media.WaitAsync();
        try
        {
            await (_janus is null ? OpenMediaAsync(server) : FollowMediaAsync(_janus));
        }
        catch (Exception failure) when (failure is JanusException or TimeoutException or System.Net.WebSockets.WebSocketException or HttpRequestException or OperationCanceledException)
        {
            LogMediaFailed(logger, this.GetPrimaryKeyString(), failure); // the next beat tries again
        }
        finally
        {
            _media.Release();
        }

        await DeliverAsync();
    }

    private async Task OpenMediaAsync(JanusOptions server)
    {
        if (!_room.Has(RoomParty.Officer) && _room.Visit!.Monitored)
        {
            return; // nobody publishes before the officer is there
        }

        IVisitRoomGrain self = this.AsReference<IVisitRoomGrain>();
        JanusRoom opened = await JanusRoom.OpenAsync(
            server, this.GetPrimaryKeyString(), _room.Visit!.Monitored, time, (sender, message) => self.Hear(sender, message.GetRawText()).Ignore(), CancellationToken.None);
        _janus = opened;
        _room.AskToPublish(RoomParty.Family);
        _room.AskToPublish(RoomParty.Prison);
        _ = opened.Closed.ContinueWith(_ => self.MediaLost().Ignore(), TaskScheduler.Default);
    }

    private async Task FollowMediaAsync(JanusRoom media)
    {
        _room.SetWatched(media.IsWatched, Now);
        if (!_room.IsMediaOpen)
        {
            await media.SeparateAsync();
        }

        foreach ((RoomParty to, System.Text.Json.Nodes.JsonObject offer) in await media.OfferAsync(_room.Has, _room.IsMediaOpen))
        {
            _room.SignalFromServer(to, offer.ToJsonString());
        }
    }

    public async Task Hear(long sender, string message)
    {
        if (_janus is not { } media)
        {
            return;
        }

        using var heard = JsonDocument.Parse(message);
        if (media.Hear(sender, heard.RootElement) is var (to, payload))
        {
            _room.SignalFromServer(to, payload.ToJsonString());
            await DeliverAsync();
        }
        else
        {
            await OfferAsync();
            await ActAsync();
        }
    }

    public async Task MediaLost()
    {
        if (_janus is { Closed.IsCompleted: true } lost && _room.IsOpen(Now))
        {
            _janus = null;
            await lost.DisposeAsync();
            _room.SetWatched(false, Now);
            await DeliverAsync();
            await ActAsync();
        }
    }

    private async Task EndMediaAsync()
    {
        if (Interlocked.Exchange(ref _janus, null) is { } media)
        {
            await media.EndAsync();
        }
    }

    private async Task WithMediaAsync(Func<JanusRoom, Task> act)
    {
        if (_janus is null)
        {
            return;
        }

        await _media.WaitAsync();
        try
        {
            if (_janus is { } media)
            {
                await act(media);
            }
        }
        catch (Exception failure) when (failure is JanusException or TimeoutException or System.Net.WebSockets.WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            LogMediaFailed(logger, this.GetPrimaryKeyString(), failure);
        }
        finally
        {
            _media.Release();
        }
    }

    private Task DeliverAsync()
    {
        foreach (IGrouping<IRoomHost, RoomMessage> to in _room.Drain().Where(message => _hosts.ContainsKey(message.Connection)).GroupBy(message => _hosts[message.Connection]))
        {
            to.Key.Deliver([.. to]).Ignore(); // one way: a page that lost a message joins again
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(211, LogLevel.Warning, "The media server did not do what room {Room} asked of it.")]
    private static partial void LogMediaFailed(ILogger logger, string room, Exception failure);
}
