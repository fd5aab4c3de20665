using Correction.Store.Ledger;
using Correction.Store.Reading;
using Correction.Store.Tracks;
using Microsoft.Extensions.Logging;
using NodaTime;
using Npgsql;

namespace Correction.Store;

/// <summary>Work that is due from time to time, on whichever host comes first: sealing closed slots, archiving old months, dropping what has had its day.</summary>
public sealed partial class Housekeeping(
    Sealer sealer, TrackArchive archive, QuarantineStore quarantine, PersonalStore personal, LedgerCheckpoints checkpoints, NpgsqlDataSource database, IClock clock, TimeProvider time,
    ILogger<Housekeeping> logger)
    : PeriodicService(TimeSpan.FromMinutes(2), time)
{
    /// <summary>A marker only matters while its commit may be tried again.</summary>
    private static readonly Duration MarkersKept = Duration.FromHours(1);

    protected override async Task RoundAsync(CancellationToken cancellation)
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

    protected override void LogFailed(Exception failure) => LogFailed(logger, failure);

    [LoggerMessage(111, LogLevel.Debug, "{Fixes} fixes sealed.")]
    private static partial void LogSealed(ILogger logger, int fixes);

    [LoggerMessage(112, LogLevel.Warning, "Housekeeping failed and will run again.")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
