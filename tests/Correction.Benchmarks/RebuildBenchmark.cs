using System.Diagnostics;
using Correction.Store.Journaling;
using Correction.Store.Rebuilding;
using JasperFx.Events.Daemon;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Correction.Benchmarks;

/// <summary>
/// A read model folded anew beside the one in use, compared and switched, against Marten's own rebuild of the same one, which
/// empties the table first. Thirty counties of <see cref="WorkYear"/>.
/// </summary>
internal static class RebuildBenchmark
{
    private const int Counties = 30;
    private const string Model = "work_entry";

    public static async Task RunAsync()
    {
        await using BenchmarkHost host = await BenchmarkHost.StartAsync();
        int events = await WorkYear.FillAsync(host.Services.GetRequiredService<Journal>(), Counties);
        var rebuild = host.Services.GetRequiredService<ProjectionRebuild>();
        Marten.Events.Daemon.Coordination.IProjectionCoordinator coordinator = host.Services.GetRequiredService<Marten.Events.Daemon.Coordination.IProjectionCoordinator>();
        await ReportBenchmark.CaughtUpAsync(host);
        await AgreeAsync(rebuild);

        double marten = await Figure.PerSecondAsync("Marten's rebuild", events, () => MartenAsync(coordinator));
        double ours = await Figure.PerSecondAsync("rebuilt beside, compared", events, () => AgreeAsync(rebuild));
        double again = await Figure.PerSecondAsync("Marten's rebuild, again", events, () => MartenAsync(coordinator));
        double oursAgain = await Figure.PerSecondAsync("rebuilt beside, compared, again", events, () => AgreeAsync(rebuild));
        await ExecuteAsync(host, "update correction.mt_doc_workentry set jurisdiction = '99'");
        var watch = Stopwatch.StartNew();
        RebuildOutcome mended = await rebuild.RunAsync(Model);
        Console.WriteLine($"{mended.Differing} rows that differed mended in {watch.Elapsed.TotalSeconds:F2} s; agrees: {mended.Agrees}");
        Figure.Print(Figure.Of("rebuild", (ours + oursAgain) / 2, "events/s", (marten + again) / 2));
    }

    private static async Task MartenAsync(Marten.Events.Daemon.Coordination.IProjectionCoordinator coordinator)
    {
        await coordinator.PauseAsync();
        IProjectionDaemon daemon = coordinator.DaemonForMainDatabase();
        await daemon.RebuildProjectionAsync(Model, TimeSpan.FromMinutes(10), CancellationToken.None);
        await coordinator.ResumeAsync();
    }

    private static async Task AgreeAsync(ProjectionRebuild rebuild)
    {
        if (await rebuild.RunAsync(Model) is not { Agrees: true, Differing: 0 })
        {
            throw new InvalidOperationException("Old and new differ.");
        }
    }

    private static async Task ExecuteAsync(BenchmarkHost host, string sql)
    {
        await using NpgsqlCommand execute = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
        execute.CommandTimeout = 0;
        await execute.ExecuteNonQueryAsync();
    }
}
