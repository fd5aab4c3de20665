using System.Collections.Concurrent;
using Correction.Grains.Boards;

namespace Correction.Server.Live;

/// <summary>All boards that clients of this host watch.</summary>
internal sealed partial class BoardFeed(IGrainFactory grains, TimeProvider time, ILogger<BoardFeed> logger) : BackgroundService, IBoardObserver
{
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(5);

    /// <summary>A client that comes back within this time is given the deltas it missed, also where it was the only one.</summary>
    private static readonly TimeSpan KeptAlone = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, BoardReplica> _boards = new();
    private IBoardObserver? _reference;

    /// <summary>The replica of a board, kept from now on for this watcher, which has not begun yet.</summary>
    public async Task<BoardReplica> WatchAsync(string board, BoardWatcher watcher)
    {
        BoardReplica replica;
        lock (_gate) // a replica that is just let go gains no watcher
        {
            replica = _boards.GetOrAdd(board, key => new BoardReplica(key, grains, Self));
            replica.Add(watcher);
        }

        if (!replica.IsFetched)
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
            if (LetGo(board, replica))
            {
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

    private bool LetGo(string board, BoardReplica replica)
    {
        lock (_gate)
        {
            replica.AloneSince = replica.IsWatched ? null : replica.AloneSince ?? time.GetTimestamp();
            return replica.AloneSince is { } since && time.GetElapsedTime(since) > KeptAlone && _boards.TryRemove(board, out _);
        }
    }

    private IBoardObserver Self() => _reference ??= grains.CreateObjectReference<IBoardObserver>(this);

    [LoggerMessage(301, LogLevel.Warning, "Board {Board} could not be renewed.")]
    private static partial void LogRenewalFailed(ILogger logger, Exception failure, string board);
}
