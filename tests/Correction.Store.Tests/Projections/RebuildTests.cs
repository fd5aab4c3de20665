using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Time;
using Correction.Domain.WorkRecords;
using Correction.Projections;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using Correction.Store.Rebuilding;
using Marten;
using NodaTime;
using Npgsql;

namespace Correction.Store.Tests.Projections;

/// <summary>A read model rebuilt beside the one in use.</summary>
public sealed class RebuildTests
{
    private const string Table = "correction.mt_doc_workentry";
    private static readonly Actor Approver = new("approver", Role.Approver, "430981");
    private static readonly WorkRegister Register = new(Jurisdiction.Parse("430981"), WorkKind.Mediation, 2023);
    private static readonly LocalDate Accepted = new(2023, 5, 8);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_a_sound_read_model_When_it_is_rebuilt_Then_old_and_new_agree_and_nothing_is_written()
    {
        await using StoreHost host = await StoreHost.StartAsync(await StoreHost.NewDatabaseAsync("rebuild-sound"));
        await AcceptAsync(host.Journal, 1, 30);
        await ConcludeAsync(host.Journal, 1, 10);
        await host.Get<Freshness>().WaitForProjectionsAsync(Cancellation);
        string[] before = await RowsAsync(host);

        foreach (string name in ProjectionRebuild.Names)
        {
            RebuildOutcome outcome = await host.Get<ProjectionRebuild>().RunAsync(name, Cancellation);
            Assert.True(outcome is { Agrees: true, Differing: 0 }, $"{name}: {string.Join("; ", outcome.First.Select(row => $"{row.Id}: {string.Join(",", row.Columns)}"))}");
        }

        Assert.Equal(before, await RowsAsync(host)); // with the time of their writing
        ReadModelState state = (await host.Get<RebuildRuns>().ReadAsync(Cancellation)).Single(model => model.Name == "work_entry");
        Assert.Equal((40L, 40L, false, true), (state.Last!.Folded, state.Last.Total, state.Last.Running, state.Last.Agrees!.Value));
    }

    [Fact]
    public async Task Given_rows_damaged_by_SQL_When_it_is_rebuilt_Then_each_is_reported_and_right_after()
    {
        await using StoreHost host = await StoreHost.StartAsync(await StoreHost.NewDatabaseAsync("rebuild-damaged"));
        await AcceptAsync(host.Journal, 1, 20);
        await host.Get<Freshness>().WaitForProjectionsAsync(Cancellation);
        string[] sound = await ContentAsync(host);
        await ExecuteAsync(
            host,
            $"""
            update {Table} set data = jsonb_set(data, '[number]', '"77"') where id = '{Key(1)}';
            update {Table} set jurisdiction = '430999' where id = '{Key(2)}';
            delete from {Table} where id = '{Key(3)}';
            insert into {Table} select (jsonb_populate_record(used, jsonb_build_object('id', 'work/invented'))).* from {Table} as used where id = '{Key(4)}'
            """.Replace("[number]", "{number}", StringComparison.Ordinal));

        RebuildOutcome outcome = await host.Get<ProjectionRebuild>().RunAsync("work_entry", Cancellation);

        Assert.Equal(
            [(Key(1), "data"), (Key(2), "jurisdiction"), (Key(3), "missing"), ("work/invented", "surplus")],
            outcome.First.Select(row => (row.Id, string.Join(",", row.Columns))).OrderBy(row => row.Id, StringComparer.Ordinal));
        Assert.Equal((4L, true), (outcome.Differing, outcome.Agrees));
        Assert.Equal(sound, await ContentAsync(host));
    }

