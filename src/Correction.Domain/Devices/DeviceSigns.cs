using System.Text.Json.Serialization;
using NodaTime;

namespace Correction.Domain.Devices;

/// <summary>
/// Alarm bits in the field's terms. A gateway maps its protocol's bits, and a device model's own, to these; a bit that
/// has no such meaning is left out. Events hold the names: they are never renamed.
/// </summary>
[Flags]
[JsonConverter(typeof(JsonStringEnumConverter<DeviceAlarms>))]
public enum DeviceAlarms
{
    None = 0,

    /// <summary>Strap opened or cut, case opened, taken off the body (拆卸 / 破坏).</summary>
    Tamper = 1,

    /// <summary>The device says that its battery is low.</summary>
    BatteryLow = 2,

    /// <summary>The device says that it is about to switch itself off for want of power.</summary>
    BatteryCritical = 4,

    /// <summary>The main power supply was cut (主电源掉电); the device runs on its reserve.</summary>
    PowerCut = 8,

    /// <summary>The receiver, or its antenna, is faulty, cut or short-circuited.</summary>
    ReceiverFault = 16,

    /// <summary>The wearer calls for help (SOS).</summary>
    Emergency = 32,
}

/// <summary>
/// What a device says of itself, apart from where it is: in a position report, or in a heartbeat, which says nothing but
/// that it lives. What a device does not say is null and changes nothing: a heartbeat without alarm bits clears none.
/// </summary>
/// <param name="At">When the device said so by its own clock; when we had it, where the message carries no time.</param>
/// <param name="ReceivedAt">When the gateway had it.</param>
/// <param name="Positioned">Whether it knows where it is (JT/T 808 status bit 1).</param>
/// <param name="Battery">Per cent.</param>
/// <param name="Alarms">All the bits that are on at that time; null where the message carries no alarm bits.</param>
public sealed record DeviceSigns(Instant At, Instant ReceivedAt, bool? Positioned = null, int? Battery = null, DeviceAlarms? Alarms = null);
