using Microsoft.Extensions.Hosting;

namespace Correction.Store;

/// <summary>
/// What a host does round after round for as long as it runs. A round that fails is told and keeps no later one from being
/// done: what it left, the next takes up.
/// </summary>
/// <param name="period">Before the first round and between two; a round that takes longer delays the next. Null: there is nothing to do.</param>
/// <param name="time">By which the period passes.</param>
public abstract class PeriodicService(TimeSpan? period, TimeProvider time) : BackgroundService
{
    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (period is null)
        {
            return;
        }

        using var timer = new PeriodicTimer(period.Value, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogFailed(failure);
            }
        }
    }

    /// <summary>One round; the next begins when it has ended.</summary>
    protected abstract Task RoundAsync(CancellationToken cancellation);

    /// <summary>Says that a round failed.</summary>
    protected abstract void LogFailed(Exception failure);
}
