using System.Collections.Concurrent;
using Correction.Domain;
using Correction.Domain.Subjects;
using Correction.Domain.ZoneSets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Correction.Grains;

/// <summary>
/// The shared zones by which this host judges: one set per county for all its subjects. Read from the county's grain when
/// the first of them asks, followed from then on; what was missed is found out at the next renewal. Thread-safe.
/// </summary>
public sealed partial class SharedZoneCache(IGrainFactory grains, TimeProvider time, ILogger<SharedZoneCache> logger) : BackgroundService, IZoneSetObserver
{
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, Lazy<Task>> _loading = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SharedZones.OfCounty> _counties = new(StringComparer.Ordinal);
    private IZoneSetObserver? _reference;

    /// <summary>What concerns the subjects of a station, as this host knows it.</summary>
    public async ValueTask<SharedZones> ConcerningAsync(Jurisdiction jurisdiction)
    {
        if (jurisdiction.County is not { Code: var county })
        {
            return SharedZones.None;
        }

        if (!_counties.TryGetValue(county, out SharedZones.OfCounty? zones))
        {
            await LoadAsync(county);
            zones = _counties[county];
        }

        return zones.Concerning(jurisdiction);
    }

    public Task Changed(string county, ZoneSet set)
    {
        _counties.AddOrUpdate(county, _ => new SharedZones.OfCounty(set), (_, known) => known.Set.Version < set.Version ? new SharedZones.OfCounty(set) : known);
        return Task.CompletedTask;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Renewal, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach ((string county, SharedZones.OfCounty known) in _counties)
            {
                await RenewAsync(county, known.Set.Version);
            }
        }
    }

    /// <summary>Many subjects that wake at once share one question.</summary>
    private async Task LoadAsync(string county)
    {
        try
        {
            await _loading.GetOrAdd(county, key => new Lazy<Task>(() => Task.Run(() => WatchAsync(key, version: -1)))).Value;
        }
        finally
        {
            _loading.TryRemove(county, out _);
        }
    }

    private async Task RenewAsync(string county, long version)
    {
        try
        {
            await WatchAsync(county, version);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogRenewalFailed(logger, failure, county); // the next round tries again
        }
    }

    private async Task WatchAsync(string county, long version)
    {
        if (await grains.GetGrain<IZoneSetGrain>(county).Watch(_reference ??= grains.CreateObjectReference<IZoneSetObserver>(this), version) is { } set)
        {
            await Changed(county, set);
        }
    }

    [LoggerMessage(211, LogLevel.Warning, "The shared zones of {County} could not be renewed and will be.")]
    private static partial void LogRenewalFailed(ILogger logger, Exception failure, string county);
}
