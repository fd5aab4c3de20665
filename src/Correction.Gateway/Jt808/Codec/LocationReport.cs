using System.Buffers.Binary;
using Correction.Domain.Location;
using NodaTime;

namespace Correction.Gateway.Jt808.Codec;

/// <summary>
/// Body of a position report, 0x0200 (JT/T 808-2019 §8.12): 28 bytes, then additional items. A view of the bytes that came:
/// reading one allocates nothing. Coordinates are those of the terminal, in whichever system it uses.
/// </summary>
public readonly ref struct LocationReport
{
    public const int FixedBytes = 28;

    private const uint PositionedBit = 1 << 1;
    private const uint SouthBit = 1 << 2;
    private const uint WestBit = 1 << 3;
    private const double MicroDegrees = 1e6;

    private LocationReport(ReadOnlySpan<byte> body)
    {
        Alarms = BinaryPrimitives.ReadUInt32BigEndian(body);
        Status = BinaryPrimitives.ReadUInt32BigEndian(body[4..]);
        double latitude = BinaryPrimitives.ReadUInt32BigEndian(body[8..]) / MicroDegrees;
        double longitude = BinaryPrimitives.ReadUInt32BigEndian(body[12..]) / MicroDegrees;
        Latitude = (Status & SouthBit) == 0 ? latitude : -latitude;
        Longitude = (Status & WestBit) == 0 ? longitude : -longitude;
        Altitude = BinaryPrimitives.ReadInt16BigEndian(body[16..]);
        SpeedTenths = BinaryPrimitives.ReadUInt16BigEndian(body[18..]);
        Direction = BinaryPrimitives.ReadUInt16BigEndian(body[20..]);
        Time = Bcd.Time(body[22..]);
        Items = new AdditionalItems(body[FixedBytes..]);
    }

    /// <summary>Alarm bits as sent; a <see cref="Devices.DeviceModel"/> tells their meaning.</summary>
    public uint Alarms { get; }

    public uint Status { get; }

    public double Latitude { get; }

    public double Longitude { get; }

    /// <summary>Metres.</summary>
    public short Altitude { get; }

    /// <summary>Tenths of a kilometre an hour.</summary>
    public ushort SpeedTenths { get; }

    /// <summary>Degrees clockwise from true north.</summary>
    public ushort Direction { get; }

    /// <summary>The terminal's own time; null where its digits are no date.</summary>
    public LocalDateTime? Time { get; }

    public AdditionalItems Items { get; }

    /// <summary>The terminal's word that its receiver has a position.</summary>
    public bool Positioned => (Status & PositionedBit) != 0;

    /// <summary>A place on Earth, and not 0,0, which is what a receiver without a position says.</summary>
    public bool HasPlace => GeoPoint.IsValid(Longitude, Latitude) && (Longitude != 0 || Latitude != 0);

    public static bool TryRead(ReadOnlySpan<byte> body, out LocationReport report)
    {
        report = body.Length < FixedBytes ? default : new LocationReport(body);
        return body.Length >= FixedBytes;
    }
}

/// <summary>The additional items of a position report: id, length, value; unknown ones are passed through.</summary>
public readonly ref struct AdditionalItems(ReadOnlySpan<byte> bytes)
{
    public const byte Mileage = 0x01;
    public const byte RecorderSpeed = 0x03;
    public const byte SignalStrength = 0x30;
    public const byte Satellites = 0x31;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public Enumerator GetEnumerator() => new(_bytes);

    /// <summary>The first item of that id; empty where there is none.</summary>
    public ReadOnlySpan<byte> this[byte id]
    {
        get
        {
            foreach (AdditionalItem item in this)
            {
                if (item.Id == id)
                {
                    return item.Value;
                }
            }

            return default;
        }
    }

    /// <summary>Metres; the terminal counts tenths of a kilometre.</summary>
    public double? MileageMetres => this[Mileage] is { Length: 4 } value ? BinaryPrimitives.ReadUInt32BigEndian(value) * 100.0 : null;

    /// <summary>Bars or percent, as the terminal counts.</summary>
    public int? Signal => this[SignalStrength] is { Length: 1 } value ? value[0] : null;

    public int? SatelliteCount => this[Satellites] is { Length: 1 } value ? value[0] : null;

    /// <summary>Goes through the items until one is longer than what is left.</summary>
    public ref struct Enumerator(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public AdditionalItem Current { get; private set; }

        public bool MoveNext()
        {
            if (_rest.Length < 2 || _rest.Length < 2 + _rest[1])
            {
                return false;
            }

            Current = new AdditionalItem(_rest[0], _rest.Slice(2, _rest[1]));
            _rest = _rest[(2 + _rest[1])..];
            return true;
        }
    }
}

public readonly ref struct AdditionalItem(byte id, ReadOnlySpan<byte> value)
{
    public byte Id { get; } = id;

    public ReadOnlySpan<byte> Value { get; } = value;
}
