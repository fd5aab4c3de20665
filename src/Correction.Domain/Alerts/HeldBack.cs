using System.Collections.Immutable;
using Correction.Domain.Subjects;
using NodaTime;

namespace Correction.Domain.Alerts;

/// <summary>Alerts that a suspension of watching held back.</summary>
public static class HeldBack
{
    /// <summary>The alerts that begin when watching goes on: of every cause that still holds, under the id its event names.</summary>
    /// <param name="after">The subject as <see cref="WatchingResumed"/> leaves it.</param>
    public static ImmutableArray<AlertRaised> Raise(Registered before, Registered after, Instant now, AlertPolicy policy) =>
    [
        .. before.KnownZones.SelectMany(zone => zone.Episodes.Where(episode => Begins(after, zone, episode)).Select(episode => AlertRaising.From(
            before, new ZoneTurn.Breach(zone, ZoneRules.WatchingResumed, [], episode.Since, null), episode.AlertId, now, policy))),
        .. before.Devices.Values.Where(device => device.SilenceHeldBack is not null && after.Devices[device.DeviceId].SilenceHeldBack is null)
            .Select(device => AlertRaising.From(before, device.SilenceHeldBack!, now, policy)),
        .. before.Devices.Values.Where(device => device.LossHeldBack is not null && after.Devices[device.DeviceId].LossHeldBack is null)
            .Select(device => AlertRaising.From(before, device.LossHeldBack!, now, policy)),
    ];

    private static bool Begins(Registered after, Zone zone, BreachEpisode episode) =>
        episode.HeldBack is not null && after.KnownZone(zone.Id)!.Episodes.Any(known => known.Number == episode.Number && known.HeldBack is null);
}
