namespace Correction.Grains.Boards;

/// <summary>
/// What this host has to tell one board. The first change goes at once; those that follow within <see cref="Pace"/> go
/// together, of each subject the last position only. Safe for concurrent callers, and no caller waits.
/// </summary>
internal sealed class BoardOutbox : IDisposable
{
    /// <summary>Well below the beat at which boards give their changes out.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly IBoardGrain _board;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private Dictionary<string, BoardMove> _moved = [];
    private Dictionary<string, BoardSubject> _subjects = [];
    private List<BoardAlert> _alerts = [];
    private Dictionary<string, BoardVisit> _visits = [];
    private bool _due;
    private long _sent;

    public BoardOutbox(IBoardGrain board, TimeProvider time)
    {
        (_board, _time, _sent) = (board, time, time.GetTimestamp());
        _timer = time.CreateTimer(_ => Send(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Add(BoardMove move)
    {
        lock (_gate)
        {
            _moved[move.Id] = move;
            Schedule();
        }
    }

    public void Add(BoardSubject subject)
    {
        lock (_gate)
        {
            _moved.Remove(subject.Id); // the subject brings its position along, a newer one
            _subjects[subject.Id] = subject;
            Schedule();
        }
    }

    public void Add(BoardAlert alert)
    {
        lock (_gate)
        {
            _alerts.Add(alert);
            Schedule();
        }
    }

    public void Add(BoardVisit visit)
    {
        lock (_gate)
        {
            _visits[visit.Id] = visit;
            Schedule();
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Schedule()
    {
        if (!_due)
        {
            _due = true;
            TimeSpan since = _time.GetElapsedTime(_sent);
            _timer.Change(since < Pace ? Pace - since : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private void Send()
    {
        BoardChanges changes;
        lock (_gate)
        {
            changes = new BoardChanges([.. _moved.Values], [.. _subjects.Values], [.. _alerts], [], [.. _visits.Values]);
            (_moved, _subjects, _alerts, _visits, _due, _sent) = ([], [], [], [], false, _time.GetTimestamp());
        }

        _board.Publish(changes).Ignore(); // one way: a hint, never the record
    }
}
