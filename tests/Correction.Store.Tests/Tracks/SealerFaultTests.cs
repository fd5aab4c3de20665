using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Time;
using Correction.Domain.Tracks;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using Correction.Store.Tracks;
using Correction.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace Correction.Store.Tests.Tracks;

/// <summary>The Sealer dies, or its database does, at every point of its transaction: no fix is lost, none comes twice.</summary>
public sealed class SealerFaultTests
{
    private const int Each = 20;
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 15, 55); // crosses midnight in Asia/Shanghai
    private static readonly ImmutableArray<SubjectId> Subjects = [.. Enumerable.Range(0, 3).Select(_ => new SubjectId(Guid.CreateVersion7()))];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<FaultPoint, string> Points => new()
    {
        { FaultPoint.Statement, "pg_try_advisory_lock" },
        { FaultPoint.Statement, "select max(subject_id::text)" },
        { FaultPoint.Statement, "delete from correction.fix_inbox" },
        { FaultPoint.Statement, "create table if not exists correction.track_" },
        { FaultPoint.Statement, "insert into correction.track (" },
        { FaultPoint.Statement, "mt_quick_append_events" },
        { FaultPoint.Statement, "copy sealing_last" },
        { FaultPoint.Statement, "insert into correction.last_position" },
        { FaultPoint.BeforeCommit, "delete from correction.fix_inbox" }, // after it, the other subjects are still to be sealed
        { FaultPoint.AfterCommit, "delete from correction.fix_inbox" },
        { FaultPoint.Statement, "lock table" },
        { FaultPoint.Statement, "drop table" },
        { FaultPoint.BeforeCommit, "drop table" },
        { FaultPoint.AfterCommit, "drop table" },
    };

    private static void SubjectBySubject(IServiceCollection services) => services.AddSingleton(new SealingOptions { StepRows = 1 });

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Wherever_the_sealer_dies_every_fix_is_read_once_before_and_after_the_next_one_seals(FaultPoint point, string statement)
    {
        string database = await StoreHost.NewDatabaseAsync("sealerfaults");
        await using PostgresFaults faults = PostgresFaults.On(database);
        await using StoreHost dying = await StoreHost.StartAsync(faults.ConnectionString, SubjectBySubject);

        await DieWhileSealingAsync(dying, faults.StrikeAsync(point, statement));

        await using StoreHost next = await StoreHost.StartAsync(database, SubjectBySubject);
        await AssertSealsOnceAsync(next);
    }

    [Theory]
    [InlineData(FaultPoint.Statement, "insert into correction.last_position")]
    [InlineData(FaultPoint.BeforeCommit, "drop table")]
    [InlineData(FaultPoint.AfterCommit, "drop table")]
    public async Task When_the_database_crashes_in_the_middle_of_sealing_every_fix_is_read_once(FaultPoint point, string statement)
    {
        await using PostgresServer server = await PostgresServer.StartOwnAsync();
        await using PostgresFaults faults = PostgresFaults.On(await server.CreateDatabaseAsync("sealerfaults"));
        await using StoreHost store = await StoreHost.StartAsync(faults.ConnectionString, SubjectBySubject);

        await DieWhileSealingAsync(store, faults.StrikeAsync(point, statement, server.CrashAsync));
        await server.ReturnAsync();

        await Eventually.Until(() => AnswersAsync(store), "the database to answer again");
        await AssertSealsOnceAsync(store);
    }

    [Fact]
    public async Task Fixes_that_arrive_while_their_slot_is_sealed_are_kept()
    {
        await using StoreHost store = await StoreHost.StartAsync(await StoreHost.NewDatabaseAsync("sealerrace"));
        using var enough = new CancellationTokenSource();
        int stored = 0;
        Task writing = Task.Run(
            async () =>
            {
                for (; !enough.IsCancellationRequested; stored++)
                {
                    await CommitAsync(store, Entries.Fixes(Subjects[0], Entries.FixAt(Start + Duration.FromSeconds(stored))));
                }
            },
            Cancellation);

        try
        {
            for (int round = 0, before = 0; round < 5; round++, before = stored)
            {
                await Eventually.Until(() => stored > before + 20 || writing.IsCompleted, "20 more fixes");
                await SealUnderWritersAsync(store);
            }
        }
        finally
        {
            await enough.CancelAsync(); // or it would write for ever after a failure
        }

        await writing;
        Assert.True(stored > 100);
        Assert.Equal(stored, (await ReadAsync(store, Subjects[0], Start, Start + Duration.FromDays(1))).Length);
    }

    /// <summary>
    /// Seals the slot that is being written, as a host whose clock runs ahead would. Writer and Sealer may wait for each
    /// other; PostgreSQL then ends one of the two, and either tries again.
    /// </summary>
    private static async Task SealUnderWritersAsync(StoreHost store)
    {
        while (true)
        {
            try
            {
                await store.Get<Sealer>().SealBeforeAsync(int.MaxValue, Cancellation);
                return;
            }
            catch (PostgresException deadlock) when (deadlock.SqlState == PostgresErrorCodes.DeadlockDetected)
            {
                continue;
            }
        }
    }

    private static async Task DieWhileSealingAsync(StoreHost store, Task struck)
    {
        foreach (SubjectId subject in Subjects)
        {
            ImmutableArray<Fix> fixes = [.. Enumerable.Range(0, Each).Select(minute => Entries.FixAt(Start + Duration.FromMinutes(minute)))];
            await CommitAsync(store, Entries.Fixes(subject, fixes));
            await CommitAsync(store, Entries.Fixes(subject, fixes[..5])); // uploaded twice
        }

        await Assert.ThrowsAnyAsync<Exception>(() => store.Get<Sealer>().SealBeforeAsync(int.MaxValue, Cancellation));
        await struck.WaitAsync(Cancellation);
    }

    private static async Task AssertSealsOnceAsync(StoreHost store)
    {
        await AssertReadOnceAsync(store);
        await store.Get<Sealer>().SealBeforeAsync(int.MaxValue, Cancellation);
        await AssertReadOnceAsync(store);

        Assert.Empty(await store.Get<InboxPartitions>().ListAsync(Cancellation));
        foreach (SubjectId subject in Subjects)
        {
            Fix[] packed = [.. await SealedAsync(store, subject, ChinaTime.DateOf(Start)), .. await SealedAsync(store, subject, ChinaTime.DateOf(Start).PlusDays(1))];
            Assert.Equal(Each, packed.Length);
            Assert.Equal(Each, packed.Select(fix => fix.Identity).Distinct().Count());
        }
    }

    private static async Task AssertReadOnceAsync(StoreHost store)
    {
        foreach (SubjectId subject in Subjects)
        {
            ImmutableArray<Fix> fixes = await ReadAsync(store, subject, Start, Start + Duration.FromDays(1));
            Assert.Equal(Enumerable.Range(0, Each).Select(minute => Start + Duration.FromMinutes(minute)), fixes.Select(fix => fix.OccurredAt));
            Assert.Equal(fixes[^1], await store.Get<TrackReader>().LastUsableAsync(subject, Cancellation));
        }
    }

    /// <summary>What is stored of a day, as its events say too.</summary>
    private static async Task<IEnumerable<Fix>> SealedAsync(StoreHost store, SubjectId subject, LocalDate date)
    {
        List<TrackRecorded> parts = await store.Get<SealedTracks>().ReadAsync(subject, date, date, Cancellation);
        ImmutableArray<RecordedEvent> events = await store.Get<EventReader>().ReadStreamAsync(StreamKeys.Track(subject, date), Cancellation);
        Assert.Equal(events.Select(happened => ((TrackSealed)happened.Data).Count), parts.Select(part => part.Count));
        return parts.SelectMany(part => TrackCodec.Unpack(part));
    }

    private static async Task<ImmutableArray<Fix>> ReadAsync(StoreHost store, SubjectId subject, Instant from, Instant to) =>
        await store.Get<TrackReader>().ReadAsync(subject, from, to, Cancellation);

    private static async Task CommitAsync(StoreHost store, JournalEntry entry) =>
        Assert.IsType<CommitResult.Committed>(await store.Journal.CommitAsync(entry, Cancellation));

    private static async Task<bool> AnswersAsync(StoreHost store)
    {
        try
        {
            await store.Get<InboxPartitions>().ListAsync(Cancellation);
            return true;
        }
        catch (NpgsqlException)
        {
            return false; // not back yet
        }
    }
}
