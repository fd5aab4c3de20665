using Correction.Store.Ledger;
using Correction.Store.Reading;
using Correction.Store.Tracks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using Npgsql;

namespace Correction.Store;

/// <summary>Work that is due from time to time, on whichever host comes first: sealing closed slots, archiving old months, dropping what has had its day.</summary>
public sealed partial class Housekeeping(
    Sealer sealer, TrackArchive archive, QuarantineStore quarantine, PersonalStore personal, LedgerCheckpoints checkpoints, NpgsqlDataSource database, IClock clock, TimeProvider time,
    ILogger<Housekeeping> logger)
    : BackgroundService
{
    /// <summary>A marker only matters while its commit may be tried again.</summary>
    private static readonly Duration MarkersKept = Duration.FromHours(1);

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await RunAsync(stoppingToken);
        }
    }

    private async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            int sealedFixes = await sealer.SealClosedAsync(cancellation);
            Instant now = clock.GetCurrentInstant();
            await quarantine.PruneAsync(now, cancellation);
            await personal.RewriteAsync(cancellation);
            await checkpoints.PruneAsync(now, cancellation);
            await using NpgsqlCommand prune = database.CreateCommand("delete from correction.commit_marker where recorded_at < $1");
            prune.Parameters.Add(new() { Value = (now - MarkersKept).ToDateTimeUtc() });
            await prune.ExecuteNonQueryAsync(cancellation);
            await archive.ArchiveOldAsync(cancellation);
            LogSealed(logger, sealedFixes);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            LogFailed(logger, failure); // nothing is lost: the next round takes it up
        }
    }

    [LoggerMessage(111, LogLevel.Debug, "{Fixes} fixes sealed.")]
    private static partial void LogSealed(ILogger logger, int fixes);

    [LoggerMessage(112, LogLevel.Warning, "Housekeeping failed and will run again.")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
