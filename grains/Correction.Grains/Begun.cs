using Correction.Domain;
using Correction.Domain.Subjects;

namespace Correction.Grains;

/// <summary>Names what an event began, so that the answer to a command can tell its sender.</summary>
public static class Begun
{
    public static string? By(IDomainEvent happened) => happened switch
    {
        ZoneImposed zone => zone.ZoneId.ToString(),
        MonitoringOrdered order => order.OrderId.ToString(),
        DeviceBound device => device.DeviceId,
        _ => null,
    };
}
