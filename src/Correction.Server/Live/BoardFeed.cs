using System.Collections.Concurrent;
using System.Collections.Immutable;
using Correction.Grains.Boards;

namespace Correction.Server.Live;

/// <summary>
/// This host's replica of one board: follows the board's deltas, keeps recent ones for clients that come back, and wakes
/// the clients' pumps. A missed delta is mended by a new snapshot.
/// </summary>
internal sealed class BoardReplica(string board, IGrainFactory grains, Func<IBoardObserver> self)
{
    private readonly Lock _gate = new();
    private BoardState? _state;
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>Clients that watch; with none the replica is let go.</summary>
    public ConcurrentDictionary<Guid, byte> Watchers { get; } = new();

    /// <summary>Follows one delta; false when one was missed before it.</summary>
    public bool Follow(BoardDelta delta)
    {
        lock (_gate)
        {
            if (_state is null || !_state.Follow(delta))
            {
                return false;
            }

            Signal();
            return true;
        }
    }

    /// <summary>Takes the whole board anew.</summary>
    public async Task RefreshAsync()
    {
        BoardSnapshot snapshot = await grains.GetGrain<IBoardGrain>(board).Watch(self());
        lock (_gate)
        {
            if (_state is null || _state.Sequence != snapshot.Sequence)
            {
                _state = new BoardState(snapshot);
                Signal();
            }
        }
    }

    /// <summary>Keeps the watch alive and finds out what was missed.</summary>
    public async Task RenewAsync()
    {
        long sequence = await grains.GetGrain<IBoardGrain>(board).Renew(self());
        bool behind;
        lock (_gate)
        {
            behind = _state is null || _state.Sequence < sequence;
        }

        if (behind)
        {
            await RefreshAsync();
        }
    }

    public Task EndAsync() => grains.GetGrain<IBoardGrain>(board).Unwatch(self());

    /// <summary>What a client at this sequence is missing: deltas, or a snapshot where they are not at hand; and what to await for more.</summary>
    public (ImmutableArray<BoardDelta> Deltas, BoardSnapshot? Snapshot, Task More) Since(long? sequence)
    {
        lock (_gate)
        {
            if (_state is null)
            {
                return ([], null, _changed.Task);
            }

            ImmutableArray<BoardDelta>? deltas = sequence is { } known ? _state.Since(known) : null;
            return deltas is { } missed ? (missed, null, _changed.Task) : ([], _state.Snapshot(), _changed.Task);
        }
    }

    private void Signal()
    {
        TaskCompletionSource before = _changed;
        _changed = NewSignal();
        before.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>All boards that clients of this host watch.</summary>
internal sealed partial class BoardFeed(IGrainFactory grains, TimeProvider time, ILogger<BoardFeed> logger) : BackgroundService, IBoardObserver
{
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, BoardReplica> _boards = new();
    private IBoardObserver? _reference;

    /// <summary>The replica of a board, watched from now on for this watcher.</summary>
    public async Task<BoardReplica> WatchAsync(string board, Guid watcher)
    {
        BoardReplica replica = _boards.GetOrAdd(board, key => new BoardReplica(key, grains, Self));
        bool first = replica.Watchers.IsEmpty;
        replica.Watchers[watcher] = 0;
        if (first || replica.Since(null).Snapshot is null)
        {
            await replica.RefreshAsync();
        }

        return replica;
    }

    public Task Changed(string board, BoardDelta delta) =>
        _boards.TryGetValue(board, out BoardReplica? replica) && !replica.Follow(delta) ? replica.RefreshAsync() : Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Renewal, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach ((string board, BoardReplica replica) in _boards)
            {
                await RenewAsync(board, replica);
            }
        }
    }

    private async Task RenewAsync(string board, BoardReplica replica)
    {
        try
        {
            if (replica.Watchers.IsEmpty)
            {
                _boards.TryRemove(board, out _);
                await replica.EndAsync();
            }
            else
            {
                await replica.RenewAsync();
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogRenewalFailed(logger, failure, board); // the next round tries again
        }
    }

    private IBoardObserver Self() => _reference ??= grains.CreateObjectReference<IBoardObserver>(this);

    [LoggerMessage(301, LogLevel.Warning, "Board {Board} could not be renewed.")]
    private static partial void LogRenewalFailed(ILogger logger, Exception failure, string board);
}
