using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NodaTime;

namespace Correction.Domain.Subjects;

// Silence has two kinds: a bound device that is not heard from within its limit, and one that is heard and does not know
// where it is. Both are found by looking when a deadline passes, not by the next fix, which may never come. The subject is
// warned first, the officer alerted after. Time in which this service itself did not listen does not count.

/// <summary>How long each kind of device may be silent. Office policy, not law.</summary>
public sealed record SilencePolicy(Duration Bracelet, Duration Phone)
{
    public static SilencePolicy Default { get; } = new(Duration.FromMinutes(15), Duration.FromMinutes(60))
    {
        WarnBracelet = Duration.FromMinutes(10),
        WarnPhone = Duration.FromMinutes(45),
        WarnOfPositionBracelet = Duration.FromMinutes(20),
        WarnOfPositionPhone = Duration.FromMinutes(90),
        PositionBracelet = Duration.FromMinutes(30),
        PositionPhone = Duration.FromHours(2),
    };

    /// <summary>When the subject is warned, before the officer; null: never.</summary>
    public Duration? WarnBracelet { get; init; }

    public Duration? WarnPhone { get; init; }

    /// <summary>When the subject of a device that is heard without a position is warned; null: never.</summary>
    public Duration? WarnOfPositionBracelet { get; init; }

    public Duration? WarnOfPositionPhone { get; init; }

    /// <summary>How long it may be heard without a position; null: for ever.</summary>
    public Duration? PositionBracelet { get; init; }

    public Duration? PositionPhone { get; init; }

    public Duration Limit(DeviceKind kind) => kind == DeviceKind.Bracelet ? Bracelet : Phone;

    public Duration? Warning(DeviceKind kind) => kind == DeviceKind.Bracelet ? WarnBracelet : WarnPhone;

    public Duration? WarningOfPosition(DeviceKind kind) => kind == DeviceKind.Bracelet ? WarnOfPositionBracelet : WarnOfPositionPhone;

    public Duration? Position(DeviceKind kind) => kind == DeviceKind.Bracelet ? PositionBracelet : PositionPhone;
}

/// <summary>A look at the subject's devices because a deadline has passed.</summary>
/// <param name="HeardAt">When each device was last heard (received, not device time).</param>
/// <param name="ListeningSince">When this service began to listen.</param>
public sealed record LookForSilence(ImmutableDictionary<string, Instant> HeardAt, Instant ListeningSince, SilencePolicy Policy) : SubjectCommand
{
    /// <summary>When each device's last usable position was received.</summary>
    public ImmutableDictionary<string, Instant> PositionedAt { get; init; } = ImmutableDictionary<string, Instant>.Empty;
}

/// <param name="LastHeardAt">Null: never since it was bound.</param>
/// <param name="HeldBackBy">The suspension because of which the alert is not raised; null: it is.</param>
public sealed record DeviceFellSilent(string DeviceId, AlertId AlertId, Instant? LastHeardAt, Instant Deadline, SuspensionId? HeldBackBy = null) : ISubjectEvent;

public sealed record DeviceHeardAgain(string DeviceId, AlertId AlertId, Instant HeardAt) : ISubjectEvent;

/// <summary>The device is heard and does not know where it is.</summary>
/// <param name="LastPositionAt">Null: never since it was bound.</param>
/// <param name="HeldBackBy">The suspension because of which the alert is not raised; null: it is.</param>
public sealed record PositionLost(string DeviceId, AlertId AlertId, Instant? LastPositionAt, Instant Deadline, SuspensionId? HeldBackBy = null) : ISubjectEvent;

public sealed record PositionRegained(string DeviceId, AlertId AlertId, Instant At) : ISubjectEvent;

/// <summary>What a subject is warned of before an officer is alerted.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WarningReason>))]
public enum WarningReason
{
    /// <summary>Nothing is heard of the device.</summary>
    [JsonStringEnumMemberName("silence")] Silence,

    /// <summary>The device is heard and does not know where it is.</summary>
    [JsonStringEnumMemberName("noPosition")] NoPosition,
}

/// <summary>The subject is to be warned; a gateway that can reach the device delivers it.</summary>
/// <param name="Deadline">When the officer is alerted unless the device is heard.</param>
public sealed record SubjectWarned(string DeviceId, WarningReason Reason, Instant Deadline) : ISubjectEvent;

