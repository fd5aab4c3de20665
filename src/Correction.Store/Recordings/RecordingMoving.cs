using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Correction.Store.Recordings;

/// <summary>Moves what was sealed, round after round; what one round misses the next takes up. Also what was sealed before there was a storage.</summary>
public sealed partial class RecordingMoving(RecordingMove move, RecordingOptions options, TimeProvider time, ILogger<RecordingMoving> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Objects is null)
        {
            return;
        }

        using var timer = new PeriodicTimer(options.MovePeriod, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (Guid visit in move.Here())
            {
                await TryAsync(visit, stoppingToken);
            }
        }
    }

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
}
