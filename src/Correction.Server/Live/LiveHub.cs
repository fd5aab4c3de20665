using Correction.Domain;
using Correction.Server.Access;
using Correction.Server.Accounts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace Correction.Server.Live;

/// <summary>
/// Live boards. A client says the last sequence it has; it gets the deltas after it, or a snapshot. Each client is served
/// at its own pace by a <see cref="BoardWatcher"/>.
/// </summary>
[Authorize(Policies.ReadSubjects)]
internal sealed class LiveHub(BoardFeed feed, LiveConnections connections, AccessRecorder access) : Hub
{
    private const string WatchersKey = "watchers";

    /// <summary>Begins, or begins anew, to watch a board.</summary>
    /// <exception cref="HubException">The board is no jurisdiction code, or outside the caller's jurisdiction.</exception>
    public async Task Watch(string board, long? afterSequence)
    {
        if (!Jurisdiction.TryParse(board, out Jurisdiction jurisdiction) || !Context.User!.Covers(jurisdiction))
        {
            throw new HubException("forbidden: this board lies outside your jurisdiction");
        }

        await Unwatch(board);
        var watcher = new BoardWatcher(connections[Context.ConnectionId]);
        BoardReplica replica = await feed.WatchAsync(board, watcher);
        try
        {
            await access.RecordAsync(Context.User!.Actor(), replica.SubjectIds(), "board", "hub", null);
        }
        catch
        {
            replica.Remove(watcher);
            throw;
        }

        Watchers[board] = watcher;
        watcher.Begin(replica, afterSequence);
    }

    public Task Unwatch(string board) => Watchers.Remove(board, out BoardWatcher? watcher) ? watcher.EndAsync() : Task.CompletedTask;

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        foreach (BoardWatcher watcher in Watchers.Values)
        {
            _ = watcher.EndAsync(); // what was under way to a client that is gone
        }

        return Task.CompletedTask;
    }

    /// <summary>By board. A connection's calls come one at a time.</summary>
    private Dictionary<string, BoardWatcher> Watchers
    {
        get
        {
            if (!Context.Items.TryGetValue(WatchersKey, out object? watchers))
            {
                Context.Items[WatchersKey] = watchers = new Dictionary<string, BoardWatcher>();
            }

            return (Dictionary<string, BoardWatcher>)watchers!;
        }
    }
}
