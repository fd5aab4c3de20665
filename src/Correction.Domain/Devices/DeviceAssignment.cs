using System.Collections.Immutable;

namespace Correction.Domain.Devices;

// Assignment: stream device/{id} holds to which one subject a device belongs. The claim comes first, then the subject's
// own DeviceBound; a claim whose subject then refuses is released. What was ordered of the device dies with its release:
// the next holder must not receive it.

public sealed record AssignDevice(SubjectId SubjectId) : DeviceCommand;

public sealed record ReleaseDevice(SubjectId SubjectId) : DeviceCommand;

public sealed record DeviceAssigned(SubjectId SubjectId) : IDeviceEvent;

public sealed record DeviceReleased(SubjectId SubjectId) : IDeviceEvent;

internal static class DeviceAssignment
{
    public static Decision<IDeviceEvent> Decide(DeviceState state, AssignDevice command) => state.Holder switch
    {
        null => Decision<IDeviceEvent>.Accept(new DeviceAssigned(command.SubjectId)),
        { } holder when holder == command.SubjectId => Decision<IDeviceEvent>.AlreadySo,
        _ => Decision<IDeviceEvent>.Refuse(RefusalKind.State, "deviceTaken", "This device is bound to another subject; unbind it there first."),
    };

    public static Decision<IDeviceEvent> Decide(DeviceState state, ReleaseDevice command)
    {
        if (state.Holder != command.SubjectId)
        {
            return Decision<IDeviceEvent>.AlreadySo;
        }

        ImmutableArray<IDeviceEvent> voided = [.. state.Outstanding.Values.OrderBy(order => order.Request.CommandId.Value)
            .Select(order => new DeviceCommandFailed(order.Request.CommandId, CommandFailure.DeviceReleased))];
        return new Decision<IDeviceEvent>.Accepted([.. voided, new DeviceReleased(command.SubjectId)], []);
    }
}
