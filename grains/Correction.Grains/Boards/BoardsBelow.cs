using System.Collections.Immutable;
using Correction.Domain;
using NodaTime;

namespace Correction.Grains.Boards;

/// <summary>
/// A county's own visits for the boards of its stations: whoever is awake follows, and is told until its lease ends. One who
/// follows anew is given all there are, so that what was missed in between is mended.
/// </summary>
internal sealed class BoardsBelow(Jurisdiction own, IGrainFactory grains)
{
    private static readonly Duration Lease = Duration.FromSeconds(30);

    /// <summary>How often a station says that it is awake.</summary>
    public static readonly Duration Renewal = Duration.FromSeconds(10);

    private readonly Dictionary<string, Instant> _followers = [];

    public void Follow(string board, IEnumerable<BoardVisit> known, Instant now)
    {
        bool anew = !_followers.TryGetValue(board, out Instant last) || last + Lease < now;
        _followers[board] = now;
        if (anew)
        {
            Tell(board, known);
        }
    }

    public void Tell(IEnumerable<BoardVisit> visits, Instant now)
    {
        foreach ((string board, _) in _followers.Where(follower => follower.Value + Lease >= now))
        {
            Tell(board, visits);
        }
    }

    private void Tell(string board, IEnumerable<BoardVisit> visits)
    {
        ImmutableArray<BoardVisit> mine = [.. visits.Where(visit => visit.Jurisdiction == own.Code)];
        if (!mine.IsEmpty)
        {
            grains.GetGrain<IBoardGrain>(board).Publish(BoardChanges.None with { Visits = mine }).Ignore(); // one way: a hint, never the record
        }
    }
}
