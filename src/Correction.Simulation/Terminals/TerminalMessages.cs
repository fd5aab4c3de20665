using System.Buffers.Binary;
using Correction.Domain.Location;
using Correction.Gateway.Jt808.Codec;
using NodaTime;

namespace Correction.Simulation.Terminals;

/// <summary>Bodies of the messages that a terminal sends.</summary>
public static class TerminalMessages
{
    private const uint Positioned = 1 << 1, South = 1 << 2, West = 1 << 3;
    private const byte BatteryItem = 0xE4; // as trackers' makers use it: charging, per cent
    private static readonly Offset Clock = Offset.FromHours(8); // by the standard

    /// <summary>0x0200, from the fields as they are sent.</summary>
    public static byte[] Location(uint alarms, uint status, uint latitude, uint longitude, LocalDateTime time, params ReadOnlySpan<byte> items)
    {
        byte[] body = new byte[LocationReport.FixedBytes + items.Length];
        BinaryPrimitives.WriteUInt32BigEndian(body, alarms);
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(4), status);
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(8), latitude);
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(12), longitude);
        Bcd.Write(time, body.AsSpan(22));
        items.CopyTo(body.AsSpan(LocationReport.FixedBytes));
        return body;
    }

    /// <summary>0x0200 of a terminal that is there at that time; a place of null is sent as not positioned.</summary>
    public static byte[] Location(Instant at, GeoPoint? place, int battery = 80, uint alarms = 0)
    {
        LocalDateTime time = at.WithOffset(Clock).LocalDateTime;
        ReadOnlySpan<byte> items = [BatteryItem, 2, 1, (byte)battery, AdditionalItems.SignalStrength, 1, 24, AdditionalItems.Satellites, 1, 9];
        if (place is not { } here)
        {
            return Location(alarms, 0, 0, 0, time, items);
        }

        uint status = Positioned | (here.Latitude < 0 ? South : 0) | (here.Longitude < 0 ? West : 0);
        return Location(alarms, status, Micro(here.Latitude), Micro(here.Longitude), time, items);
    }

    /// <summary>0x0704 of reports that were kept while there was no network.</summary>
    public static byte[] Batch(IReadOnlyCollection<byte[]> reports)
    {
        byte[] body = new byte[3 + reports.Sum(report => 2 + report.Length)];
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)reports.Count);
        body[2] = 1;
        int at = 3;
        foreach (byte[] report in reports)
        {
            BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(at), (ushort)report.Length);
            report.CopyTo(body, at + 2);
            at += 2 + report.Length;
        }

        return body;
    }

    /// <summary>0x0100 of 2013 or 2019.</summary>
    public static byte[] Registration(string model, bool edition2019)
    {
        (int maker, int kind, int id) = edition2019 ? (11, 30, 30) : (5, 20, 7);
        byte[] body = new byte[4 + maker + kind + id + 1];
        BinaryPrimitives.WriteUInt16BigEndian(body, 43); // 湖南省
        BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(2), 981); // 沅江市
        "SIM"u8.CopyTo(body.AsSpan(4));
        Gbk.Bytes(model).AsSpan().CopyTo(body.AsSpan(4 + maker, kind));
        "0000001"u8.CopyTo(body.AsSpan(4 + maker + kind));
        return body;
    }

    /// <summary>0x0102 of 2013 or 2019.</summary>
    public static byte[] Authentication(string code, bool edition2019) =>
        edition2019 ? [(byte)code.Length, .. Gbk.Bytes(code), .. "000000000000000"u8, .. new byte[20]] : Gbk.Bytes(code);

    /// <summary>0x0001.</summary>
    public static byte[] Answer(MessageHeader to, AnswerResult result) => PlatformBodies.Answer(to, result);

    private static uint Micro(double degrees) => (uint)Math.Round(Math.Abs(degrees) * 1e6);
}
