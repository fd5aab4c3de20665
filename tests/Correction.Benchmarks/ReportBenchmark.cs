using System.Collections.Immutable;
using System.Diagnostics;
using Correction.Domain;
using Correction.Projections;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Correction.Benchmarks;

/// <summary>
/// The work report of a province's year (<see cref="WorkYear"/>) and of one county of it, against a plain SQL aggregate over the
/// events' own rows; and a page of events from the middle of a number of the province.
/// </summary>
internal static class ReportBenchmark
{
    private const int Times = 9;

    public static async Task RunAsync()
    {
        await using BenchmarkHost host = await BenchmarkHost.StartAsync();
        int events = 0;
        await Figure.PerSecondAsync("counties taken over", WorkYear.Counties, async () => events = await WorkYear.FillAsync(host.Services.GetRequiredService<Journal>(), WorkYear.Counties));
        await Figure.PerSecondAsync("events folded by the daemon", events, () => CaughtUpAsync(host));
        await using (NpgsqlCommand analyze = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("vacuum analyze"))
        {
            analyze.CommandTimeout = 0;
            await analyze.ExecuteNonQueryAsync();
        }

        WorkReportReader reader = host.Services.GetRequiredService<WorkReportReader>();
        WorkReport report = await reader.ReadAsync(WorkYear.Province, WorkYear.First, WorkYear.Last);
        ImmutableDictionary<string, long> plain = await PlainAsync(host, WorkYear.Province);
        if (report[WorkMeasure.DisputesSettled] != 1_159L * WorkYear.Counties || plain["mediation_concluded"] != report[WorkMeasure.DisputesMediated])
        {
            throw new InvalidOperationException("The report and the plain aggregate disagree.");
        }

        Jurisdiction county = WorkYear.County(0);
        double plainProvince = await MedianAsync(() => PlainAsync(host, WorkYear.Province)), plainCounty = await MedianAsync(() => PlainAsync(host, county));
        double province = await MedianAsync(() => reader.ReadAsync(WorkYear.Province, WorkYear.First, WorkYear.Last));
        double one = await MedianAsync(() => reader.ReadAsync(county, WorkYear.First, WorkYear.Last));
        Page<CountedStep> first = await reader.FindAsync(WorkMeasure.DisputesMediated, WorkYear.Province, WorkYear.First.PlusMonths(6), WorkYear.Last, null, 100);
        double page = await MedianAsync(() => reader.FindAsync(WorkMeasure.DisputesMediated, WorkYear.Province, WorkYear.First, WorkYear.Last, first.Next, 100));
        Console.WriteLine($"{events} events of {WorkYear.Counties} counties");
        Figure.Print(Figure.Of("report-province", province, "ms", plainProvince), Figure.Of("report-county", one, "ms", plainCounty), Figure.Of("report-events-page", page, "ms"));
    }

    internal static async Task CaughtUpAsync(BenchmarkHost host)
    {
        NpgsqlDataSource database = host.Services.GetRequiredService<NpgsqlDataSource>();
        await using NpgsqlCommand behind = database.CreateCommand(
            "select coalesce(min(last_seq_id), 0) < (select max(seq_id) from correction.mt_events) from correction.mt_event_progression where name = any($1)");
        behind.Parameters.Add(new() { Value = ProjectionRegistration.Names.ToArray() });
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await behind.ExecuteScalarAsync() is true)
        {
            await pace.WaitForNextTickAsync();
        }
    }

    /// <summary>What somebody with the events and no read model would ask.</summary>
    private static async Task<ImmutableDictionary<string, long>> PlainAsync(BenchmarkHost host, Jurisdiction within)
    {
        await using NpgsqlCommand count = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            """
            select type, count(*), count(*) filter (where data ->> 'outcome' = 'agreed'), sum((data ->> 'visitors')::int)
            from correction.mt_events where starts_with(stream_id, 'work/' || $1) and (data ->> 'on')::date between $2 and $3 group by type
            """);
        count.Parameters.Add(new() { Value = within.Code });
        count.Parameters.Add(new() { Value = WorkYear.First.ToDateOnly() });
        count.Parameters.Add(new() { Value = WorkYear.Last.ToDateOnly() });
        await using NpgsqlDataReader row = await count.ExecuteReaderAsync();
        var counts = ImmutableDictionary.CreateBuilder<string, long>();
        while (await row.ReadAsync())
        {
            counts[row.GetString(0)] = row.GetInt64(1);
        }

        return counts.ToImmutable();
    }

    private static async Task<double> MedianAsync(Func<Task> work)
    {
        var times = new List<double>();
        for (int i = 0; i < Times; i++)
        {
            var watch = Stopwatch.StartNew();
            await work();
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        return times.Order().ElementAt(Times / 2);
    }
}
