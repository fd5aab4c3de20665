namespace Correction.Grains.Boards;

/// <summary>
/// The last state of a board and the changes not yet given out. Pure: no clock, no IO. Used by the board's grain, and by
/// each host as its replica. Taking a change in costs the same however many subjects and alerts the board holds.
/// </summary>
public sealed class BoardState
{
    private readonly Dictionary<string, BoardSubject> _subjects = [];
    private readonly Dictionary<string, BoardAlert> _alerts = [];
    private readonly Dictionary<string, int> _openAlerts = []; // by subject
    private readonly Dictionary<string, BoardTally> _children = [];
    private readonly Dictionary<string, BoardVisit> _visits = [];
    private readonly HashSet<string> _moved = [];
    private readonly HashSet<string> _changed = [];
    private readonly Dictionary<string, BoardAlert> _changedAlerts = [];
    private readonly HashSet<string> _changedChildren = [];
    private readonly Dictionary<string, BoardVisit> _changedVisits = [];

    public BoardState(BoardSnapshot start)
    {
        Sequence = start.Sequence;
        foreach (BoardSubject subject in start.Subjects)
        {
            _subjects[subject.Id] = subject;
        }

        foreach (BoardAlert alert in start.Alerts)
        {
            Hold(alert);
        }

        foreach (BoardTally child in start.Children)
        {
            _children[child.Jurisdiction] = child;
        }

        foreach (BoardVisit visit in start.Visits)
        {
            _visits[visit.Id] = visit;
        }
    }

    public long Sequence { get; private set; }

    public BoardSnapshot Snapshot() => new(Sequence, [.. _subjects.Values], [.. _alerts.Values], [.. _children.Values], [.. _visits.Values]);

    /// <summary>The board in numbers: of its subjects and alerts, or the sum of its children.</summary>
    public BoardTally Tally(string jurisdiction)
    {
        if (_children.Count > 0)
        {
            return BoardTally.Sum(jurisdiction, _children.Values);
        }

        (int reporting, int breach, int silent, int unheard) = (0, 0, 0, 0);
        foreach (BoardSubject subject in _subjects.Values)
        {
            _ = subject.Status switch
            {
                "reporting" => reporting++,
                "amber" => reporting++, // near a border, and where it is known
                "breach" => breach++,
                "silent" => silent++,
                _ => unheard++,
            };
        }

        return new BoardTally(jurisdiction, _subjects.Count, reporting, breach, silent, unheard, _alerts.Count);
    }

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

        foreach (BoardTally child in changes.Children)
        {
            if (_children.GetValueOrDefault(child.Jurisdiction) != child)
            {
                _children[child.Jurisdiction] = child;
                _changedChildren.Add(child.Jurisdiction);
            }
        }

        foreach (BoardVisit visit in changes.Visits)
        {
            TakeVisit(visit);
        }
    }

    /// <summary>Gives out what was taken in since the last call as one numbered delta; null when nothing was.</summary>
    public BoardDelta? Flush()
    {
        if (_moved.Count + _changed.Count + _changedAlerts.Count + _changedChildren.Count + _changedVisits.Count == 0)
        {
            return null;
        }

        var delta = new BoardDelta(
            Sequence,
            Sequence + 1,
            [.. _moved.Where(id => !_changed.Contains(id)).Select(id => _subjects[id]).Select(subject => new BoardMove(subject.Id, subject.Position, subject.Battery))],
            [.. _changed.Select(id => _subjects[id])],
            [.. _changedAlerts.Values],
            [.. _changedChildren.Select(child => _children[child])],
            [.. _changedVisits.Values]);
        GiveOut(delta);
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

        Take(new BoardChanges(delta.Moved, delta.Subjects, delta.Alerts, delta.Children, delta.Visits));
        GiveOut(delta);
        return true;
    }

    private void GiveOut(BoardDelta delta)
    {
        _moved.Clear();
        _changed.Clear();
        _changedAlerts.Clear();
        _changedChildren.Clear();
        _changedVisits.Clear();
        Sequence = delta.ToSequence;
    }

    private void TakeAlert(BoardAlert alert)
    {
        BoardAlert named = alert.SubjectName.Length > 0 ? alert : alert with { SubjectName = _subjects.GetValueOrDefault(alert.SubjectId)?.Name ?? string.Empty };
        if (alert.State == "resolved")
        {
            Release(alert);
        }
        else
        {
            Hold(named);
        }

        _changedAlerts[alert.Id] = named;
        if (_subjects.TryGetValue(alert.SubjectId, out BoardSubject? subject))
        {
            _subjects[alert.SubjectId] = subject with { OpenAlerts = Open(alert.SubjectId) };
            _changed.Add(alert.SubjectId);
        }
    }

    /// <summary>A visit of a later day ends the day before: its visits leave the board, and clients drop them by their date.</summary>
    private void TakeVisit(BoardVisit visit)
    {
        bool moved = visit.State == BoardVisit.Rescheduled;
        if (moved ? !_visits.ContainsKey(visit.Id) : _visits.GetValueOrDefault(visit.Id) == visit)
        {
            return;
        }

        foreach (BoardVisit past in _visits.Values.Where(known => string.CompareOrdinal(known.Date, visit.Date) < 0).ToArray())
        {
            _visits.Remove(past.Id);
        }

        _changedVisits[visit.Id] = visit;
        if (moved)
        {
            _visits.Remove(visit.Id);
        }
        else
        {
            _visits[visit.Id] = visit;
        }
    }

    private void Hold(BoardAlert alert)
    {
        if (!_alerts.ContainsKey(alert.Id))
        {
            _openAlerts[alert.SubjectId] = Open(alert.SubjectId) + 1;
        }

        _alerts[alert.Id] = alert;
    }

    private void Release(BoardAlert alert)
    {
        if (_alerts.Remove(alert.Id))
        {
            _openAlerts[alert.SubjectId] = Open(alert.SubjectId) - 1;
        }
    }

    private int Open(string subject) => _openAlerts.GetValueOrDefault(subject);
}
