using System.Collections.Immutable;

namespace Correction.Grains.Boards;

// What a board shows, as it goes over the wire: times are ISO 8601 UTC, coordinates WGS-84 degrees, accuracy metres.

[GenerateSerializer, Immutable, Alias("board.position")]
public sealed record BoardPosition([property: Id(0)] double Lon, [property: Id(1)] double Lat, [property: Id(2)] double? Accuracy, [property: Id(3)] string At);

/// <param name="Status"><c>reporting</c>, <c>breach</c>, <c>silent</c> or <c>unheard</c>.</param>
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
    [property: Id(8)] string Condition);

/// <summary>What changed between two sequence numbers; later values replace earlier ones.</summary>
[GenerateSerializer, Immutable, Alias("board.delta")]
public sealed record BoardDelta(
    [property: Id(0)] long FromSequence,
    [property: Id(1)] long ToSequence,
    [property: Id(2)] ImmutableArray<BoardMove> Moved,
    [property: Id(3)] ImmutableArray<BoardSubject> Subjects,
    [property: Id(4)] ImmutableArray<BoardAlert> Alerts);

/// <summary>All that a board shows at one sequence number.</summary>
[GenerateSerializer, Immutable, Alias("board.snapshot")]
public sealed record BoardSnapshot(
    [property: Id(0)] long Sequence, [property: Id(1)] ImmutableArray<BoardSubject> Subjects, [property: Id(2)] ImmutableArray<BoardAlert> Alerts);

/// <summary>Changes for a board that have no sequence number yet.</summary>
[GenerateSerializer, Immutable, Alias("board.changes")]
public sealed record BoardChanges(
    [property: Id(0)] ImmutableArray<BoardMove> Moved, [property: Id(1)] ImmutableArray<BoardSubject> Subjects, [property: Id(2)] ImmutableArray<BoardAlert> Alerts);

/// <summary>One board: a station's, or a county's that joins its stations. Key: jurisdiction code.</summary>
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

    [Alias("unwatch")]
    Task Unwatch(IBoardObserver host);
}

/// <summary>A host that shows boards to its clients. Best effort: a host that missed a delta asks for a snapshot.</summary>
[Alias("board.observer")]
public interface IBoardObserver : IGrainObserver
{
    [Alias("changed"), Orleans.Concurrency.OneWay]
    Task Changed(string board, BoardDelta delta);
}
