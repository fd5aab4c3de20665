using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Correction.Domain.Law;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Devices;

// Commands to a device (下发指令): an officer orders something of a subject's device. Requested, then sent when the device
// is connected, then acknowledged by the device, or failed with a reason. To order a bracelet stands on Art. 29, to order
// a phone on the information-based checks of Art. 26.

[JsonConverter(typeof(JsonStringEnumConverter<InstructionKind>))]
public enum InstructionKind
{
    /// <summary>汇报间隔: report every so many seconds from now on.</summary>
    [JsonStringEnumMemberName("reportInterval")] ReportInterval,

    /// <summary>点名: say now where you are.</summary>
    [JsonStringEnumMemberName("locateNow")] LocateNow,

    /// <summary>临时位置跟踪: for a while, report every so many seconds.</summary>
    [JsonStringEnumMemberName("track")] Track,

    /// <summary>文本信息下发: show the wearer this text.</summary>
    [JsonStringEnumMemberName("text")] Text,
}

/// <param name="IntervalSeconds">Of <see cref="InstructionKind.ReportInterval"/> and <see cref="InstructionKind.Track"/>.</param>
/// <param name="ForSeconds">How long to track.</param>
/// <param name="Text">Where the text stands: what an officer writes to a person is personal data.</param>
public sealed record Instruction(InstructionKind Kind, int? IntervalSeconds = null, int? ForSeconds = null, ForgettableRef? Text = null);

[JsonConverter(typeof(JsonStringEnumConverter<CommandFailure>))]
public enum CommandFailure
{
    /// <summary>The device did not connect, or did not answer, while the command was valid.</summary>
    [JsonStringEnumMemberName("expired")] Expired,

    /// <summary>The device answered that it failed.</summary>
    [JsonStringEnumMemberName("refused")] Refused,

    /// <summary>The device answered that it cannot.</summary>
    [JsonStringEnumMemberName("unsupported")] Unsupported,

    /// <summary>The device was taken from the subject before the command was done.</summary>
    [JsonStringEnumMemberName("deviceReleased")] DeviceReleased,
}

/// <param name="Kind">What kind of device it is to its holder: the legal basis follows from it.</param>
/// <param name="MayReport">False: it is a bracelet, and no order of electronic positioning is in force.</param>
public sealed record RequestDeviceCommand(
    DeviceCommandId CommandId, SubjectId SubjectId, DeviceKind Kind, bool MayReport, Instruction Instruction, Instant RequestedAt, Instant ValidUntil) : DeviceCommand;

/// <summary>A gateway has written the command to the device's connection.</summary>
public sealed record RecordCommandSent(DeviceCommandId CommandId) : DeviceCommand;

/// <param name="Failure">Null: the device did it.</param>
public sealed record RecordCommandAnswer(DeviceCommandId CommandId, CommandFailure? Failure) : DeviceCommand;

/// <summary>Fails what is no longer valid.</summary>
public sealed record ExpireDeviceCommands(Instant Now) : DeviceCommand;

public sealed record DeviceCommandRequested(DeviceCommandId CommandId, SubjectId SubjectId, Instruction Instruction, Instant ValidUntil) : IDeviceEvent;

public sealed record DeviceCommandSent(DeviceCommandId CommandId) : IDeviceEvent;

public sealed record DeviceCommandAcknowledged(DeviceCommandId CommandId) : IDeviceEvent;

public sealed record DeviceCommandFailed(DeviceCommandId CommandId, CommandFailure Reason) : IDeviceEvent;

/// <param name="Sent">Written to a connection, not yet answered.</param>
public sealed record OutstandingCommand(DeviceCommandRequested Request, bool Sent);

internal static class DeviceOrders
{
    /// <summary>More than these wait for no device: something is wrong with it.</summary>
    private const int MostOutstanding = 20;

    public static Decision<IDeviceEvent> Decide(DeviceState state, RequestDeviceCommand command)
    {
        LegalBasis basis = LawBook.Basis(
            command.Kind == DeviceKind.Bracelet ? "electronicPositioning" : "verification", ChinaTime.DateOf(command.RequestedAt));
        if (state.Holder != command.SubjectId)
        {
            return Decision<IDeviceEvent>.Refuse(RefusalKind.State, "deviceNotBound", "This device is not bound to the subject.");
        }

        if (!command.MayReport)
        {
            return Decision<IDeviceEvent>.Refuse(
                RefusalKind.Rule, "noMonitoringOrder", "A bracelet takes commands under an order of electronic positioning in force; ask the county approver for one.", basis);
        }

        if (state.Outstanding.Count >= MostOutstanding)
        {
            return Decision<IDeviceEvent>.Refuse(
                RefusalKind.State, "tooManyCommands", "This device has not answered its earlier commands; wait until they are answered or expire.");
        }

        return state.Outstanding.ContainsKey(command.CommandId)
            ? Decision<IDeviceEvent>.AlreadySo
            : Decision<IDeviceEvent>.Accept(
                new DeviceCommandRequested(command.CommandId, command.SubjectId, command.Instruction, command.ValidUntil), basis);
    }

    public static Decision<IDeviceEvent> Decide(DeviceState state, RecordCommandSent command) =>
        state.Outstanding.TryGetValue(command.CommandId, out OutstandingCommand? order) && !order.Sent
            ? Decision<IDeviceEvent>.Accept(new DeviceCommandSent(command.CommandId))
            : Decision<IDeviceEvent>.AlreadySo;

    public static Decision<IDeviceEvent> Decide(DeviceState state, RecordCommandAnswer command) => state.Outstanding.ContainsKey(command.CommandId)
        ? Decision<IDeviceEvent>.Accept(
            command.Failure is { } failure ? new DeviceCommandFailed(command.CommandId, failure) : new DeviceCommandAcknowledged(command.CommandId))
        : Decision<IDeviceEvent>.AlreadySo;

    public static Decision<IDeviceEvent> Decide(DeviceState state, ExpireDeviceCommands command)
    {
        IEnumerable<DeviceCommandId> expired = state.Outstanding.Values.Where(order => order.Request.ValidUntil <= command.Now)
            .Select(order => order.Request.CommandId).OrderBy(id => id.Value);
        return new Decision<IDeviceEvent>.Accepted([.. expired.Select(id => new DeviceCommandFailed(id, CommandFailure.Expired))], []);
    }

    public static DeviceState Evolve(DeviceState state, DeviceCommandRequested happened) =>
        state with { Outstanding = state.Outstanding.SetItem(happened.CommandId, new OutstandingCommand(happened, Sent: false)) };

    public static DeviceState Evolve(DeviceState state, DeviceCommandSent happened) =>
        state.Outstanding.TryGetValue(happened.CommandId, out OutstandingCommand? order)
            ? state with { Outstanding = state.Outstanding.SetItem(happened.CommandId, order with { Sent = true }) }
            : state;
}
