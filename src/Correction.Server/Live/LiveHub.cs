using System.Collections.Concurrent;
using Correction.Domain;
using Correction.Domain.Access;
using Correction.Grains;
using Correction.Grains.Boards;
using Correction.Server.Accounts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using NodaTime;

namespace Correction.Server.Live;

/// <summary>
/// Live boards. A client says the last sequence it has; it gets the deltas after it, or a snapshot. Each client is served
/// by a pump of its own that asks the replica what it is missing: a stalled client delays nobody, and is given a snapshot
/// when it wakes.
/// </summary>
[Authorize(Policies.ReadSubjects)]
internal sealed class LiveHub(BoardFeed feed, IHubContext<LiveHub> clients, AccessRecorder access) : Hub
{
    private const string PumpsKey = "pumps";

    /// <summary>Begins, or begins anew, to watch a board.</summary>
    /// <exception cref="HubException">The board is no jurisdiction code, or outside the caller's jurisdiction.</exception>
    public async Task Watch(string board, long? afterSequence)
    {
        if (!Jurisdiction.TryParse(board, out Jurisdiction jurisdiction) || board.Length < 6 || !Context.User!.Covers(jurisdiction))
        {
            throw new HubException("forbidden: this board lies outside your jurisdiction");
        }

        await Unwatch(board);
        var watcher = Guid.CreateVersion7();
        BoardReplica replica = await feed.WatchAsync(board, watcher);
        await access.RecordBoardAsync(Context.User!.Actor(), replica);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(Context.ConnectionAborted);
        Pumps[board] = stop;
        _ = PumpAsync(clients.Clients.Client(Context.ConnectionId), watcher, board, replica, afterSequence, stop.Token);
    }

    public async Task Unwatch(string board)
    {
        if (Pumps.TryRemove(board, out CancellationTokenSource? pump))
        {
            await pump.CancelAsync();
            pump.Dispose();
        }
    }

    private ConcurrentDictionary<string, CancellationTokenSource> Pumps
    {
        get
        {
            if (Context.Items.TryGetValue(PumpsKey, out object? pumps))
            {
                return (ConcurrentDictionary<string, CancellationTokenSource>)pumps!;
            }

            var begun = new ConcurrentDictionary<string, CancellationTokenSource>();
            Context.Items[PumpsKey] = begun;
            return begun;
        }
    }

    private static async Task PumpAsync(
        IClientProxy client, Guid watcher, string board, BoardReplica replica, long? sequence, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var (deltas, snapshot, more) = replica.Since(sequence);
                if (snapshot is not null)
                {
                    await client.SendAsync("snapshot", board, snapshot.Sequence, LiveMessages.Of(snapshot), stop);
                    sequence = snapshot.Sequence;
                }

                foreach (BoardDelta delta in deltas)
                {
                    await client.SendAsync("delta", board, delta.FromSequence, delta.ToSequence, LiveMessages.Of(delta), stop);
                    sequence = delta.ToSequence;
                }

                await more.WaitAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The client left, or watches anew.
        }
        finally
        {
            replica.Watchers.TryRemove(watcher, out _);
        }
    }
}

/// <summary>What goes to clients; visits have their place in the protocol before the visits themselves are built.</summary>
internal static class LiveMessages
{
    public static object Of(BoardSnapshot snapshot) => new { snapshot.Subjects, Visits = Array.Empty<object>(), snapshot.Alerts };

    public static object Of(BoardDelta delta) => new { delta.Moved, delta.Subjects, Visits = Array.Empty<object>(), delta.Alerts };
}

/// <summary>Puts every look at a person's data on record.</summary>
internal sealed class AccessRecorder(IGrainFactory grains, IClock clock)
{
    /// <summary>Returns after the look is durable; only then may the data be shown.</summary>
    public Task RecordAsync(Actor actor, IEnumerable<SubjectId> subjects, string what, string via, string? purpose) =>
        grains.GetGrain<IAccessGrain>(Key(actor)).Record(new PersonalDataViewed([.. subjects], what, via, purpose), actor);

    public Task RecordBoardAsync(Actor actor, BoardReplica replica) => RecordAsync(
        actor,
        replica.Since(null).Snapshot?.Subjects.Select(subject => SubjectId.TryParse(subject.Id, out SubjectId id) ? id : default) ?? [],
        "board",
        "hub",
        null);

    private string Key(Actor actor) =>
        StreamKeys.Access(actor.Account, Domain.Time.ChinaTime.DateOf(clock.GetCurrentInstant()))["access/".Length..];
}
