using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Time;
using Correction.Domain.Tracks;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using Correction.Store.Tracks;
using Correction.Testing;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace Correction.Store.Tests.Tracks;

/// <summary>Sealed tracks move into the archive month by month: each part is read once wherever it lies, and wherever the move dies.</summary>
public sealed class TrackArchiveTests
{
    private const int Each = 20;
    private static readonly Instant Start = Instant.FromUtc(2026, 1, 31, 2, 0);
    private static readonly ImmutableArray<SubjectId> Subjects = [.. Enumerable.Range(0, 3).Select(_ => new SubjectId(Guid.CreateVersion7()))];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<FaultPoint, string> Points => new()
    {
        { FaultPoint.Statement, "pg_try_advisory_lock" },
        { FaultPoint.Statement, "create table if not exists correction.track_archive_2026_01" },
        { FaultPoint.Statement, "select max(subject_id::text)" },
        { FaultPoint.Statement, "with taken as (delete from correction.track_2026_01" },
        { FaultPoint.BeforeCommit, "with taken as" }, // after it, the other subjects are still to be moved
        { FaultPoint.AfterCommit, "with taken as" },
        { FaultPoint.Statement, "lock table" },
        { FaultPoint.BeforeCommit, "drop table" },
        { FaultPoint.AfterCommit, "drop table" },
    };

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Wherever_the_archive_dies_every_fix_is_read_once_before_and_after_the_next_one_goes_on(FaultPoint point, string statement)
    {
        string database = await StoreHost.NewDatabaseAsync("archivefaults");
        await SealAsync(database);
        await using PostgresFaults faults = PostgresFaults.On(database);
        await using StoreHost dying = await LaterAsync(faults.ConnectionString);

        await DieWhileArchivingAsync(dying, faults.StrikeAsync(point, statement));

        await using StoreHost next = await LaterAsync(database);
        await AssertArchivesOnceAsync(next);
    }

    [Theory]
    [InlineData(FaultPoint.BeforeCommit, "with taken as")]
    [InlineData(FaultPoint.AfterCommit, "with taken as")]
    [InlineData(FaultPoint.BeforeCommit, "drop table")]
    public async Task When_the_database_is_killed_in_the_middle_of_archiving_every_fix_is_read_once(FaultPoint point, string statement)
    {
        await using PostgresServer server = await PostgresServer.StartOwnAsync();
        string database = await server.CreateDatabaseAsync("archivefaults");
        await SealAsync(database);
        await using PostgresFaults faults = PostgresFaults.On(database);
        await using (StoreHost dying = await LaterAsync(faults.ConnectionString))
        {
            await DieWhileArchivingAsync(dying, faults.StrikeAsync(point, statement, server.CrashAsync));
        }

        await server.ReturnAsync();
        await using StoreHost next = await LaterAsync(database);
        await AssertArchivesOnceAsync(next);
    }

    [Fact]
    public async Task A_month_is_archived_when_it_ended_so_many_months_ago_as_the_policy_says()
    {
        var clock = new SetClock(Start);
        await using StoreHost store = await StoreHost.StartAsync(await StoreHost.NewDatabaseAsync("archive"), services => Configure(services, clock));
        await SealAsync(store);

        clock.Now = Instant.FromUtc(2026, 4, 30, 15, 59); // the last minute of April in China
        int early = await store.Get<TrackArchive>().ArchiveOldAsync(Cancellation);
        clock.Now += Duration.FromMinutes(1);
        int inTime = await store.Get<TrackArchive>().ArchiveOldAsync(Cancellation);

        Assert.Equal((0, Subjects.Length), (early, inTime));
        Assert.Equal([new LocalDate(2026, 1, 1)], await store.Get<MonthPartitions>().ListAsync(MonthPartitions.Archive, Cancellation));
        await AssertReadOnceAsync(store);
    }

    [Fact]
    public async Task What_comes_late_for_an_archived_day_is_sealed_once_beside_it()
    {
        await using StoreHost store = await LaterAsync(await StoreHost.NewDatabaseAsync("archivelate"), Start);
        await SealAsync(store);
        await store.Get<TrackArchive>().ArchiveBeforeAsync(new LocalDate(9999, 1, 1), Cancellation);

        await CommitAsync(store, Subjects[0], [.. Fixes[..5], Entries.FixAt(Start + Duration.FromMinutes(Each))]); // five of them for the second time
        await store.Get<Sealer>().SealBeforeAsync(int.MaxValue, Cancellation);

        LocalDate day = ChinaTime.DateOf(Start);
        Assert.Equal([1, Each], (await store.Get<SealedTracks>().ReadAsync(Subjects[0], day, day, Cancellation)).Select(part => part.Count).Order()); // by a clock that stands still, either may be the first
        Assert.Equal(Each + 1, (await store.Get<TrackReader>().ReadAsync(Subjects[0], Start, Start + Duration.FromDays(1), Cancellation)).Length);
    }

