using Correction.Domain;
using NodaTime;

namespace Correction.Grains.Boards;

/// <summary>
/// A live board. Changes are conflated and given out four times a second to the hosts that watch, and to the board above:
/// a county's takes all of a station's, one above a county takes counts. Numbering begins at the clock's milliseconds, so
/// that a board that woke again never repeats a number.
/// </summary>
public sealed class BoardGrain(IBoardSource source, IClock clock) : Grain, IBoardGrain
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    /// <summary>A host that has not renewed for this long is gone.</summary>
    private static readonly Duration Lease = Duration.FromSeconds(30);

    private readonly Dictionary<IBoardObserver, Instant> _hosts = [];
    private BoardState _state = null!;
    private Jurisdiction _jurisdiction;
    private BoardTally? _told;
    private BoardsBelow _below = null!;
    private Instant _followNext;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _jurisdiction = Jurisdiction.Parse(this.GetPrimaryKeyString());
        _below = new BoardsBelow(_jurisdiction, GrainFactory);
        BoardSnapshot stored = await source.LoadAsync(_jurisdiction, cancellationToken);
        _state = new BoardState(stored with { Sequence = clock.GetCurrentInstant().ToUnixTimeMilliseconds() });
        this.RegisterGrainTimer(FlushAsync, new GrainTimerCreationOptions(Beat, Beat) { KeepAlive = false });
    }

    public Task Publish(BoardChanges changes)
    {
        _state.Take(changes);
        return Task.CompletedTask;
    }

    public Task<BoardSnapshot> Watch(IBoardObserver host)
    {
        Flush(); // what waits belongs to the past of whoever begins to watch now
        _hosts[host] = clock.GetCurrentInstant();
        return Task.FromResult(_state.Snapshot());
    }

    public Task<long> Renew(IBoardObserver host)
    {
        _hosts[host] = clock.GetCurrentInstant();
        return Task.FromResult(_state.Sequence);
    }

    public Task Unwatch(IBoardObserver host)
    {
        _hosts.Remove(host);
        return Task.CompletedTask;
    }

    public Task Follow(string board)
    {
        _below.Follow(board, _state.Snapshot().Visits, clock.GetCurrentInstant());
        return Task.CompletedTask;
    }

    public Task<BoardTally> Tally()
    {
        _told = _state.Tally(_jurisdiction.Code);
        return Task.FromResult(_told);
    }

    private Task FlushAsync(CancellationToken cancellation)
    {
        if (_jurisdiction.Parent is { IsCountyOrBelow: true } county && clock.GetCurrentInstant() is var now && now >= _followNext)
        {
            _followNext = now + BoardsBelow.Renewal;
            GrainFactory.GetGrain<IBoardGrain>(county.Code).Follow(_jurisdiction.Code).Ignore();
        }

        Flush();
        return Task.CompletedTask;
    }

    private void Flush()
    {
        if (_state.Flush() is not { } delta)
        {
            return;
        }

        Instant now = clock.GetCurrentInstant();
        foreach (IBoardObserver gone in _hosts.Where(host => host.Value + Lease < now).Select(host => host.Key).ToArray())
        {
            _hosts.Remove(gone);
        }

        foreach (IBoardObserver host in _hosts.Keys)
        {
            host.Changed(_jurisdiction.Code, delta).Ignore(); // one way: a host that misses it sees the gap
        }

        _below.Tell(delta.Visits, now);
        TellAbove(delta);
    }

    /// <summary>One way, too: the board above asks for the numbers anew when it wakes.</summary>
    private void TellAbove(BoardDelta delta)
    {
        if (_jurisdiction.Parent is not { } parent)
        {
            return;
        }

        IBoardGrain above = GrainFactory.GetGrain<IBoardGrain>(parent.Code);
        if (parent.IsCountyOrBelow)
        {
            above.Publish(new BoardChanges(delta.Moved, delta.Subjects, delta.Alerts, [], [.. delta.Visits.Where(visit => visit.Jurisdiction == _jurisdiction.Code)])).Ignore();
        }
        else if (MayChangeCounts(delta) && _state.Tally(_jurisdiction.Code) is var tally && tally != _told)
        {
            _told = tally;
            above.Publish(BoardChanges.None with { Children = [tally] }).Ignore();
        }
    }

    /// <summary>Who only moves is counted as before.</summary>
    private bool MayChangeCounts(BoardDelta delta) => _told is null || !delta.Subjects.IsEmpty || !delta.Alerts.IsEmpty || !delta.Children.IsEmpty;
}

/// <summary>Where a board that wakes finds what it shows.</summary>
public interface IBoardSource
{
    Task<BoardSnapshot> LoadAsync(Jurisdiction jurisdiction, CancellationToken cancellation);
}
