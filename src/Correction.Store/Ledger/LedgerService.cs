using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Correction.Store.Ledger;

/// <summary>Seals round after round for as long as the host runs; what one round misses the next takes up.</summary>
public sealed partial class LedgerService(LedgerSealer sealer, LedgerOptions options, TimeProvider time, ILogger<LedgerService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await sealer.SealAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, failure);
            }
        }
    }

    [LoggerMessage(123, LogLevel.Warning, "The ledger was not sealed and will be tried again.")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
