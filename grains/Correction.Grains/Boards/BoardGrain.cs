using Correction.Domain;
using NodaTime;

namespace Correction.Grains.Boards;

/// <summary>
/// A live board. Changes are conflated and given out four times a second to the hosts that watch, and to the county's
/// board above a station's. Numbering begins at the clock's milliseconds, so that a board that woke again never repeats a
/// number.
/// </summary>
public sealed class BoardGrain(IBoardSource source, IClock clock) : Grain, IBoardGrain
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    /// <summary>A host that has not renewed for this long is gone.</summary>
    private static readonly Duration Lease = Duration.FromSeconds(30);

    private readonly Dictionary<IBoardObserver, Instant> _hosts = [];
    private BoardState _state = null!;
    private Jurisdiction _jurisdiction;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _jurisdiction = Jurisdiction.Parse(this.GetPrimaryKeyString());
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

    private Task FlushAsync(CancellationToken cancellation)
    {
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

        if (_jurisdiction.Parent is { } county)
        {
            GrainFactory.GetGrain<IBoardGrain>(county.Code).Publish(new BoardChanges(delta.Moved, delta.Subjects, delta.Alerts)).Ignore();
        }
    }
}

/// <summary>Where a board that wakes finds what it shows.</summary>
public interface IBoardSource
{
    Task<BoardSnapshot> LoadAsync(Jurisdiction jurisdiction, CancellationToken cancellation);
}
