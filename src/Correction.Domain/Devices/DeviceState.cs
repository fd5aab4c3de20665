using System.Collections.Immutable;
using System.Diagnostics;
using NodaTime;

namespace Correction.Domain.Devices;

/// <summary>A command to one device's stream.</summary>
public abstract record DeviceCommand;

/// <summary>A fact of stream <c>device/{id}</c>: whose a device is, who it said it is, what was ordered of it.</summary>
public interface IDeviceEvent : IDomainEvent;

/// <param name="Holder">The subject whose device it is; null: nobody's.</param>
public sealed record DeviceState(SubjectId? Holder)
{
    public static DeviceState Initial { get; } = new((SubjectId?)null);

    /// <summary>What the terminal said when it last registered; null where it never did.</summary>
    public TerminalRegistered? Terminal { get; init; }

    /// <summary>Commands that have neither been answered nor failed.</summary>
    public ImmutableDictionary<DeviceCommandId, OutstandingCommand> Outstanding { get; init; } =
        ImmutableDictionary<DeviceCommandId, OutstandingCommand>.Empty;

    /// <summary>When the next command is no longer valid; null where none waits.</summary>
    public Instant? NextExpiry => Outstanding.IsEmpty ? null : Outstanding.Values.Min(command => command.Request.ValidUntil);
}

public static class DeviceDecider
{
    public static Decision<IDeviceEvent> Decide(DeviceState state, DeviceCommand command) => command switch
    {
        AssignDevice assign => DeviceAssignment.Decide(state, assign),
        ReleaseDevice release => DeviceAssignment.Decide(state, release),
        RegisterTerminal register => TerminalRegistration.Decide(state, register),
        RequestDeviceCommand request => DeviceOrders.Decide(state, request),
        RecordCommandSent sent => DeviceOrders.Decide(state, sent),
        RecordCommandAnswer answer => DeviceOrders.Decide(state, answer),
        ExpireDeviceCommands expire => DeviceOrders.Decide(state, expire),
        _ => throw new UnreachableException(),
    };

    /// <summary>Total: any event in any state yields a state.</summary>
    public static DeviceState Evolve(DeviceState state, IDeviceEvent happened, Instant occurredAt) => happened switch
    {
        DeviceAssigned assigned => state with { Holder = assigned.SubjectId },
        DeviceReleased => state with { Holder = null },
        TerminalRegistered registered => state with { Terminal = registered },
        DeviceCommandRequested requested => DeviceOrders.Evolve(state, requested),
        DeviceCommandSent sent => DeviceOrders.Evolve(state, sent),
        DeviceCommandAcknowledged acknowledged => state with { Outstanding = state.Outstanding.Remove(acknowledged.CommandId) },
        DeviceCommandFailed failed => state with { Outstanding = state.Outstanding.Remove(failed.CommandId) },
        _ => state,
    };
}
