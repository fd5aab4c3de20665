using System.Collections.Immutable;
using Correction.Domain;
using Correction.Grains.Visits;
using Correction.Store;
using Correction.Store.Reading;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Correction.Grains;

/// <summary>
/// Asks the grain of every stream whose deadline has passed to look. The deadline is durable, so that no restart
/// forgets it; a host that asks twice changes nothing, since the grain decides.
/// </summary>
public sealed partial class DeadlineWatch(DeadlineStore deadlines, IGrainFactory grains, IClock clock, TimeProvider time, ILogger<DeadlineWatch> logger)
    : PeriodicService(TimeSpan.FromSeconds(2), time)
{
    private const int AtOnce = 500;

    protected override async Task RoundAsync(CancellationToken cancellation)
    {
        ImmutableArray<string> due = await deadlines.DueAsync(clock.GetCurrentInstant(), AtOnce, cancellation);
        await Task.WhenAll(due.Select(LookAsync));
    }

    protected override void LogFailed(Exception failure) => LogFailed(logger, failure);

    /// <summary>One that fails keeps no other from its look.</summary>
    private async Task LookAsync(string streamKey)
    {
        try
        {
            await LookingGrain(streamKey).Look();
        }
        catch (Exception failure)
        {
            LogFailedOne(logger, streamKey, failure); // the deadline stands; the next tick takes it up
        }
    }

    private ILookingGrain LookingGrain(string streamKey) => StreamKeys.Parse(streamKey) switch
    {
        ("subject", var id) => grains.GetGrain<ISubjectGrain>(id),
        ("alert", var id) => grains.GetGrain<IAlertGrain>(id),
        ("device", var id) => grains.GetGrain<IDeviceGrain>(id),
        ("visit", var id) => grains.GetGrain<IVisitGrain>(id),
        ("visit-day", var id) => grains.GetGrain<IVisitDayGrain>(id),
        ("visit-credit", var id) => grains.GetGrain<IVisitCreditGrain>(id),
        _ => throw new InvalidOperationException($"No grain looks after stream {streamKey}."),
    };

    [LoggerMessage(202, LogLevel.Warning, "The grain of {StreamKey} could not look and will be asked again.")]
    private static partial void LogFailedOne(ILogger logger, string streamKey, Exception failure);

    [LoggerMessage(201, LogLevel.Warning, "Deadlines could not be looked at and will be again.")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
