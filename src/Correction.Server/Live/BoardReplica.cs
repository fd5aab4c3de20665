using System.Collections.Concurrent;
using System.Collections.Immutable;
using Correction.Domain;
using Correction.Grains.Boards;

namespace Correction.Server.Live;

/// <summary>
/// This host's replica of one board: follows the board's deltas, keeps recent ones for clients that come back, and tells
/// its watchers of each. A missed delta is mended by a new snapshot. What goes to clients is made once, whatever their number.
/// </summary>
internal sealed class BoardReplica(string board, IGrainFactory grains, Func<IBoardObserver> self)
{
    /// <summary>Deltas kept for clients that come back: about a minute at 4 Hz.</summary>
    private const int Kept = 256;

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<BoardWatcher, byte> _watchers = new();
    private readonly Dictionary<long, BoardMessage> _deltas = []; // by the sequence they begin at
    private readonly Queue<long> _order = new();
    private BoardState? _state;
    private BoardMessage? _snapshot;

    public bool IsWatched => !_watchers.IsEmpty;

    /// <summary>Since when nobody watches, as a timestamp; null while somebody does. A replica that stays alone is let go.</summary>
    public long? AloneSince { get; set; }

    /// <summary>False: the board must be fetched before anybody can be served.</summary>
    public bool IsFetched
    {
        get
        {
            lock (_gate)
            {
                return _state is not null;
            }
        }
    }

    public void Add(BoardWatcher watcher) => _watchers[watcher] = 0;

    public void Remove(BoardWatcher watcher) => _watchers.TryRemove(watcher, out _);

    /// <summary>Follows one delta; false when one was missed before it.</summary>
    public bool Follow(BoardDelta delta)
    {
        lock (_gate)
        {
            if (_state is null || !_state.Follow(delta))
            {
                return false;
            }

            Keep(delta);
        }

        Tell();
        return true;
    }

    /// <summary>Takes the whole board anew.</summary>
    public async Task RefreshAsync()
    {
        BoardSnapshot snapshot = await grains.GetGrain<IBoardGrain>(board).Watch(self());
        lock (_gate)
        {
            if (_state is not null && _state.Sequence == snapshot.Sequence)
            {
                return;
            }

            (_state, _snapshot) = (new BoardState(snapshot), null);
            _deltas.Clear();
            _order.Clear();
        }

        Tell();
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

    /// <summary>What a client at this sequence is sent next: a delta, a snapshot where that delta is not at hand, or nothing yet (null).</summary>
    public BoardMessage? Next(long sequence)
    {
        lock (_gate)
        {
            return _state is null || _state.Sequence == sequence ? null
                : _deltas.TryGetValue(sequence, out BoardMessage? delta) ? delta
                : _snapshot ??= BoardMessage.Of(board, _state.Snapshot());
        }
    }

    /// <summary>Whom the board shows.</summary>
    public ImmutableArray<SubjectId> SubjectIds()
    {
        lock (_gate)
        {
            return _state is null ? [] : [.. _state.Snapshot().Subjects.Select(subject => SubjectId.TryParse(subject.Id, out SubjectId id) ? id : default)];
        }
    }

    private void Keep(BoardDelta delta)
    {
        if (_deltas.TryAdd(delta.FromSequence, BoardMessage.Of(board, delta)))
        {
            _snapshot = null;
            _order.Enqueue(delta.FromSequence);
        }

        if (_order.Count > Kept)
        {
            _deltas.Remove(_order.Dequeue());
        }
    }

    private void Tell()
    {
        foreach (BoardWatcher watcher in _watchers.Keys)
        {
            watcher.Advance();
        }
    }
}
