using System.Diagnostics;
using NodaTime;

namespace Correction.Domain.Devices;

// Assignment: stream device/{id} holds to which one subject a device belongs. The claim comes first, then the subject's
// own DeviceBound; a claim whose subject then refuses is released.

public abstract record DeviceCommand;

/// <summary>A fact of stream <c>device/{id}</c>.</summary>
public interface IDeviceEvent : IDomainEvent;

public sealed record AssignDevice(SubjectId SubjectId) : DeviceCommand;

public sealed record ReleaseDevice(SubjectId SubjectId) : DeviceCommand;

public sealed record DeviceAssigned(SubjectId SubjectId) : IDeviceEvent;

public sealed record DeviceReleased(SubjectId SubjectId) : IDeviceEvent;

/// <param name="Holder">The subject whose device it is; null: nobody's.</param>
public sealed record DeviceState(SubjectId? Holder)
{
    public static DeviceState Initial { get; } = new((SubjectId?)null);
}

public static class DeviceDecider
{
    public static Decision<IDeviceEvent> Decide(DeviceState state, DeviceCommand command) => (state.Holder, command) switch
    {
        (null, AssignDevice assign) => Decision<IDeviceEvent>.Accept(new DeviceAssigned(assign.SubjectId)),
        ({ } holder, AssignDevice assign) => holder == assign.SubjectId
            ? Decision<IDeviceEvent>.AlreadySo
            : Decision<IDeviceEvent>.Refuse(RefusalKind.State, "deviceTaken", "This device is bound to another subject; unbind it there first."),
        ({ } holder, ReleaseDevice release) when holder == release.SubjectId =>
            Decision<IDeviceEvent>.Accept(new DeviceReleased(release.SubjectId)),
        (_, ReleaseDevice) => Decision<IDeviceEvent>.AlreadySo,
        _ => throw new UnreachableException(),
    };

    public static DeviceState Evolve(DeviceState state, IDeviceEvent happened, Instant occurredAt) => happened switch
    {
        DeviceAssigned assigned => new DeviceState(assigned.SubjectId),
        DeviceReleased => DeviceState.Initial,
        _ => state,
    };
}
