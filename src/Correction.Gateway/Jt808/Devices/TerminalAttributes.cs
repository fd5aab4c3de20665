using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Correction.Gateway.Jt808.Codec;

namespace Correction.Gateway.Jt808.Devices;

/// <summary>
/// What makers' own messages and items say, by name: for an administrator who finds out what a new model can do. Decides
/// nothing; what decisions need is in <see cref="DeviceModel"/>.
/// </summary>
public sealed class TerminalAttributes
{
    private const ushort DriverIdentity = 0x0702, Transparent = 0x0900, Batch2 = 0x0210, TextReport = 0x6006, TextAnswer = 0x1300;

    private readonly Dictionary<string, object> _values = [];

    public IReadOnlyDictionary<string, object> Values => _values;

    /// <summary>Never throws: what is shorter than its maker says is left out.</summary>
    public static TerminalAttributes Of(ushort messageId, ReadOnlySpan<byte> body, string model)
    {
        var found = new TerminalAttributes();
        switch (messageId)
        {
            case MessageIds.Location:
                found.ReadLocation(body, model);
                break;
            case MessageIds.LocationBatch when LocationBatch.TryRead(body, out LocationBatch batch):
                foreach (ReadOnlySpan<byte> one in batch)
                {
                    found.ReadLocation(one, model);
                    break; // the first stands for all
                }

                break;
            case DriverIdentity when body.Length >= 9 && body.Length >= 29 + body[8]:
                found.Set("cardCode", Ascii(body.Slice(9 + body[8], 20)));
                break;
            case Batch2 when body.Length == 7:
                found.Set("batteryLevel", (int)body[0]);
                break;
            case TextReport when body.Length > 1:
                found.Set("result", Gbk.Text(body[1..]));
                break;
            case TextAnswer when body.Length > 2:
                found.Set("result", Encoding.BigEndianUnicode.GetString(body[2..]).Trim('\0', ' ', '\r', '\n'));
                break;
            case MessageIds.SleepReport when body.Length > 23 && body[23] is 0xAA or 0xAB: // charging
                found.Set("charge", true);
                break;
            case Transparent when body.Length > 1:
                found.ReadTransparent(body[0], body[1..]);
                break;
        }

        return found;
    }

    internal void Set(string name, object value) => _values[name] = value;

    internal void Alarm(string name) => _values["alarm"] = _values.TryGetValue("alarm", out object? before) ? $"{before},{name}" : name;

    internal static string Ascii(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetString(bytes).Trim('\0', ' ', '\r', '\n');

    /// <summary>A line of an on-board diagnosis reader: numbers between commas, empty where unknown.</summary>
    internal void ReadDiagnosis(ReadOnlySpan<byte> line)
    {
        string[] values = Ascii(line).Split(',');
        foreach ((string name, int index) in (ReadOnlySpan<(string, int)>)[("power", 1), ("rpm", 2), ("fuelUsed", 12)])
        {
            if (index < values.Length && double.TryParse(values[index], NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            {
                Set(name, value);
            }
        }
    }

    private void ReadLocation(ReadOnlySpan<byte> body, string model)
    {
        if (!LocationReport.TryRead(body, out LocationReport report))
        {
            return;
        }

        VendorItems.ReadBits(report, model, this);
        foreach (AdditionalItem item in report.Items)
        {
            VendorItems.Read(item, model, this);
        }
    }

    private void ReadTransparent(byte type, ReadOnlySpan<byte> data)
    {
        const int Sensors = 0x54, Diagnosis = 0x41, Place = LocationReport.FixedBytes - sizeof(uint); // a position without alarm bits goes before
        if (type == Diagnosis)
        {
            ReadDiagnosis(data);
        }
        else if (type == Sensors && data.Length >= Place)
        {
            ReadSamples(data[Place..]);
        }
    }

    /// <summary>Each sample: a mask of what it holds, its time, the values; the last one stands.</summary>
    private void ReadSamples(ReadOnlySpan<byte> samples)
    {
        while (samples.Length >= 8)
        {
            int mask = BinaryPrimitives.ReadUInt16BigEndian(samples);
            int light = (mask & 1) == 0 ? 0 : 2, climate = (mask & 2) == 0 ? 0 : 4, probe = (mask & 4) == 0 ? 0 : 2;
            int length = 8 + light + climate + probe + ((mask & 8) == 0 ? 0 : 6) + ((mask & 16) == 0 ? 0 : 2);
            if (samples.Length < length)
            {
                return;
            }

            if (climate > 0)
            {
                Set("deviceTemp", BinaryPrimitives.ReadInt16BigEndian(samples[(8 + light)..]) / 10.0);
                Set("humidity", BinaryPrimitives.ReadInt16BigEndian(samples[(10 + light)..]) / 10.0);
            }

            samples = samples[length..];
        }
    }
}
