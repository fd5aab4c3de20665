using System.Collections.Immutable;
using Correction.Domain;
using Correction.Store.Reading;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Correction.Grains;

/// <summary>
/// Asks every subject whose deadline has passed to look. The deadline is durable, so that no restart forgets it; a host
/// that asks twice changes nothing, since the grain decides.
/// </summary>
public sealed partial class DeadlineWatch(DeadlineStore deadlines, IGrainFactory grains, IClock clock, TimeProvider time, ILogger<DeadlineWatch> logger)
    : BackgroundService
{
    private const int AtOnce = 500;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                ImmutableArray<SubjectId> due = await deadlines.DueAsync(clock.GetCurrentInstant(), AtOnce, stoppingToken);
                await Task.WhenAll(due.Select(subject => grains.GetGrain<ISubjectGrain>(subject.ToString()).Look()));
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, failure); // the deadlines stand; the next tick takes them up
            }
        }
    }

    [LoggerMessage(201, LogLevel.Warning, "Deadlines could not be looked at and will be again.")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
