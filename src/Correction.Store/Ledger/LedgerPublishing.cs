using Microsoft.Extensions.Logging;

namespace Correction.Store.Ledger;

/// <summary>Publishes, apart from sealing, which never waits for it.</summary>
public sealed partial class LedgerPublishing(LedgerPublisher publisher, LedgerOptions options, TimeProvider time, ILogger<LedgerPublishing> logger)
    : PeriodicService(options.Published is null ? null : options.PublishPeriod, time)
{
    protected override async Task RoundAsync(CancellationToken cancellation)
    {
        if (await publisher.PublishAsync(cancellation) is { } size)
        {
            LogPublished(logger, size);
        }
    }

    protected override void LogFailed(Exception failure)
    {
        if (failure is LedgerConflictException conflict)
        {
            LogConflict(logger, conflict.Message);
        }
        else
        {
            LogFailed(logger, failure);
        }
    }

    [LoggerMessage(126, LogLevel.Debug, "The ledger is published at {Size} leaves.")]
    private static partial void LogPublished(ILogger logger, long size);

    [LoggerMessage(127, LogLevel.Error, "The ledger is not published: {Conflict} Find out who changed it before you move it away.")]
    private static partial void LogConflict(ILogger logger, string conflict);

    [LoggerMessage(128, LogLevel.Warning, "The ledger was not published and will be tried again.")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
