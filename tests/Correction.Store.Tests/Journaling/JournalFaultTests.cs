using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using Correction.Testing;
using NodaTime;

namespace Correction.Store.Tests.Journaling;

/// <summary>The connection to the database breaks at every point of a commit: what is acknowledged is stored, once.</summary>
public sealed class JournalFaultTests
{
    private static readonly Instant At = Instant.FromUtc(2026, 3, 1, 4, 0);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(FaultPoint.Statement, "insert into correction.commit_marker")]
    [InlineData(FaultPoint.Statement, "copy correction.fix_inbox")]
    [InlineData(FaultPoint.Statement, "insert into correction.personal")]
    [InlineData(FaultPoint.Statement, "insert into correction.mt_events")]
    [InlineData(FaultPoint.BeforeCommit, "insert into correction.commit_marker")]
    [InlineData(FaultPoint.AfterCommit, "insert into correction.commit_marker")]
    public async Task Wherever_the_connection_breaks_the_entry_is_acknowledged_and_stored_once(FaultPoint point, string statement)
    {
        await using PostgresFaults faults = PostgresFaults.On(await StoreHost.NewDatabaseAsync("journalfaults"));
        await using StoreHost store = await StoreHost.StartAsync(faults.ConnectionString);
        JournalEntry entry = Everything(new CommandKey("once", "same"));

        Task struck = faults.StrikeAsync(point, statement);
        CommitResult first = await store.Journal.CommitAsync(entry, Cancellation);
        CommitResult repeat = await store.Journal.CommitAsync(entry, Cancellation);

        Assert.True(struck.IsCompletedSuccessfully);
        Assert.IsType<CommitResult.Committed>(first);
        Assert.Equal(new CommandReceipt("once", "same", "access/a", 0, 1), Assert.IsType<CommitResult.Repeated>(repeat).Receipt);
        Assert.Single(await store.Get<EventReader>().ReadStreamAsync("access/a", Cancellation));
        Assert.Single(await store.Get<TrackReader>().ReadAsync(entry.Subject!.Value, At, At + Duration.FromDays(1), Cancellation));
        Assert.Single(await store.Get<PersonalStore>().ReadAsync([entry.Personal[0].Id], Cancellation));
    }

    [Theory]
    [InlineData(FaultPoint.Statement)]
    [InlineData(FaultPoint.AfterCommit)]
    public async Task Wherever_the_connection_breaks_fixes_alone_are_acknowledged_and_read_once(FaultPoint point)
    {
        await using PostgresFaults faults = PostgresFaults.On(await StoreHost.NewDatabaseAsync("fixfaults"));
        await using StoreHost store = await StoreHost.StartAsync(faults.ConnectionString);
        Fix full = new("手机-1", At, At + Duration.FromMilliseconds(1), new GeoPoint(-112.3612345, -28.85), 8.5, 1.25, 359.5, -3, 80, FixSource.OwnTracks, FixUse.Jump);
        Fix bare = Entries.FixAt(At + Duration.FromSeconds(1)) with { Accuracy = null };
        ImmutableArray<Fix> many = [full, bare, .. Enumerable.Range(2, 3_000).Select(second => Entries.FixAt(At + Duration.FromSeconds(second)))];

        Task struck = faults.StrikeAsync(point, "copy correction.fix_inbox");
        CommitResult result = await store.Journal.CommitAsync(Entries.Fixes(Entries.Subject, many), Cancellation);

        Assert.True(struck.IsCompletedSuccessfully);
        Assert.IsType<CommitResult.Committed>(result);
        Assert.Equal<Fix>(many, await store.Get<TrackReader>().ReadAsync(Entries.Subject, At, At + Duration.FromDays(1), Cancellation));
    }

    [Fact]
    public async Task When_the_answer_to_a_batch_is_lost_each_entry_still_hears_its_own_outcome()
    {
        await using PostgresFaults faults = PostgresFaults.On(await StoreHost.NewDatabaseAsync("journalfaults"));
        await using StoreHost store = await StoreHost.StartAsync(faults.ConnectionString);
        var command = new CommandKey("before", "same");
        await store.Journal.CommitAsync(Entries.Append("access/before", 0, command), Cancellation);
        PendingEntry sound = new(Entries.Append("access/sound", 0)), stale = new(Entries.Append("access/before", 0)), repeated = new(Entries.Append("access/before", 1, command));

        Task struck = faults.StrikeAsync(FaultPoint.AfterCommit, "insert into correction.commit_marker");
        await store.Get<GroupCommit>().CommitAsync([sound, stale, repeated], Cancellation);

        Assert.True(struck.IsCompletedSuccessfully);
        Assert.IsType<CommitResult.Committed>(await sound.Outcome.Task);
        Assert.IsType<CommitResult.Conflict>(await stale.Outcome.Task);
        Assert.IsType<CommitResult.Repeated>(await repeated.Outcome.Task);
        Assert.Single(await store.Get<EventReader>().ReadStreamAsync("access/before", Cancellation));
    }

    [Fact]
    public async Task A_command_that_found_it_already_so_is_remembered_with_the_version_it_found()
    {
        await using StoreHost store = await StoreHost.StartAsync(await StoreHost.NewDatabaseAsync("alreadyso"));
        await store.Journal.CommitAsync(Entries.Append("access/a", 0), Cancellation);
        JournalEntry nothing = new() { Streams = [new StreamAppend("access/a", 1, [])], Command = new CommandKey("noop", "same") };

        CommitResult first = await store.Journal.CommitAsync(nothing, Cancellation);
        await store.Journal.CommitAsync(Entries.Append("access/a", 1), Cancellation);
        CommitResult repeat = await store.Journal.CommitAsync(nothing, Cancellation);
        CommitResult late = await store.Journal.CommitAsync(nothing with { Command = new CommandKey("late", "same") }, Cancellation);

        Assert.IsType<CommitResult.Committed>(first);
        Assert.Equal(new CommandReceipt("noop", "same", "access/a", 1, 1), Assert.IsType<CommitResult.Repeated>(repeat).Receipt);
        Assert.IsType<CommitResult.Conflict>(late);
        Assert.Equal(2, (await store.Get<EventReader>().ReadStreamAsync("access/a", Cancellation)).Length);
    }

    [Fact]
    public async Task An_entry_that_cannot_be_stored_and_writes_to_no_stream_fails_alone_with_its_cause()
    {
        await using StoreHost store = await StoreHost.StartAsync(await StoreHost.NewDatabaseAsync("streamless"));
        PersonalRecord record = Everything(new CommandKey("x", "x")).Personal[0];
        await store.Journal.CommitAsync(new JournalEntry { Personal = [record] }, Cancellation);
        PendingEntry twice = new(new JournalEntry { Personal = [record] }), sound = new(Entries.Append("access/sound", 0));

        await store.Get<GroupCommit>().CommitAsync([twice, sound], Cancellation);

        Assert.IsType<CommitResult.Committed>(await sound.Outcome.Task);
        Assert.Equal("23505", (await Assert.ThrowsAsync<Npgsql.PostgresException>(() => twice.Outcome.Task)).SqlState);
    }

    /// <summary>An entry that touches every table.</summary>
    private static JournalEntry Everything(CommandKey command)
    {
        using JsonDocument body = JsonDocument.Parse("""{"name":"某甲"}""");
        var subject = new SubjectId(Guid.CreateVersion7());
        Fix fix = Entries.FixAt(At);
        return Entries.Append("access/a", 0, command) with
        {
            Subject = subject,
            Fixes = [fix],
            Deadlines = [new Deadline("access/a", At)],
            Personal = [new PersonalRecord(Guid.CreateVersion7(), "person", body.RootElement.Clone(), [1, 2, 3])],
            Quarantined = [fix with { DeviceId = "nobodys" }],
        };
    }
}
