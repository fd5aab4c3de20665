using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Correction.Store.Ledger;

/// <summary>Publishes round after round, apart from sealing, which never waits for it; what one round misses the next takes up.</summary>
public sealed partial class LedgerPublishing(LedgerPublisher publisher, LedgerOptions options, TimeProvider time, ILogger<LedgerPublishing> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Published is null)
        {
            return;
        }

        using var timer = new PeriodicTimer(options.PublishPeriod, time);
        do
        {
            try
            {
                if (await publisher.PublishAsync(stoppingToken) is { } size)
                {
                    LogPublished(logger, size);
                }
            }
            catch (LedgerConflictException conflict)
            {
                LogConflict(logger, conflict.Message);
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(126, LogLevel.Debug, "The ledger is published at {Size} leaves.")]
    private static partial void LogPublished(ILogger logger, long size);

    [LoggerMessage(127, LogLevel.Error, "The ledger is not published: {Conflict} Find out who changed it before you move it away.")]
    private static partial void LogConflict(ILogger logger, string conflict);

    [LoggerMessage(128, LogLevel.Warning, "The ledger was not published and will be tried again.")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