/// <summary>The deadlines of a subject's devices.</summary>
public static class Silence
{
    internal static Decision<ISubjectEvent> Decide(Registered state, LookForSilence command, DecisionContext context) =>
        new Decision<ISubjectEvent>.Accepted(
            [.. state.Devices.Values.Where(device => device.SilenceAlert is null).Select(device => Judge(state, device, command, context)).OfType<ISubjectEvent>()], []);

    /// <summary>When to look next; null when no device can fall silent.</summary>
    public static Instant? NextLook(Registered state, LookForSilence facts)
    {
        Instant? earliest = null;
        foreach (BoundDevice device in state.Devices.Values.Where(device => device.SilenceAlert is null))
        {
            Instant next = Deadline(device, facts);
            next = WarnAt(device, facts) is { } warn && warn < next ? warn : next;
            next = PositionDeadline(device, facts) is { } lost && lost < next ? lost : next;
            next = WarnOfPositionAt(device, facts) is { } early && early < next ? early : next;
            earliest = earliest is { } other ? Instant.Min(other, next) : next;
        }

        return earliest;
    }

    internal static Registered Evolve(Registered state, DeviceFellSilent happened) => DeviceHealth.Evolve(
        state, happened.DeviceId, device => device with { SilenceAlert = happened.AlertId, SilenceHeldBack = happened.HeldBackBy is null ? null : happened });

    internal static Registered Evolve(Registered state, DeviceHeardAgain happened) =>
        DeviceHealth.Evolve(state, happened.DeviceId, device => device with { SilenceAlert = null, SilenceHeldBack = null });

    private static ISubjectEvent? Judge(Registered state, BoundDevice device, LookForSilence facts, DecisionContext context)
    {
        SuspensionId? heldBack = state.HeldBackBy(context.Now, null, context.Now);
        Instant deadline = Deadline(device, facts);
        return deadline <= context.Now ? new DeviceFellSilent(device.DeviceId, new AlertId(context.NewId()), HeardAt(device, facts), deadline, heldBack)
            : PositionDeadline(device, facts) is { } lost && lost <= context.Now
                ? new PositionLost(device.DeviceId, new AlertId(context.NewId()), PositionedAt(device, facts), lost, heldBack)
            : WarnAt(device, facts) <= context.Now ? new SubjectWarned(device.DeviceId, WarningReason.Silence, deadline)
            : WarnOfPositionAt(device, facts) <= context.Now ? new SubjectWarned(device.DeviceId, WarningReason.NoPosition, PositionDeadline(device, facts) ?? deadline)
            : null;
    }

    private static Instant? HeardAt(BoundDevice device, LookForSilence facts) =>
        facts.HeardAt.TryGetValue(device.DeviceId, out Instant heard) ? heard : null;

    private static Instant? PositionedAt(BoundDevice device, LookForSilence facts) =>
        facts.PositionedAt.TryGetValue(device.DeviceId, out Instant positioned) ? positioned : null;

    private static Instant Deadline(BoundDevice device, LookForSilence facts) => CountedFrom(device, HeardAt(device, facts), facts) + facts.Policy.Limit(device.Kind);

    /// <summary>Null: the subject need not be warned, or is already.</summary>
    private static Instant? WarnAt(BoundDevice device, LookForSilence facts)
    {
        Instant from = CountedFrom(device, HeardAt(device, facts), facts);
        return device.WarnedAt > from ? null : from + facts.Policy.Warning(device.Kind);
    }

    /// <summary>Null: it has not been heard since it last knew where it was, or is known to be lost.</summary>
    private static Instant? PositionDeadline(BoundDevice device, LookForSilence facts)
    {
        Instant from = CountedFrom(device, PositionedAt(device, facts), facts);
        return device.PositionAlert is null && HeardAt(device, facts) > from ? from + facts.Policy.Position(device.Kind) : null;
    }

    /// <summary>Null: the subject need not be warned of it, or is already.</summary>
    private static Instant? WarnOfPositionAt(BoundDevice device, LookForSilence facts)
    {
        Instant from = CountedFrom(device, PositionedAt(device, facts), facts);
        return device.PositionAlert is null && HeardAt(device, facts) > from && !(device.WarnedOfPositionAt > from) ? from + facts.Policy.WarningOfPosition(device.Kind) : null;
    }

    private static Instant CountedFrom(BoundDevice device, Instant? last, LookForSilence facts) =>
        Instant.Max(Instant.Max(last ?? device.BoundAt, device.BoundAt), facts.ListeningSince);
}
