using System.Collections.Immutable;

namespace Correction.Grains.Boards;

// What a board shows, as it goes over the wire: times are ISO 8601 UTC, coordinates WGS-84 degrees, accuracy metres.

[GenerateSerializer, Immutable, Alias("board.position")]
public sealed record BoardPosition([property: Id(0)] double Lon, [property: Id(1)] double Lat, [property: Id(2)] double? Accuracy, [property: Id(3)] string At);

/// <param name="Status"><c>reporting</c>, <c>amber</c> (in a zone's ring), <c>breach</c>, <c>silent</c> or <c>unheard</c>.</param>
[GenerateSerializer, Immutable, Alias("board.subject")]
public sealed record BoardSubject(
    [property: Id(0)] string Id,
    [property: Id(1)] string Name,
    [property: Id(2)] string Status,
    [property: Id(3)] BoardPosition? Position,
    [property: Id(4)] int? Battery,
    [property: Id(5)] int OpenAlerts,
    [property: Id(6)] string Jurisdiction);

[GenerateSerializer, Immutable, Alias("board.move")]
public sealed record BoardMove([property: Id(0)] string Id, [property: Id(1)] BoardPosition? Position, [property: Id(2)] int? Battery);

[GenerateSerializer, Immutable, Alias("board.alert")]
public sealed record BoardAlert(
    [property: Id(0)] string Id,
    [property: Id(1)] string SubjectId,
    [property: Id(2)] string SubjectName,
    [property: Id(3)] string Kind,
    [property: Id(4)] string Severity,
    [property: Id(5)] string RaisedAt,
    [property: Id(6)] string DueAt,
    [property: Id(7)] string State,
    [property: Id(8)] string Condition,
    [property: Id(9)] string Level,
    [property: Id(10)] string? Assignee);

/// <summary>One visit of a day: how many come, never who.</summary>
/// <param name="Date">Day in China; a board holds the visits of one day.</param>
/// <param name="State">As on the visit, or <c>rescheduled</c>: it is not of this day any more.</param>
/// <param name="Visitors">How many are expected; once they are admitted, how many came.</param>
/// <param name="Flagged">Something stands in its way; a person decides.</param>
[GenerateSerializer, Immutable, Alias("board.visit")]
public sealed record BoardVisit(
    [property: Id(0)] string Id,
    [property: Id(1)] string Jurisdiction,
    [property: Id(2)] string Prison,
    [property: Id(3)] string Date,
    [property: Id(4)] string From,
    [property: Id(5)] string To,
    [property: Id(6)] string OpensAt,
    [property: Id(7)] string State,
    [property: Id(8)] string Place,
    [property: Id(9)] int Visitors,
    [property: Id(10)] bool Flagged)
{
    public const string Rescheduled = "rescheduled";
}

/// <summary>One child jurisdiction on a board above county: how many, never who.</summary>
/// <param name="Jurisdiction">GB/T 2260 code of the child.</param>
[GenerateSerializer, Immutable, Alias("board.tally")]
public sealed record BoardTally(
    [property: Id(0)] string Jurisdiction,
    [property: Id(1)] int Subjects,
    [property: Id(2)] int Reporting,
    [property: Id(3)] int Breach,
    [property: Id(4)] int Silent,
    [property: Id(5)] int Unheard,
    [property: Id(6)] int OpenAlerts)
{
    public static BoardTally Sum(string jurisdiction, IEnumerable<BoardTally> parts) => parts.Aggregate(
        new BoardTally(jurisdiction, 0, 0, 0, 0, 0, 0),
        (sum, part) => new BoardTally(
            jurisdiction, sum.Subjects + part.Subjects, sum.Reporting + part.Reporting, sum.Breach + part.Breach,
            sum.Silent + part.Silent, sum.Unheard + part.Unheard, sum.OpenAlerts + part.OpenAlerts));
}

/// <summary>What changed between two sequence numbers; later values replace earlier ones.</summary>
[GenerateSerializer, Immutable, Alias("board.delta")]
public sealed record BoardDelta(
    [property: Id(0)] long FromSequence,
    [property: Id(1)] long ToSequence,
    [property: Id(2)] ImmutableArray<BoardMove> Moved,
    [property: Id(3)] ImmutableArray<BoardSubject> Subjects,
    [property: Id(4)] ImmutableArray<BoardAlert> Alerts,
    [property: Id(5)] ImmutableArray<BoardTally> Children,
    [property: Id(6)] ImmutableArray<BoardVisit> Visits);

/// <summary>All that a board shows at one sequence number.</summary>
[GenerateSerializer, Immutable, Alias("board.snapshot")]
public sealed record BoardSnapshot(
    [property: Id(0)] long Sequence, [property: Id(1)] ImmutableArray<BoardSubject> Subjects, [property: Id(2)] ImmutableArray<BoardAlert> Alerts,
    [property: Id(3)] ImmutableArray<BoardTally> Children, [property: Id(4)] ImmutableArray<BoardVisit> Visits);

/// <summary>Changes for a board that have no sequence number yet.</summary>
[GenerateSerializer, Immutable, Alias("board.changes")]
public sealed record BoardChanges(
    [property: Id(0)] ImmutableArray<BoardMove> Moved, [property: Id(1)] ImmutableArray<BoardSubject> Subjects, [property: Id(2)] ImmutableArray<BoardAlert> Alerts,
    [property: Id(3)] ImmutableArray<BoardTally> Children, [property: Id(4)] ImmutableArray<BoardVisit> Visits)
{
    public static BoardChanges None { get; } = new([], [], [], [], []);
}

/// <summary>
/// One board: a station's, a county's that joins its stations, or one above that counts its child jurisdictions. Key:
/// jurisdiction code.
/// </summary>
[Alias("board")]
public interface IBoardGrain : IGrainWithStringKey
{
    /// <summary>Takes changes in; a hint, never the record: what is lost here is found again at the next snapshot.</summary>
    [Alias("publish"), Orleans.Concurrency.OneWay]
    Task Publish(BoardChanges changes);

    /// <summary>Begins or renews watching by one host, and gives the whole board.</summary>
    [Alias("watch")]
    Task<BoardSnapshot> Watch(IBoardObserver host);

    /// <summary>Renews watching; returns the board's sequence so that the host sees what it missed.</summary>
    [Alias("renew")]
    Task<long> Renew(IBoardObserver host);

    /// <summary>A board below is awake and is told, until its lease ends, of visits that are this board's own: a station hosts for its county too.</summary>
    [Alias("follow"), Orleans.Concurrency.OneWay]
    Task Follow(string board);

    [Alias("unwatch")]
    Task Unwatch(IBoardObserver host);

    /// <summary>The board in numbers, for the board above.</summary>
    [Alias("tally")]
    Task<BoardTally> Tally();
}

/// <summary>A host that shows boards to its clients. Best effort: a host that missed a delta asks for a snapshot.</summary>
[Alias("board.observer")]
public interface IBoardObserver : IGrainObserver
{
    [Alias("changed"), Orleans.Concurrency.OneWay]
    Task Changed(string board, BoardDelta delta);
}
