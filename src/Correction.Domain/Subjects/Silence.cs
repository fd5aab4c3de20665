using System.Collections.Immutable;
using NodaTime;

namespace Correction.Domain.Subjects;

// Silence: a bound device that is not heard from within its limit. It is found by looking when the deadline passes, not
// by the next fix, which may never come. Time in which this service itself did not listen does not count.

/// <summary>How long each kind of device may be silent. Office policy, not law.</summary>
public sealed record SilencePolicy(Duration Bracelet, Duration Phone)
{
    public static SilencePolicy Default { get; } = new(Duration.FromMinutes(15), Duration.FromMinutes(60));

    public Duration Limit(DeviceKind kind) => kind == DeviceKind.Bracelet ? Bracelet : Phone;
}

/// <summary>A look at the subject's devices because a deadline has passed.</summary>
/// <param name="HeardAt">When each device was last heard (received, not device time).</param>
/// <param name="ListeningSince">When this service began to listen.</param>
public sealed record LookForSilence(ImmutableDictionary<string, Instant> HeardAt, Instant ListeningSince, SilencePolicy Policy) : SubjectCommand;

/// <param name="LastHeardAt">Null: never since it was bound.</param>
public sealed record DeviceFellSilent(string DeviceId, AlertId AlertId, Instant? LastHeardAt, Instant Deadline) : ISubjectEvent;

public sealed record DeviceHeardAgain(string DeviceId, AlertId AlertId, Instant HeardAt) : ISubjectEvent;

/// <summary>The deadlines of a subject's devices.</summary>
public static class Silence
{
    internal static Decision<ISubjectEvent> Decide(Registered state, LookForSilence command, DecisionContext context) =>
        new Decision<ISubjectEvent>.Accepted(
            [
                .. from device in state.Devices.Values
                   where device.SilenceAlert is null
                   let deadline = Deadline(device, command)
                   where deadline <= context.Now
                   select new DeviceFellSilent(device.DeviceId, new AlertId(context.NewId()), HeardAt(device, command), deadline),
            ],
            []);

    /// <summary>When to look next; null when no device can fall silent.</summary>
    public static Instant? NextLook(Registered state, LookForSilence facts)
    {
        Instant[] deadlines = [.. state.Devices.Values.Where(device => device.SilenceAlert is null).Select(device => Deadline(device, facts))];
        return deadlines.Length == 0 ? null : deadlines.Min();
    }

    internal static Registered Evolve(Registered state, string deviceId, AlertId? alert) =>
        state.Devices.TryGetValue(deviceId, out BoundDevice? device)
            ? state with { Devices = state.Devices.SetItem(deviceId, device with { SilenceAlert = alert }) }
            : state;

    private static Instant? HeardAt(BoundDevice device, LookForSilence facts) =>
        facts.HeardAt.TryGetValue(device.DeviceId, out Instant heard) ? heard : null;

    private static Instant Deadline(BoundDevice device, LookForSilence facts)
    {
        Instant heard = Instant.Max(HeardAt(device, facts) ?? device.BoundAt, device.BoundAt);
        return Instant.Max(heard, facts.ListeningSince) + facts.Policy.Limit(device.Kind);
    }
}
