using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Numerics;
using Correction.Domain.Devices;
using Correction.Domain.Location;
using Correction.Gateway.Jt808.Codec;
using NodaTime;

namespace Correction.Gateway.Jt808.Devices;

/// <summary>Where a model's battery stands among the additional items: per cent in one byte.</summary>
/// <param name="Length">The item's length; an item of another length is something else.</param>
/// <param name="Offset">The byte within it.</param>
public sealed record BatteryItem(byte Item, int Length, int Offset);

/// <summary>
/// What the standard leaves open and each maker fills: the zone of the terminal's clock (GMT+8 by the standard), the
/// system of its coordinates, the meaning of its alarm bits, its battery.
/// </summary>
/// <param name="Alarms">For each of the 32 alarm bits, what it says in the field's terms.</param>
public sealed record DeviceModel(
    string Name, Offset Clock, CoordinateSystem Coordinates, ImmutableArray<DeviceAlarms> Alarms, ImmutableArray<BatteryItem> Battery)
{
    private const int Bits = 32;
    private const byte ExtensionItem = 0xEB;
    private const ushort DismountStatus = 0x0089;
    private const uint NotDismounted = 1 << 12;

    /// <summary>
    /// The standard's bits (JT/T 808-2019 table 24): 0 emergency, 4 to 6 receiver and antenna, 7 and 8 power; and 16 and 17,
    /// which it leaves free and makers of personal trackers use for an opened case or strap. Battery: the items that such
    /// trackers use.
    /// </summary>
    public static DeviceModel Standard { get; } = new(
        "standard", Offset.FromHours(8), CoordinateSystem.Wgs84,
        BitsOf([(DeviceAlarms.Emergency, [0]), (DeviceAlarms.ReceiverFault, [4, 5, 6]), (DeviceAlarms.BatteryLow, [7]), (DeviceAlarms.PowerCut, [8]), (DeviceAlarms.Tamper, [16, 17])]),
        [new BatteryItem(0xE4, 2, 1), new BatteryItem(0xFE, 1, 0), new BatteryItem(0xD4, 1, 0), new BatteryItem(0xE1, 1, 0), new BatteryItem(0xF7, 6, 5)]);

    public static ImmutableArray<DeviceAlarms> BitsOf(IEnumerable<(DeviceAlarms Alarm, int[] Bits)> map)
    {
        var meanings = new DeviceAlarms[Bits];
        foreach ((DeviceAlarms alarm, int[] bits) in map)
        {
            foreach (int bit in bits)
            {
                meanings[bit] |= alarm;
            }
        }

        return [.. meanings];
    }

    /// <summary>A terminal's local time as an instant.</summary>
    public Instant InstantOf(LocalDateTime time) => time.WithOffset(Clock).ToInstant();

    public GeoPoint PlaceOf(in LocationReport report)
    {
        (double longitude, double latitude) = Datum.ToWgs84(Coordinates, report.Longitude, report.Latitude);
        return new GeoPoint(longitude, latitude);
    }

    public DeviceAlarms AlarmsOf(in LocationReport report)
    {
        DeviceAlarms on = Dismounted(report.Items) ? DeviceAlarms.Tamper : DeviceAlarms.None;
        for (uint left = report.Alarms; left != 0; left &= left - 1)
        {
            on |= Alarms[BitOperations.TrailingZeroCount(left)];
        }

        return on;
    }

    /// <summary>Per cent; null where the report says nothing of it.</summary>
    public int? BatteryOf(in LocationReport report)
    {
        foreach (AdditionalItem item in report.Items)
        {
            foreach (BatteryItem battery in Battery)
            {
                if (item.Id == battery.Item && item.Value.Length == battery.Length && item.Value[battery.Offset] <= 100)
                {
                    return item.Value[battery.Offset];
                }
            }
        }

        return null;
    }

    /// <summary>Makers who use item 0xEB put a status word into it, in which a cleared bit 12 means: taken off.</summary>
    private static bool Dismounted(in AdditionalItems items)
    {
        foreach (ExtendedItem part in new ExtendedItems(items[ExtensionItem]))
        {
            if (part.Type == DismountStatus && part.Value.Length == sizeof(uint))
            {
                return (BinaryPrimitives.ReadUInt32BigEndian(part.Value) & NotDismounted) == 0;
            }
        }

        return false;
    }
}