    [Fact]
    public async Task Given_writers_that_do_not_stop_When_it_is_rebuilt_Then_nothing_is_lost_and_readers_never_see_less()
    {
        await using StoreHost host = await StoreHost.StartAsync(await StoreHost.NewDatabaseAsync("rebuild-writers"));
        await AcceptAsync(host.Journal, 1, 400);
        await host.Get<Freshness>().WaitForProjectionsAsync(Cancellation);
        await ExecuteAsync(host, $"update {Table} set jurisdiction = '430999' where id like '%5'; delete from {Table} where id like '%0'");
        using var stop = new CancellationTokenSource();
        int written = 400;
        long least = await CountAsync(host);
        Task writer = Task.Run(
            async () =>
            {
                using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
                while (await pace.WaitForNextTickAsync(Cancellation) && !stop.IsCancellationRequested)
                {
                    await AcceptAsync(host.Journal, written + 1, 10);
                    await ConcludeAsync(host.Journal, written - 399, 10); // damaged rows move on too
                    written += 10;
                }
            },
            Cancellation);
        Task reader = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    long seen = await CountAsync(host);
                    Assert.InRange(seen, least, long.MaxValue);
                    least = seen;
                }
            },
            Cancellation);

        RebuildOutcome[] outcomes =
        [
            await host.Get<ProjectionRebuild>().RunAsync("work_entry", Cancellation), await host.Get<ProjectionRebuild>().RunAsync("work_entry", Cancellation),
        ];
        await stop.CancelAsync();
        await Task.WhenAll(writer, reader);
        await host.Get<Freshness>().WaitForProjectionsAsync(Cancellation);

        Assert.All(outcomes, outcome => Assert.True(outcome.Agrees));
        Assert.InRange(outcomes[0].Differing, 1, written);
        Assert.InRange(written, 410, int.MaxValue);
        Assert.Equal(written, await CountAsync(host));
        RebuildOutcome last = await host.Get<ProjectionRebuild>().RunAsync("work_entry", Cancellation); // nobody writes: old and new are the same
        Assert.Equal((0L, true), (last.Differing, last.Agrees));
    }

    [Fact]
    public async Task Given_a_rebuild_that_runs_When_another_is_asked_for_Then_it_is_refused_and_after_it_not()
    {
        await using StoreHost host = await StoreHost.StartAsync(await StoreHost.NewDatabaseAsync("rebuild-twice"));
        await AcceptAsync(host.Journal, 1, 5);
        await host.Get<Freshness>().WaitForProjectionsAsync(Cancellation);
        await using NpgsqlConnection blocking = await host.Get<NpgsqlDataSource>().OpenConnectionAsync(Cancellation);
        await using NpgsqlTransaction transaction = await blocking.BeginTransactionAsync(Cancellation);
        await using NpgsqlCommand hold = new($"lock table {Table} in share row exclusive mode", blocking);
        await hold.ExecuteNonQueryAsync(Cancellation);
        var rebuild = host.Get<ProjectionRebuild>();
        Task<RebuildOutcome> first = rebuild.RunAsync("work_entry", Cancellation);
        await Testing.Eventually.Until(
            async () => (await host.Get<RebuildRuns>().ReadAsync(Cancellation)).Any(model => model is { Name: "work_entry", Last: { Running: true, Folded: 5 } }), "the first rebuild to wait");

        await Assert.ThrowsAsync<RebuildRunningException>(() => rebuild.RunAsync("work_entry", Cancellation));
        await transaction.RollbackAsync(Cancellation);

        Assert.True((await first).Agrees);
        Assert.True((await rebuild.RunAsync("work_entry", Cancellation)).Agrees);
        await Assert.ThrowsAsync<ArgumentException>(() => rebuild.RunAsync("salaries", Cancellation));
    }

    private static string Key(int number) => StreamKeys.WorkRecord(Register, $"{number}");

    private static Task AcceptAsync(Journal journal, int from, int count) => CommitAsync(
        journal, Enumerable.Range(from, count).Select(number => (number, 0L, (WorkRecordEvent)new MediationAccepted($"{number}", Register.County, DisputeKind.Land, Accepted, "台账"))));

    private static Task ConcludeAsync(Journal journal, int from, int count) => CommitAsync(
        journal, Enumerable.Range(from, count).Select(number => (number, 1L, (WorkRecordEvent)new MediationConcluded(MediationOutcome.Agreed, Accepted, "台账"))));

    private static async Task CommitAsync(Journal journal, IEnumerable<(int Number, long Version, WorkRecordEvent Event)> events) => Assert.IsType<CommitResult.Committed>(await journal.CommitAsync(
        new JournalEntry { Streams = [.. events.Select(next => new StreamAppend(Key(next.Number), next.Version, [new NewEvent(next.Event, ChinaTime.StartOf(Accepted), Approver, [])]))] },
        Cancellation));

    private static Task<string[]> RowsAsync(StoreHost host) => TextsAsync(host, $"select used::text from {Table} as used order by id");

    private static Task<string[]> ContentAsync(StoreHost host) => TextsAsync(host, $"select (to_jsonb(used) - 'mt_last_modified')::text from {Table} as used order by id");

    private static async Task<long> CountAsync(StoreHost host) => long.Parse((await TextsAsync(host, $"select count(*)::text from {Table}"))[0], System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<string[]> TextsAsync(StoreHost host, string sql)
    {
        await using NpgsqlCommand read = host.Get<NpgsqlDataSource>().CreateCommand(sql);
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(Cancellation);
        var texts = new List<string>();
        while (await row.ReadAsync(Cancellation))
        {
            texts.Add(row.GetString(0));
        }

        return [.. texts];
    }

    private static async Task ExecuteAsync(StoreHost host, string sql)
    {
        await using NpgsqlCommand execute = host.Get<NpgsqlDataSource>().CreateCommand(sql);
        await execute.ExecuteNonQueryAsync(Cancellation);
    }
}
