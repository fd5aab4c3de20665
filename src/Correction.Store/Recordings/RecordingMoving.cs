using Microsoft.Extensions.Logging;

namespace Correction.Store.Recordings;

/// <summary>Moves what was sealed, also what was sealed before there was a storage.</summary>
public sealed partial class RecordingMoving(RecordingMove move, RecordingOptions options, TimeProvider time, ILogger<RecordingMoving> logger)
    : PeriodicService(options.Objects is null ? null : options.MovePeriod, time)
{
    protected override async Task RoundAsync(CancellationToken cancellation)
    {
        foreach (Guid visit in move.Here())
        {
            await TryAsync(visit, cancellation);
        }
    }

    protected override void LogFailed(Exception failure) => LogUnlisted(logger, failure);

    /// <summary>One that fails keeps no other from its move.</summary>
    private async Task TryAsync(Guid visit, CancellationToken cancellation)
    {
        try
        {
            if (await move.MoveAsync(visit, cancellation))
            {
                LogMoved(logger, visit);
            }
        }
        catch (InvalidDataException broken)
        {
            LogBroken(logger, visit, broken.Message);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            LogFailed(logger, visit, failure);
        }
    }

    [LoggerMessage(141, LogLevel.Information, "The recording of visit {Visit} was moved to object storage.")]
    private static partial void LogMoved(ILogger logger, Guid visit);

    [LoggerMessage(142, LogLevel.Error, "The recording of visit {Visit} stays where it is: {Broken}")]
    private static partial void LogBroken(ILogger logger, Guid visit, string broken);

    [LoggerMessage(143, LogLevel.Warning, "The recording of visit {Visit} was not moved to object storage and will be tried again.")]
    private static partial void LogFailed(ILogger logger, Guid visit, Exception failure);

    [LoggerMessage(144, LogLevel.Warning, "The recordings that may be moved could not be listed and will be again.")]
    private static partial void LogUnlisted(ILogger logger, Exception failure);
}
