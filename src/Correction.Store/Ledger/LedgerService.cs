using Microsoft.Extensions.Logging;

namespace Correction.Store.Ledger;

/// <summary>Seals.</summary>
public sealed partial class LedgerService(LedgerSealer sealer, LedgerOptions options, TimeProvider time, ILogger<LedgerService> logger)
    : PeriodicService(options.Period, time)
{
    protected override Task RoundAsync(CancellationToken cancellation) => sealer.SealAsync(cancellation);

    protected override void LogFailed(Exception failure) => LogFailed(logger, failure);

    [LoggerMessage(123, LogLevel.Warning, "The ledger was not sealed and will be tried again.")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