    [Fact]
    public async Task The_event_vouches_for_the_packed_fixes_and_stays_when_they_are_erased()
    {
        await using StoreHost store = await LaterAsync(await StoreHost.NewDatabaseAsync("archiveproof"), Start);
        await SealAsync(store);
        await store.Get<TrackArchive>().ArchiveBeforeAsync(new LocalDate(9999, 1, 1), Cancellation);
        string stream = StreamKeys.Track(Subjects[0], ChinaTime.DateOf(Start));
        var happened = (TrackSealed)Assert.Single(await store.Get<EventReader>().ReadStreamAsync(stream, Cancellation)).Data;

        Assert.Equal(happened.Packed.Hash, await HashAsync(store, happened.Packed.Id));

        await using NpgsqlCommand erase = store.Get<NpgsqlDataSource>().CreateCommand("drop table correction.track_archive_2026_01");
        await erase.ExecuteNonQueryAsync(Cancellation);
        Assert.Empty(await store.Get<TrackReader>().ReadAsync(Subjects[0], Start, Start + Duration.FromDays(1), Cancellation));
        Assert.Equal(happened.Packed, ((TrackSealed)Assert.Single(await store.Get<EventReader>().ReadStreamAsync(stream, Cancellation)).Data).Packed);
    }

    [Fact]
    public async Task Tracks_that_stand_in_their_events_are_read_with_the_others_and_not_sealed_again()
    {
        await using StoreHost store = await LaterAsync(await StoreHost.NewDatabaseAsync("archiveold"), Start);
        TrackRecorded old = TrackCodec.Pack(Subjects[0], ChinaTime.DateOf(Start), Fixes[..5]);
        await using (IDocumentSession session = store.Get<IDocumentStore>().LightweightSession())
        {
            EventWriter.Append(session, StreamKeys.Track(old.SubjectId, old.Date), 0, [new NewEvent(old, old.To, Actor.System, [])], null);
            await session.SaveChangesAsync(Cancellation);
        }

        ImmutableArray<Fix> remembered = (await store.Get<TrackReader>().LatestAsync([Subjects[0]], Cancellation))[Subjects[0]];
        await SealAsync(store);

        Assert.Equal(Fixes[..5], remembered);
        Assert.Equal([5, Each - 5], (await store.Get<SealedTracks>().ReadAsync(Subjects[0], old.Date, old.Date, Cancellation)).Select(part => part.Count));
        await AssertReadOnceAsync(store);
    }

    private static ImmutableArray<Fix> Fixes { get; } = [.. Enumerable.Range(0, Each).Select(minute => Entries.FixAt(Start + Duration.FromMinutes(minute)))];

    private static void Configure(IServiceCollection services, SetClock clock) =>
        services.AddSingleton<IClock>(clock).AddSingleton(new TrackArchiveOptions(AfterMonths: 3) { StepRows = 1 });

    private static Task<StoreHost> LaterAsync(string database) => LaterAsync(database, Start + Duration.FromDays(365));

    private static Task<StoreHost> LaterAsync(string database, Instant now) =>
        StoreHost.StartAsync(database, services => Configure(services, new SetClock(now)));

    private static async Task SealAsync(string database)
    {
        await using StoreHost store = await LaterAsync(database, Start);
        await SealAsync(store);
    }

    private static async Task SealAsync(StoreHost store)
    {
        foreach (SubjectId subject in Subjects)
        {
            await CommitAsync(store, subject, Fixes);
        }

        await store.Get<Sealer>().SealBeforeAsync(int.MaxValue, Cancellation);
    }

    private static async Task DieWhileArchivingAsync(StoreHost store, Task struck)
    {
        await Assert.ThrowsAnyAsync<Exception>(() => store.Get<TrackArchive>().ArchiveOldAsync(Cancellation));
        await struck.WaitAsync(Cancellation);
    }

    private static async Task AssertArchivesOnceAsync(StoreHost store)
    {
        await AssertReadOnceAsync(store);
        await store.Get<TrackArchive>().ArchiveOldAsync(Cancellation);
        await AssertReadOnceAsync(store);
        Assert.Empty(await store.Get<MonthPartitions>().ListAsync(MonthPartitions.Sealed, Cancellation));
    }

    private static async Task AssertReadOnceAsync(StoreHost store)
    {
        var latest = await store.Get<TrackReader>().LatestAsync(Subjects, Cancellation);
        foreach (SubjectId subject in Subjects)
        {
            Assert.Equal(Fixes, await store.Get<TrackReader>().ReadAsync(subject, Start, Start + Duration.FromDays(1), Cancellation));
            Assert.Equal(Fixes[^1], latest[subject][^1]);
        }
    }

    private static async Task<string> HashAsync(StoreHost store, Guid id)
    {
        await using NpgsqlCommand find = store.Get<NpgsqlDataSource>().CreateCommand("select encode(sha256(salt || packed), 'hex') from correction.track_archive where id = $1");
        find.Parameters.Add(new() { Value = id });
        return (string)(await find.ExecuteScalarAsync(Cancellation))!;
    }

    private static async Task CommitAsync(StoreHost store, SubjectId subject, ImmutableArray<Fix> fixes) =>
        Assert.IsType<CommitResult.Committed>(await store.Journal.CommitAsync(Entries.Fixes(subject, fixes), Cancellation));
}
