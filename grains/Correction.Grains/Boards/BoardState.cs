using System.Collections.Immutable;

namespace Correction.Grains.Boards;

/// <summary>
/// The last state of a board and the changes not yet given out. Pure: no clock, no IO. Used by the board's grain, and by
/// each host as its replica.
/// </summary>
public sealed class BoardState
{
    /// <summary>Deltas kept for clients that come back: about a minute at 4 Hz.</summary>
    private const int Kept = 256;

    private readonly Dictionary<string, BoardSubject> _subjects = [];
    private readonly Dictionary<string, BoardAlert> _alerts = [];
    private readonly Queue<BoardDelta> _recent = new();
    private readonly HashSet<string> _moved = [];
    private readonly HashSet<string> _changed = [];
    private readonly Dictionary<string, BoardAlert> _changedAlerts = [];

    public BoardState(BoardSnapshot start)
    {
        Sequence = start.Sequence;
        foreach (BoardSubject subject in start.Subjects)
        {
            _subjects[subject.Id] = subject;
        }

        foreach (BoardAlert alert in start.Alerts)
        {
            _alerts[alert.Id] = alert;
        }
    }

    public long Sequence { get; private set; }

    public BoardSnapshot Snapshot() => new(Sequence, [.. _subjects.Values], [.. _alerts.Values]);

    /// <summary>Takes changes in without numbering them: several become one.</summary>
    public void Take(BoardChanges changes)
    {
        foreach (BoardSubject subject in changes.Subjects)
        {
            BoardSubject? known = _subjects.GetValueOrDefault(subject.Id);
            _subjects[subject.Id] = subject with { OpenAlerts = Open(subject.Id), Position = subject.Position ?? known?.Position, Battery = subject.Battery ?? known?.Battery };
            _changed.Add(subject.Id);
        }

        foreach (BoardMove move in changes.Moved)
        {
            if (_subjects.TryGetValue(move.Id, out BoardSubject? subject))
            {
                _subjects[move.Id] = subject with { Position = move.Position, Battery = move.Battery ?? subject.Battery };
                _moved.Add(move.Id);
            }
        }

        foreach (BoardAlert alert in changes.Alerts)
        {
            TakeAlert(alert);
        }
    }

    /// <summary>Gives out what was taken in since the last call as one numbered delta; null when nothing was.</summary>
    public BoardDelta? Flush()
    {
        if (_moved.Count + _changed.Count + _changedAlerts.Count == 0)
        {
            return null;
        }

        var delta = new BoardDelta(
            Sequence,
            Sequence + 1,
            [.. _moved.Where(id => !_changed.Contains(id)).Select(id => _subjects[id]).Select(subject => new BoardMove(subject.Id, subject.Position, subject.Battery))],
            [.. _changed.Select(id => _subjects[id])],
            [.. _changedAlerts.Values]);
        _moved.Clear();
        _changed.Clear();
        _changedAlerts.Clear();
        Keep(delta);
        return delta;
    }

    /// <summary>Follows a delta of the board that this is a replica of; false when one was missed before it.</summary>
    public bool Follow(BoardDelta delta)
    {
        if (delta.ToSequence <= Sequence)
        {
            return true;
        }

        if (delta.FromSequence != Sequence)
        {
            return false;
        }

        Take(new BoardChanges(delta.Moved, delta.Subjects, delta.Alerts));
        _moved.Clear();
        _changed.Clear();
        _changedAlerts.Clear();
        Keep(delta);
        return true;
    }

    /// <summary>The deltas after a sequence number, oldest first; null when they are no longer, or were never, at hand.</summary>
    public ImmutableArray<BoardDelta>? Since(long sequence) =>
        sequence == Sequence ? []
        : _recent.Any(delta => delta.FromSequence == sequence) ? [.. _recent.Where(delta => delta.FromSequence >= sequence)]
        : null;

    private void TakeAlert(BoardAlert alert)
    {
        BoardAlert named = alert.SubjectName.Length > 0 ? alert : alert with { SubjectName = _subjects.GetValueOrDefault(alert.SubjectId)?.Name ?? string.Empty };
        if (alert.State == "resolved")
        {
            _alerts.Remove(alert.Id);
        }
        else
        {
            _alerts[alert.Id] = named;
        }

        _changedAlerts[alert.Id] = named;
        if (_subjects.TryGetValue(alert.SubjectId, out BoardSubject? subject))
        {
            _subjects[alert.SubjectId] = subject with { OpenAlerts = Open(alert.SubjectId) };
            _changed.Add(alert.SubjectId);
        }
    }

    private int Open(string subject) => _alerts.Values.Count(alert => alert.SubjectId == subject);

    private void Keep(BoardDelta delta)
    {
        Sequence = delta.ToSequence;
        _recent.Enqueue(delta);
        if (_recent.Count > Kept)
        {
            _recent.Dequeue();
        }
    }
}
