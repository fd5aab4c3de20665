using Correction.Domain;
using Correction.Domain.Devices;
using Correction.Domain.Subjects;
using Correction.Domain.Visits;
using Correction.Domain.ZoneSets;

namespace Correction.Grains;

/// <summary>Names what an event began, so that the answer to a command can tell its sender.</summary>
public static class Begun
{
    public static string? By(IDomainEvent happened) => happened switch
    {
        ZoneImposed zone => zone.ZoneId.ToString(),
        SharedZoneLaid shared => shared.ZoneId.ToString(),
        MonitoringOrdered order => order.OrderId.ToString(),
        LeaveAppliedFor leave => leave.LeaveId.ToString(),
        WatchingSuspended suspended => suspended.SuspensionId.ToString(),
        DeviceBound device => device.DeviceId,
        DeviceCommandRequested command => command.CommandId.ToString(),
        SlotHeld held => held.ClaimId.ToString(),
        WaitingBegun waiting => waiting.ClaimId.ToString(),
        SlotsBlocked blocked => blocked.BlockId.ToString(),
        _ => null,
    };
}
