using System.Collections.Immutable;
using Correction.Domain;
using Correction.Grains.Boards;

namespace Correction.Grains.Tests;

public sealed class BoardTests
{
    [Fact]
    public void Given_changes_When_flushed_Then_several_become_one_delta_and_nothing_is_given_out_twice()
    {
        var board = new BoardState(Empty);
        board.Take(BoardChanges.None with { Subjects = [Subject("a", "reporting")] });
        board.Take(BoardChanges.None with { Moved = [Move("a", 112.1)] });
        board.Take(BoardChanges.None with { Moved = [Move("a", 112.2)] });

        BoardDelta delta = Assert.IsType<BoardDelta>(board.Flush());

        Assert.Equal(112.2, Assert.Single(delta.Subjects).Position!.Lon);
        Assert.Empty(delta.Moved);
        Assert.Null(board.Flush());
    }

    [Fact]
    public void Given_alerts_of_a_subject_When_one_is_resolved_Then_its_count_falls_by_one_however_often_it_is_told()
    {
        var board = new BoardState(Empty with { Subjects = [Subject("a", "breach")] });
        board.Take(BoardChanges.None with { Alerts = [Alert("1", "open"), Alert("2", "open"), Alert("1", "acknowledged")] });
        board.Take(BoardChanges.None with { Alerts = [Alert("1", "resolved"), Alert("1", "resolved")] });

        BoardSubject subject = Assert.Single(board.Flush()!.Subjects);

        Assert.Equal(1, subject.OpenAlerts);
        Assert.Equal("2", Assert.Single(board.Snapshot().Alerts).Id);
    }

    [Fact]
    public void Given_a_replica_When_a_delta_is_missed_Then_it_says_so_and_an_old_one_changes_nothing()
    {
        var board = new BoardState(Empty);
        var replica = new BoardState(board.Snapshot());
        board.Take(BoardChanges.None with { Subjects = [Subject("a", "reporting")] });
        BoardDelta first = board.Flush()!;
        board.Take(BoardChanges.None with { Subjects = [Subject("b", "silent")] });
        BoardDelta second = board.Flush()!;

        Assert.False(replica.Follow(second));
        Assert.True(replica.Follow(first));
        Assert.True(replica.Follow(second));
        Assert.True(replica.Follow(first));
        Assert.Equal(board.Sequence, replica.Sequence);
        Assert.Equal<BoardSubject>(board.Snapshot().Subjects, replica.Snapshot().Subjects);
    }

    [Fact]
    public void Given_subjects_and_alerts_When_counted_Then_each_stands_under_its_status()
    {
        var board = new BoardState(Empty with
        {
            Subjects = [Subject("a", "reporting"), Subject("b", "breach"), Subject("c", "silent"), Subject("d", "unheard"), Subject("e", "breach"), Subject("f", "amber")],
            Alerts = [Alert("1", "open")],
        });

        Assert.Equal(new BoardTally("430981", 6, 2, 2, 1, 1, 1), board.Tally("430981"));
    }

    [Fact]
    public void Given_children_When_one_is_counted_anew_Then_the_sum_follows_and_an_equal_count_is_no_change()
    {
        var board = new BoardState(Empty with { Children = [new BoardTally("430981", 5, 5, 0, 0, 0, 0), new BoardTally("430902", 1, 1, 0, 0, 0, 0)] });
        board.Take(BoardChanges.None with { Children = [new BoardTally("430981", 5, 5, 0, 0, 0, 0)] });
        Assert.Null(board.Flush());

        board.Take(BoardChanges.None with { Children = [new BoardTally("430981", 5, 4, 1, 0, 0, 1)] });

        Assert.Equal("430981", Assert.Single(board.Flush()!.Children).Jurisdiction);
        Assert.Equal(new BoardTally("4309", 6, 5, 1, 0, 0, 1), board.Tally("4309"));
    }

    [Fact]
    public void Given_visits_of_a_day_When_they_change_move_away_or_a_new_day_begins_Then_the_board_and_its_replica_hold_those_of_one_day()
    {
        var board = new BoardState(Empty with { Visits = [Visit("1", "scheduled"), Visit("2", "scheduled")] });
        var replica = new BoardState(board.Snapshot());
        board.Take(BoardChanges.None with { Visits = [Visit("1", "scheduled")] });
        Assert.Null(board.Flush());

        board.Take(BoardChanges.None with { Visits = [Visit("1", "waiting"), Visit("2", BoardVisit.Rescheduled), Visit("3", BoardVisit.Rescheduled)] });
        BoardDelta delta = board.Flush()!;

        Assert.Equal([("1", "waiting"), ("2", "rescheduled")], delta.Visits.Select(visit => (visit.Id, visit.State)));
        Assert.True(replica.Follow(delta));
        Assert.Equal("waiting", Assert.Single(replica.Snapshot().Visits).State);
        board.Take(BoardChanges.None with { Visits = [Visit("4", "scheduled") with { Date = "2026-03-02" }] });
        Assert.True(replica.Follow(board.Flush()!));
        Assert.Equal(["4"], replica.Snapshot().Visits.Select(visit => visit.Id));
    }

    private static BoardVisit Visit(string id, string state) =>
        new(id, "430981", "4301P1", "2026-03-01", "2026-03-01T01:00:00Z", "2026-03-01T01:30:00Z", "2026-03-01T00:30:00Z", state, "station", 1, false);

    private static BoardSnapshot Empty { get; } = new(7, [], [], [], []);

    private static BoardSubject Subject(string id, string status) => new(id, $"某{id}", status, null, null, 0, "430981001");

    private static BoardMove Move(string id, double longitude) => new(id, new BoardPosition(longitude, 28.85, 8, "2026-03-01T02:03:04Z"), 80);

    private static BoardAlert Alert(string id, string state) =>
        new(id, "a", "某a", "zoneEntered", "critical", "2026-03-01T02:03:04Z", "2026-03-01T02:33:04Z", state, "on", "officer", null);
}

/// <summary>Boards of a real cluster: what a subject does is counted at every level above.</summary>
public sealed class OverviewBoardTests(GrainsFixture fixture)
{
    [Fact]
    public async Task A_subject_of_a_station_is_counted_by_county_prefecture_and_province()
    {
        await fixture.RegisterAsync("510781001");
        var watcher = new Watcher();
        IBoardObserver observer = fixture.Grains.CreateObjectReference<IBoardObserver>(watcher);
        BoardSnapshot province = await fixture.Grains.GetGrain<IBoardGrain>("51").Watch(observer);

        await fixture.RegisterAsync("510781002");

        Assert.Equal(new BoardTally("5107", 1, 0, 0, 0, 1, 0), Assert.Single(province.Children));
        Assert.Empty(province.Subjects);
        await Testing.Eventually.Until(() => Task.FromResult(watcher.Last?.Subjects == 2), "the second subject in the province's count");
    }

    private sealed class Watcher : IBoardObserver
    {
        public BoardTally? Last { get; private set; }

        public Task Changed(string board, BoardDelta delta)
        {
            Last = delta.Children.SingleOrDefault() ?? Last;
            return Task.CompletedTask;
        }
    }
}
