using System.Collections.Frozen;
using Correction.Gateway.Jt808.Codec;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Correction.Gateway.Jt808.Devices;

/// <summary>
/// Additional items beyond the standard's, as the makers whose frames are at hand use them. One id means different things
/// at different makers: length and model tell which.
/// </summary>
internal static class VendorItems
{
    private static readonly string[] JimiModels = ["JC371", "JC181", "JC182", "JC450", "JC451"];
    private static readonly string[] AovxModels = ["AL300", "GL100"];

    /// <summary>Reads one item whose length has been found right.</summary>
    private delegate void Reader(ReadOnlySpan<byte> value, TerminalAttributes into);

    /// <param name="Least">The least length it can be read from.</param>
    /// <param name="Exact">Whether it must be just that length.</param>
    private sealed record Rule(byte Item, int Least, bool Exact, Reader Read, string[]? Models = null);

    private static readonly FrozenDictionary<byte, Rule[]> Rules = new Rule[]
    {
        new(0x31, 1, true, (v, into) => into.Set("sat", (int)v[0])),
        new(0x51, 2, true, (v, into) => into.Set("temp1", SignedTenths(ReadUInt16BigEndian(v)))),
        new(0x57, 8, true, ReadDriving),
        new(0x57, 8, true, (v, into) => When(v[5] % 2 == 1, "door", into), ["MV710G", "MV810G"]),
        new(0x63, 11, false, ReadLocks),
        new(0xA0, 1, false, (v, into) => into.Set("dtcs", TerminalAttributes.Ascii(v).Replace(',', ' '))),
        new(0xD5, 14, false, (v, into) => into.Set("lock1Locked", (ReadUInt16BigEndian(v[12..]) & (1 << 5)) == 0)),
        new(0xE4, 2, true, (v, into) => into.Set("batteryLevel", (int)v[1])),
        new(0xE6, 8, false, ReadDiagnosis),
        new(0xE8, 10, true, ReadPower, JimiModels),
        new(0xEB, 4, false, ReadExtended),
        new(0xF1, 4, true, (v, into) => into.Set("power", ReadUInt32BigEndian(v) / 1000.0)),
        new(0xF6, 8, true, (v, into) => into.Set("imei", Convert.ToHexStringLower(v)[1..])),
        new(0xF6, 10, false, ReadSensors),
        new(0xF7, 6, true, (v, into) => into.Set("batteryLevel", (int)v[5])),
        new(0xFE, 1, true, (v, into) => into.Set("batteryLevel", (int)v[0])),
        new(0xFE, 7, false, ReadManoeuvre),
    }.GroupBy(rule => rule.Item).ToFrozenDictionary(group => group.Key, group => group.ToArray());

    public static void Read(in AdditionalItem item, string model, TerminalAttributes into)
    {
        foreach (Rule rule in Rules.GetValueOrDefault(item.Id) ?? [])
        {
            int length = item.Value.Length;
            if ((rule.Exact ? length == rule.Least : length >= rule.Least) && (rule.Models is null || rule.Models.Contains(model)))
            {
                rule.Read(item.Value, into);
            }
        }
    }

    /// <summary>Alarm and status bits in the makers' words.</summary>
    public static void ReadBits(in LocationReport report, string model, TerminalAttributes into)
    {
        if (AovxModels.Contains(model))
        {
            When((report.Alarms & (1 << 16)) != 0, "movement", into);
        }
        else
        {
            When((report.Alarms & (0b11 << 16)) != 0, "tampering", into);
        }

        if (model is "MV710G" or "MV810G")
        {
            into.Set("door", (report.Status & (1 << 16)) != 0);
        }
    }

    private static void When(bool on, string alarm, TerminalAttributes into)
    {
        if (on)
        {
            into.Alarm(alarm);
        }
    }

    /// <summary>Sign and magnitude in sixteen bits, tenths.</summary>
    private static double SignedTenths(ushort value) => (value & 0x8000) == 0 ? value / 10.0 : -(value & 0x7FFF) / 10.0;

    private static void ReadDriving(ReadOnlySpan<byte> value, TerminalAttributes into)
    {
        int bits = ReadUInt16BigEndian(value);
        When((bits & (1 << 8)) != 0, "hardAcceleration", into);
        When((bits & (1 << 9)) != 0, "hardBraking", into);
        When((bits & (1 << 10)) != 0, "hardCornering", into);
    }

    private static void ReadLocks(ReadOnlySpan<byte> value, TerminalAttributes into)
    {
        const int One = 11;
        for (int number = 1; value.Length >= One; number++, value = value[One..])
        {
            into.Set($"lock{number}Battery", ReadUInt16BigEndian(value[6..]) / 1000.0);
        }
    }

    private static void ReadDiagnosis(ReadOnlySpan<byte> value, TerminalAttributes into)
    {
        if (value.StartsWith("$OBD-RT"u8))
        {
            into.ReadDiagnosis(value);
        }
    }

    /// <summary>Type 0x2003: charging, level in sixths, volts of the battery and of the supply.</summary>
    private static void ReadPower(ReadOnlySpan<byte> value, TerminalAttributes into)
    {
        if (ReadUInt16BigEndian(value) == 0x2003)
        {
            into.Set("charge", value[3] == 1);
            into.Set("battery", ReadUInt16BigEndian(value[5..]) / 100.0);
            into.Set("power", ReadUInt16BigEndian(value[8..]) / 100.0);
        }
    }

    private static void ReadExtended(ReadOnlySpan<byte> value, TerminalAttributes into)
    {
        if (value.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0)
        {
            into.Set("timezone", TerminalAttributes.Ascii(value));
            return;
        }

        foreach (ExtendedItem part in new ExtendedItems(value))
        {
            ReadPart(part, into);
        }
    }

    private static void ReadPart(in ExtendedItem part, TerminalAttributes into)
    {
        switch (part.Type, part.Value.Length)
        {
            case (0x0001, >= 2):
                into.Set("fuel1", ReadUInt16BigEndian(part.Value) / 10.0);
                break;
            case (0x0023, 6) when DeviceValues.Number(TerminalAttributes.Ascii(part.Value)) is { } fuel:
                into.Set("fuel2", fuel);
                break;
            case (0x0089, 4):
                When((ReadUInt32BigEndian(part.Value) & (1 << 12)) == 0, "removing", into);
                break;
            case (0x00B2, 10):
                into.Set("iccid", Convert.ToHexStringLower(part.Value).TrimEnd('f'));
                break;
            case (0x00CE, 2):
                into.Set("power", ReadUInt16BigEndian(part.Value) / 100.0);
                break;
            case (0x00A8 or 0x00E1, >= 1):
                into.Set("batteryLevel", (int)part.Value[0]);
                break;
        }
    }

    /// <summary>Event, a mask of what follows, then light, temperature and humidity.</summary>
    private static void ReadSensors(ReadOnlySpan<byte> value, TerminalAttributes into)
    {
        int at = 2 + ((value[1] & 1) == 0 ? 0 : 2);
        if ((value[1] & 2) != 0 && value.Length >= at + 2)
        {
            into.Set("temp1", ReadInt16BigEndian(value[at..]) / 10.0);
        }
    }

    private static void ReadManoeuvre(ReadOnlySpan<byte> value, TerminalAttributes into)
    {
        if (value[0] == 0x7C && value[1] == 0x01 && value[2] == sizeof(uint))
        {
            uint bits = ReadUInt32BigEndian(value[3..]);
            When((bits & 1) != 0, "hardAcceleration", into);
            When((bits & 2) != 0, "hardBraking", into);
            When((bits & 4) != 0, "hardCornering", into);
        }
    }
}
