using System.Text.Json.Serialization;
using Correction.Domain.Devices;
using Correction.Domain.Law;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Subjects;

// Device binding: which device's reports are this subject's. A bracelet is the dedicated device of Art. 29 and needs an
// order in force; a phone is an information-based check of Art. 26.

[JsonConverter(typeof(JsonStringEnumConverter<DeviceKind>))]
public enum DeviceKind
{
    /// <summary>电子定位装置</summary>
    [JsonStringEnumMemberName("bracelet")] Bracelet,

    /// <summary>信息化核查终端</summary>
    [JsonStringEnumMemberName("phone")] Phone,
}

[JsonConverter(typeof(JsonStringEnumConverter<DeviceProtocol>))]
public enum DeviceProtocol
{
    [JsonStringEnumMemberName("osmand")] OsmAnd,
    [JsonStringEnumMemberName("jt808")] Jt808,
    [JsonStringEnumMemberName("owntracks")] OwnTracks,
}

public sealed record BindDevice(string DeviceId, DeviceProtocol Protocol, DeviceKind Kind) : SubjectCommand;

public sealed record UnbindDevice(string DeviceId) : SubjectCommand;

public sealed record DeviceBound(string DeviceId, DeviceProtocol Protocol, DeviceKind Kind) : ISubjectEvent;

public sealed record DeviceUnbound(string DeviceId) : ISubjectEvent;

/// <param name="BoundAt">Silence is counted from here until the first report.</param>
public sealed record BoundDevice(string DeviceId, DeviceProtocol Protocol, DeviceKind Kind, Instant BoundAt, AlertId? SilenceAlert = null)
{
    /// <summary>When the subject was last warned of its silence.</summary>
    public Instant? WarnedAt { get; init; }

    /// <summary>When the subject was last warned that it does not know where it is.</summary>
    public Instant? WarnedOfPositionAt { get; init; }

    /// <summary>Set while it is heard and does not know where it is.</summary>
    public AlertId? PositionAlert { get; init; }

    /// <summary>Its silence, whose alert a suspension holds back.</summary>
    public DeviceFellSilent? SilenceHeldBack { get; init; }

    /// <summary>Its loss of position, whose alert a suspension holds back.</summary>
    public PositionLost? LossHeldBack { get; init; }

    public BatteryLevel Battery { get; init; }

    /// <summary>The alert of its last low battery.</summary>
    public AlertId? BatteryAlert { get; init; }

    /// <summary>The device told of its low battery by a bit, without a percentage; decisions alone need it.</summary>
    [JsonIgnore]
    public bool BatteryByBit { get; init; }

    /// <summary>The bits that are on.</summary>
    public DeviceAlarms Alarms { get; init; }

    /// <summary>The alert of its last tampering.</summary>
    public AlertId? TamperAlert { get; init; }

    /// <summary>The alert of its wearer's last call for help.</summary>
    public AlertId? EmergencyAlert { get; init; }
}

internal static class DeviceBinding
{
    public static Decision<ISubjectEvent> Decide(Registered state, BindDevice command, DecisionContext context)
    {
        LocalDate today = ChinaTime.DateOf(context.Now);
        LegalBasis positioning = LawBook.Basis("electronicPositioning", today);
        if (state.Devices.TryGetValue(command.DeviceId, out BoundDevice? bound))
        {
            return bound.Kind == command.Kind && bound.Protocol == command.Protocol
                ? Decision<ISubjectEvent>.AlreadySo
                : Decision<ISubjectEvent>.Refuse(RefusalKind.State, "deviceBound", "This device is bound to the subject in another way; unbind it first.");
        }

        if (command.Kind == DeviceKind.Bracelet && !state.OrderInForce(today))
        {
            return Decision<ISubjectEvent>.Refuse(
                RefusalKind.Rule, "noMonitoringOrder", "A bracelet needs an order of electronic positioning in force; ask the county approver for one, or bind a phone.", positioning);
        }

        return Decision<ISubjectEvent>.Accept(
            new DeviceBound(command.DeviceId, command.Protocol, command.Kind),
            command.Kind == DeviceKind.Bracelet ? positioning : LawBook.Basis("verification", today));
    }

    public static Decision<ISubjectEvent> Decide(Registered state, UnbindDevice command) =>
        state.Devices.ContainsKey(command.DeviceId)
            ? Decision<ISubjectEvent>.Accept(new DeviceUnbound(command.DeviceId))
            : Decision<ISubjectEvent>.AlreadySo;

    public static Registered Evolve(Registered state, DeviceBound happened, Instant occurredAt) => state with
    {
        Devices = state.Devices.SetItem(happened.DeviceId, new BoundDevice(happened.DeviceId, happened.Protocol, happened.Kind, occurredAt)),
    };

    public static Registered Evolve(Registered state, DeviceUnbound happened) =>
        state with { Devices = state.Devices.Remove(happened.DeviceId) };
}
