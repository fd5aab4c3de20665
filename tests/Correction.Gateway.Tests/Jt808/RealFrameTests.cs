using System.Globalization;
using System.Text.Json;
using Correction.Gateway.Jt808.Codec;
using Correction.Gateway.Jt808.Devices;
using NodaTime;
using NodaTime.Text;

namespace Correction.Gateway.Tests.Jt808;

/// <summary>Frames of real terminals, as they came over the wire.</summary>
public sealed class RealFrameTests
{
    private const string Traccar = "jt808-frames.json", SmallChi = "jt808-frames-smallchi.json";

    public static TheoryData<string> Files { get; } = [Traccar, SmallChi];

    [Theory]
    [MemberData(nameof(Files))]
    public void Given_real_frames_in_random_chunks_When_read_Then_each_sound_one_is_a_message_and_each_broken_one_a_defect(string file)
    {
        foreach ((int number, JsonElement one) in SharedCases.Of(file))
        {
            (List<Message> messages, List<FrameDefect> defects) = Read(one, number);
            JsonElement derived = one.GetProperty("derived");
            bool sound = derived.GetProperty("checksumOk").GetBoolean() && derived.GetProperty("lengthOk").GetBoolean();
            Assert.Equal((number, sound ? 1 : 0), (number, messages.Count));
            if (!sound)
            {
                FrameDefect expected = derived.GetProperty("checksumOk").GetBoolean() ? FrameDefect.WrongLength : FrameDefect.WrongChecksum;
                Assert.Equal((number, expected), (number, Assert.Single(defects)));
                continue;
            }

            Assert.Empty(defects);
            MessageHeader header = messages[0].Header;
            Assert.Equal((number, derived.GetProperty("msgId").GetString()), (number, $"0x{header.Id:x4}"), Messages);
            Assert.Equal((number, derived.GetProperty("serial").GetInt32()), (number, header.Serial));
            Assert.Equal((number, derived.GetProperty("bodyLen").GetInt32()), (number, messages[0].Body.Length));
            Assert.Equal((number, derived.GetProperty("version2019").GetBoolean()), (number, header.Terminal.IsLong));
            byte[] terminal = new byte[header.Terminal.Length];
            header.Terminal.Write(terminal);
            Assert.Equal((number, derived.GetProperty("phoneBcd").GetString()), (number, Convert.ToHexStringLower(terminal)));
            Assert.Equal((number, derived.GetProperty("encrypt").GetInt32()), (number, header.Encryption));
            Assert.Equal((number, derived.GetProperty("subpackage").GetBoolean()), (number, header.IsPart));
            if (derived.TryGetProperty("pkg", out JsonElement part))
            {
                Assert.Equal((part.GetProperty("total").GetInt32(), part.GetProperty("index").GetInt32()), (header.Parts, header.Part));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Given_real_positions_When_decoded_Then_place_time_speed_and_items_are_as_derived_and_as_asserted(string file)
    {
        foreach ((int number, JsonElement one) in SharedCases.Of(file))
        {
            JsonElement derived = one.GetProperty("derived");
            if (Read(one, number).Messages is not [var message])
            {
                continue;
            }

            if (derived.TryGetProperty("location", out JsonElement location))
            {
                Compare(number, location, message.Body);
            }
            else if (derived.TryGetProperty("locations", out JsonElement locations))
            {
                Assert.True(LocationBatch.TryRead(message.Body, out LocationBatch batch));
                Assert.Equal((number, derived.GetProperty("batchCount").GetInt32(), derived.GetProperty("batchType").GetInt32() == 1), (number, batch.Declared, batch.Buffered));
                int index = 0;
                foreach (ReadOnlySpan<byte> body in batch)
                {
                    Compare(number, locations[index++], body);
                }

                Assert.Equal(locations.GetArrayLength(), index);
            }

            if (one.TryGetProperty("expect", out JsonElement expect))
            {
                CompareAsserted(number, expect, message);
            }
        }
    }

    [Fact]
    public void Given_real_frames_When_their_attributes_are_read_Then_each_asserted_value_holds()
    {
        int asserted = 0;
        foreach ((int number, JsonElement one) in SharedCases.Of(Traccar))
        {
            if (!one.TryGetProperty("attrExpect", out JsonElement expect))
            {
                continue;
            }

            Message message = Assert.Single(Read(one, number).Messages);
            string model = one.TryGetProperty("model", out JsonElement name) ? name.GetString()! : string.Empty;
            IReadOnlyDictionary<string, object> attributes = TerminalAttributes.Of(message.Header.Id, message.Body, model).Values;
            string key = expect.GetProperty("key").GetString()!;
            Assert.True(attributes.TryGetValue(key, out object? value), $"Case {number}: no {key}, but {string.Join(", ", attributes.Keys)}.");
            Assert.Equal((number, expect.GetProperty("value").ToString().ToUpperInvariant()), (number, Convert.ToString(value, CultureInfo.InvariantCulture)!.ToUpperInvariant()), Values);
            asserted++;
        }

        Assert.Equal(32, asserted);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Given_all_frames_on_one_connection_with_garbage_between_When_read_Then_the_sound_ones_are_all_there(string file)
    {
        (int Number, JsonElement Case)[] cases = [.. SharedCases.Of(file)];
        byte[] stream = [.. cases.SelectMany(one => (byte[])[.. "\r\n"u8, .. Bytes(one.Case)])];
        int sound = cases.Count(one => one.Case.GetProperty("derived") is var derived && derived.GetProperty("checksumOk").GetBoolean() && derived.GetProperty("lengthOk").GetBoolean());
        Assert.Equal(sound, Wire.Read(stream, Wire.Chunks(808)).Messages.Count);
    }

    private static readonly IEqualityComparer<(int, string?)> Messages = EqualityComparer<(int, string?)>.Create((a, b) => string.Equals(a.Item2, b.Item2, StringComparison.OrdinalIgnoreCase));

    /// <summary>Numbers by value, texts by letters; the table has one space where case 53 has two on the wire.</summary>
    private static readonly IEqualityComparer<(int, string)> Values = EqualityComparer<(int, string)>.Create((a, b) =>
        a.Item2.Replace("  ", " ", StringComparison.Ordinal) == b.Item2.Replace("  ", " ", StringComparison.Ordinal) || (DeviceValues.Number(a.Item2) is { } left && DeviceValues.Number(b.Item2) is { } right && Math.Abs(left - right) < 1e-9));

    private static (List<Message> Messages, List<FrameDefect> Defects) Read(JsonElement one, int seed) => Wire.Read(Bytes(one), Wire.Chunks(seed));

    private static byte[] Bytes(JsonElement one) => Convert.FromHexString(one.GetProperty("wire").GetString()!);

    private static void Compare(int number, JsonElement derived, ReadOnlySpan<byte> body)
    {
        Assert.True(LocationReport.TryRead(body, out LocationReport report));
        Assert.Equal((number, derived.GetProperty("alarm").GetString(), derived.GetProperty("status").GetString()), (number, $"{report.Alarms:x8}", $"{report.Status:x8}"));
        Assert.Equal((number, derived.GetProperty("valid").GetBoolean()), (number, report.Positioned));
        Assert.Equal((number, derived.GetProperty("lat").GetDouble(), derived.GetProperty("lon").GetDouble()), (number, report.Latitude, report.Longitude));
        Assert.Equal(
            (number, derived.GetProperty("altM").GetInt32(), derived.GetProperty("speedKmh").GetDouble(), derived.GetProperty("course").GetInt32()),
            (number, report.Altitude, report.SpeedTenths / 10.0, report.Direction));
        Instant expected = InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss.fff").Parse(derived.GetProperty("timeUtcIfGmt8").GetString()!).Value;
        Assert.Equal((number, expected), (number, DeviceModel.Standard.InstantOf(report.Time!.Value)));
        var items = new List<string>();
        foreach (AdditionalItem item in report.Items)
        {
            items.Add($"{item.Id:x2}:{item.Value.Length}");
        }

        Assert.Equal($"{number}: {string.Join(' ', derived.GetProperty("items").EnumerateArray())}", $"{number}: {string.Join(' ', items)}");
    }

    private static void CompareAsserted(int number, JsonElement expect, Message message)
    {
        if (expect.TryGetProperty("positions", out JsonElement positions))
        {
            Assert.True(LocationBatch.TryRead(message.Body, out LocationBatch batch));
            int index = 0;
            foreach (ReadOnlySpan<byte> body in batch)
            {
                CompareAsserted(number, positions[index++], body);
            }
        }
        else
        {
            Assert.Equal((expect.GetProperty("phone").GetString(), expect.GetProperty("serial").GetInt32()), (message.Header.Terminal.DeviceId, message.Header.Serial));
            CompareAsserted(number, expect, message.Body);
        }
    }

    private static void CompareAsserted(int number, JsonElement expect, ReadOnlySpan<byte> body)
    {
        Assert.True(LocationReport.TryRead(body, out LocationReport report));
        Assert.Equal((number, expect.GetProperty("alarm").GetUInt32(), expect.GetProperty("status").GetUInt32()), (number, report.Alarms, report.Status));
        Assert.Equal((number, expect.GetProperty("lat").GetDouble(), expect.GetProperty("lon").GetDouble()), (number, report.Latitude, report.Longitude));
        Assert.Equal((number, expect.GetProperty("speedKmh").GetDouble()), (number, report.SpeedTenths / 10.0));
        LocalDateTime time = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss").Parse(expect.GetProperty("timeLocal").GetString()!).Value;
        Assert.Equal((number, time), (number, report.Time!.Value));
        Assert.Equal((number, expect.GetProperty("mileageKm").GetDouble() * 1000), (number, report.Items.MileageMetres!.Value));
    }
}
