using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Subjects;

// Silence has two kinds: a bound device that is not heard from within its limit, and one that is heard and does not know
// where it is. Both are found by looking when a deadline passes, not by the next fix, which may never come. The subject is
// warned first, the officer alerted after. Time in which this service itself did not listen does not count, nor time in
// which a bracelet was under no order: nothing is taken of it then, so nothing may be missed.

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

/// <summary>A bracelet's silence, of either kind, that is on when its order ends: it is missed no longer.</summary>
/// <param name="At">When the order ended.</param>
public sealed record SilenceLapsed(string DeviceId, AlertId AlertId, Instant At) : ISubjectEvent;

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
    internal static Decision<ISubjectEvent> Decide(Registered state, LookForSilence command, DecisionContext context)
    {
        LocalDate today = ChinaTime.DateOf(context.Now);
        return new Decision<ISubjectEvent>.Accepted(
            [.. state.Devices.Values.SelectMany(device => state.MayReport(device, today) ? Judge(state, device, command, context) : Lapse(state, device, context.Now))], []);
    }

    /// <summary>When to look next; null when no device can fall silent and no silence can lapse.</summary>
    public static Instant? NextLook(Registered state, LookForSilence facts, Instant now) =>
        state.Devices.Values.Select(device => NextLook(state, device, facts, now)).Min();

    private static Instant? NextLook(Registered state, BoundDevice device, LookForSilence facts, Instant now)
    {
        MonitoringOrder? order = OrderOf(state, device, now);
        Instant? lapse = (device.SilenceAlert ?? device.PositionAlert) is null ? null : state.MayReport(device, ChinaTime.DateOf(now)) ? order?.Ends : now;
        if (device.SilenceAlert is not null || (device.Kind == DeviceKind.Bracelet && order is null))
        {
            return lapse;
        }

        Instant since = CountedSince(device, order, facts);
        return new[] { Deadline(device, since, facts), WarnAt(device, since, facts), PositionDeadline(device, since, facts), WarnOfPositionAt(device, since, facts), lapse }.Min();
    }

    internal static Registered Evolve(Registered state, DeviceFellSilent happened) => DeviceHealth.Evolve(
        state, happened.DeviceId, device => device with { SilenceAlert = happened.AlertId, SilenceHeldBack = happened.HeldBackBy is null ? null : happened });

    internal static Registered Evolve(Registered state, DeviceHeardAgain happened) =>
        DeviceHealth.Evolve(state, happened.DeviceId, device => device with { SilenceAlert = null, SilenceHeldBack = null });

    internal static Registered Evolve(Registered state, SilenceLapsed happened) => DeviceHealth.Evolve(state, happened.DeviceId, device =>
        device.PositionAlert == happened.AlertId ? device with { PositionAlert = null, LossHeldBack = null } : device with { SilenceAlert = null, SilenceHeldBack = null });

    private static IEnumerable<ISubjectEvent> Judge(Registered state, BoundDevice device, LookForSilence facts, DecisionContext context)
    {
        if (device.SilenceAlert is not null)
        {
            return [];
        }

        SuspensionId? heldBack = state.HeldBackBy(context.Now, null, context.Now);
        Instant since = CountedSince(device, OrderOf(state, device, context.Now), facts);
        Instant deadline = Deadline(device, since, facts);
        Instant? lost = PositionDeadline(device, since, facts);
        return deadline <= context.Now ? [new DeviceFellSilent(device.DeviceId, new AlertId(context.NewId()), HeardAt(device, facts), deadline, heldBack)]
            : lost <= context.Now ? [new PositionLost(device.DeviceId, new AlertId(context.NewId()), PositionedAt(device, facts), lost.Value, heldBack)]
            : WarnAt(device, since, facts) <= context.Now ? [new SubjectWarned(device.DeviceId, WarningReason.Silence, deadline)]
            : WarnOfPositionAt(device, since, facts) <= context.Now ? [new SubjectWarned(device.DeviceId, WarningReason.NoPosition, lost ?? deadline)]
            : [];
    }

    private static IEnumerable<ISubjectEvent> Lapse(Registered state, BoundDevice device, Instant now)
    {
        // it was bound under an order, so one has ended
        Instant at = state.Orders.Select(order => order.Ends).Where(end => end <= now).Append(device.BoundAt).Max();
        return new[] { device.SilenceAlert, device.PositionAlert }.OfType<AlertId>().Select(alert => new SilenceLapsed(device.DeviceId, alert, at));
    }

    /// <summary>The order under which a bracelet must report, now or next; null: none is to come, or it is a phone, which needs none.</summary>
    private static MonitoringOrder? OrderOf(Registered state, BoundDevice device, Instant now) =>
        device.Kind == DeviceKind.Bracelet ? state.Orders.Where(order => now < order.Ends).MinBy(order => order.From) : null;

    private static Instant? HeardAt(BoundDevice device, LookForSilence facts) =>
        facts.HeardAt.TryGetValue(device.DeviceId, out Instant heard) ? heard : null;

    private static Instant? PositionedAt(BoundDevice device, LookForSilence facts) =>
        facts.PositionedAt.TryGetValue(device.DeviceId, out Instant positioned) ? positioned : null;

    private static Instant Deadline(BoundDevice device, Instant since, LookForSilence facts) => Later(HeardAt(device, facts), since) + facts.Policy.Limit(device.Kind);

    /// <summary>Null: the subject need not be warned, or is already.</summary>
    private static Instant? WarnAt(BoundDevice device, Instant since, LookForSilence facts)
    {
        Instant from = Later(HeardAt(device, facts), since);
        return device.WarnedAt > from ? null : from + facts.Policy.Warning(device.Kind);
    }

    /// <summary>Null: it has not been heard since it last knew where it was, or is known to be lost.</summary>
    private static Instant? PositionDeadline(BoundDevice device, Instant since, LookForSilence facts)
    {
        Instant from = Later(PositionedAt(device, facts), since);
        return device.PositionAlert is null && HeardAt(device, facts) > from ? from + facts.Policy.Position(device.Kind) : null;
    }

    /// <summary>Null: the subject need not be warned of it, or is already.</summary>
    private static Instant? WarnOfPositionAt(BoundDevice device, Instant since, LookForSilence facts)
    {
        Instant from = Later(PositionedAt(device, facts), since);
        return device.PositionAlert is null && HeardAt(device, facts) > from && !(device.WarnedOfPositionAt > from) ? from + facts.Policy.WarningOfPosition(device.Kind) : null;
    }

    /// <summary>What is not heard before counts for nothing.</summary>
    private static Instant CountedSince(BoundDevice device, MonitoringOrder? order, LookForSilence facts) =>
        Instant.Max(Instant.Max(device.BoundAt, order?.Begins ?? device.BoundAt), facts.ListeningSince);

    private static Instant Later(Instant? last, Instant since) => last > since ? last.Value : since;
}
