using Correction.Gateway.Jt808.Codec;
using Correction.Gateway.Jt808.Devices;
using Correction.Simulation.Terminals;
using FsCheck.Xunit;
using NodaTime;

namespace Correction.Gateway.Tests.Jt808;

public sealed class CodecTests
{
    private static readonly TerminalNumber Terminal = TerminalNumber.Parse("13912345678", isLong: false);

    [Property(MaxTest = 500)]
    public void Given_any_message_When_written_and_read_in_any_chunks_Then_it_is_the_same(
        ushort id, ushort serial, byte version, ulong number, bool edition2019, bool part, ushort parts, byte[] body, int seed)
    {
        body = body.Length > MessageHeader.LongestBody ? body[..MessageHeader.LongestBody] : body;
        serial = id is MessageIds.SleepReport or MessageIds.SleepReportWithoutPosition ? (byte)serial : serial;
        var header = new MessageHeader(
            id, TerminalNumber.Parse($"{number % 1_000_000_000_000:D12}", edition2019), serial, body.Length, 0, edition2019 ? version : (byte)0,
            part ? (ushort)Math.Max(1, (int)parts) : (ushort)0, part ? (ushort)1 : (ushort)0);

        (List<Message> messages, List<FrameDefect> defects) = Wire.Read(Wire.Frame(header, body), Wire.Chunks(seed));

        Assert.Empty(defects);
        Message read = Assert.Single(messages);
        Assert.Equal(header, read.Header);
        Assert.Equal(body, read.Body);
    }

    [Property(MaxTest = 2000)]
    public void Given_any_bytes_When_read_and_decoded_Then_nothing_is_thrown(byte[] bytes, ushort id, bool edition2019)
    {
        Wire.Read([FrameReader.Delimiter, .. bytes, FrameReader.Delimiter], Wire.Chunks(bytes.Length));
        DecodeAll(bytes, id, edition2019);
        DecodeAll([.. new byte[LocationReport.FixedBytes], .. bytes], MessageIds.Location, edition2019);
    }

    [Property(MaxTest = 500)]
    public void Given_any_bytes_before_and_after_When_read_Then_the_message_is_found_and_chunks_do_not_matter(byte[] before, byte[] after, int seed)
    {
        byte[] frame = Wire.Frame(new MessageHeader(MessageIds.Heartbeat, Terminal, 7), []);
        byte[] stream = [.. before, .. frame, .. after, .. frame];

        (List<Message> whole, List<FrameDefect> defects) = Wire.Read(stream, [stream.Length]);
        (List<Message> chunked, List<FrameDefect> chunkedDefects) = Wire.Read(stream, Wire.Chunks(seed));

        Assert.True(whole.Count(message => message.Header.Id == MessageIds.Heartbeat) >= 2);
        Assert.Equal(whole.Select(message => message.Header), chunked.Select(message => message.Header));
        Assert.Equal(defects.Where(defect => defect != FrameDefect.Garbage), chunkedDefects.Where(defect => defect != FrameDefect.Garbage)); // garbage is told once a chunk
    }

    [Theory]
    [InlineData("7e00020000013912345678000700", FrameDefect.None)] // no end yet
    [InlineData("7e000200000139123456780007ff7e", FrameDefect.WrongChecksum)]
    [InlineData("7e0002000001391234567800077d037e", FrameDefect.BrokenEscape)]
    [InlineData("7e0002000001391234567d7e", FrameDefect.BrokenEscape)]
    [InlineData("7e00020000017e", FrameDefect.BrokenHeader)]
    [InlineData("0102037e", FrameDefect.Garbage)]
    public void Given_a_broken_frame_When_read_Then_its_defect_is_told(string hex, FrameDefect expected)
    {
        (List<Message> messages, List<FrameDefect> defects) = Wire.Read(Convert.FromHexString(hex), [1000]);
        Assert.Empty(messages);
        Assert.Equal(expected == FrameDefect.None ? [] : [expected], defects);
    }

    [Fact]
    public void Given_a_wrong_declared_length_or_a_part_beyond_its_whole_When_read_Then_it_is_a_defect()
    {
        byte[] longer = Plain(new MessageHeader(MessageIds.Heartbeat, Terminal, 1, BodyLength: 3));
        byte[] beyond = Plain(new MessageHeader(MessageIds.Heartbeat, Terminal, 1, Parts: 2, Part: 3));
        Assert.Equal([FrameDefect.WrongLength], Wire.Read(longer, [1000]).Defects);
        Assert.Equal([FrameDefect.BrokenHeader], Wire.Read(beyond, [1000]).Defects);
    }

    [Fact]
    public void Given_an_endless_frame_When_read_Then_what_is_kept_is_bounded_and_the_next_message_is_read()
    {
        byte[] frame = Wire.Frame(new MessageHeader(MessageIds.Heartbeat, Terminal, 9), []);
        byte[] stream = [FrameReader.Delimiter, .. new byte[100_000], .. frame];
        (List<Message> messages, List<FrameDefect> defects) = Wire.Read(stream, Enumerable.Repeat(512, 1000));
        Assert.Contains(FrameDefect.OverLong, defects);
        Assert.Equal(9, Assert.Single(messages).Header.Serial);
    }

    [Theory]
    [InlineData("013912345678", "13912345678")]
    [InlineData("000000000000", "0")]
    [InlineData("4eb6fb4ad628", "865478070001047")]
    [InlineData("2c944ab787a7", "490154203237518")] // the IMEI that articles on its check digit take
    public void Given_a_number_of_six_bytes_When_named_Then_leading_zeros_are_gone_and_a_binary_IMEI_is_an_IMEI(string hex, string deviceId) =>
        Assert.Equal(deviceId, TerminalNumber.Read(Convert.FromHexString(hex)).DeviceId);

    [Theory]
    [InlineData("000000000000")]
    [InlineData("261301000000")]
    [InlineData("260230000000")]
    [InlineData("2602280a0000")]
    [InlineData("260228240000")]
    [InlineData("260228006000")]
    [InlineData("ffffffffffff")]
    public void Given_digits_that_are_no_time_When_decoded_Then_there_is_none(string bcd) =>
        Assert.Null(Bcd.Time(Convert.FromHexString(bcd)));

    [Theory]
    [InlineData(0b0010, 28.85, 112.36)]
    [InlineData(0b0110, -28.85, 112.36)]
    [InlineData(0b1010, 28.85, -112.36)]
    [InlineData(0b1110, -28.85, -112.36)]
    public void Given_the_status_bits_of_hemispheres_When_decoded_Then_the_signs_are_theirs(uint status, double latitude, double longitude)
    {
        byte[] body = TerminalMessages.Location(0, status, 28_850_000, 112_360_000, new LocalDateTime(2026, 3, 1, 9, 0, 0));
        Assert.True(LocationReport.TryRead(body, out LocationReport report));
        Assert.Equal((latitude, longitude), (report.Latitude, report.Longitude));
        Assert.True(report.HasPlace);
    }

    [Fact]
    public void Given_registrations_of_three_editions_When_read_Then_maker_model_and_id_are_theirs()
    {
        byte[] edition2011 = [0, 43, 9, 0x81, .. "MAKER"u8, .. "MODEL-11"u8, .. "ID00011"u8, 1];
        byte[] edition2013 = [0, 43, 9, 0x81, .. "MAKER"u8, .. "MODEL-13"u8, .. new byte[12], .. "ID00013"u8, 1, .. "湘A"u8];
        byte[] edition2019 = [0, 43, 9, 0x81, .. "MAKER"u8, .. new byte[6], .. "MODEL-19"u8, .. new byte[22], .. "ID00019"u8, .. new byte[23], 1];

        Assert.Equal(new RegistrationBody(43, 0x981, "MAKER", "MODEL-11", "ID00011"), RegistrationBody.Read(edition2011, false));
        Assert.Equal(new RegistrationBody(43, 0x981, "MAKER", "MODEL-13", "ID00013"), RegistrationBody.Read(edition2013, false));
        Assert.Equal(new RegistrationBody(43, 0x981, "MAKER", "MODEL-19", "ID00019"), RegistrationBody.Read(edition2019, true));
    }

    [Fact]
    public void Given_authentications_of_both_editions_When_read_Then_the_code_is_theirs()
    {
        Assert.Equal(new AuthenticationBody("CODE", null), AuthenticationBody.Read("CODE"u8, false));
        Assert.Equal(
            new AuthenticationBody("CODE", "866496077582164"), AuthenticationBody.Read([4, .. "CODE"u8, .. "866496077582164"u8, .. "V1.0"u8, .. new byte[16]], true));
        Assert.Null(AuthenticationBody.Read([200, .. "CODE"u8], true));
    }

    private static void DecodeAll(byte[] bytes, ushort id, bool edition2019)
    {
        if (LocationReport.TryRead(bytes, out LocationReport report))
        {
            DeviceModel.Standard.BatteryOf(report);
            DeviceModel.Standard.AlarmsOf(report);
        }

        if (LocationBatch.TryRead(bytes, out LocationBatch batch))
        {
            foreach (ReadOnlySpan<byte> one in batch)
            {
                LocationReport.TryRead(one, out _);
            }
        }

        RegistrationBody.Read(bytes, edition2019);
        AuthenticationBody.Read(bytes, edition2019);
        TerminalAnswer.TryRead(bytes, out _);
        foreach (string model in (string[])["", "JC371", "AL300", "MV710G", "GL100"])
        {
            Assert.NotNull(TerminalAttributes.Of(id, bytes, model));
            Assert.NotNull(TerminalAttributes.Of(MessageIds.Location, bytes, model));
        }
    }

    /// <summary>A frame whose header says what it likes.</summary>
    private static byte[] Plain(MessageHeader header)
    {
        byte[] plain = new byte[header.Length + 1];
        header.Write(plain);
        plain[^1] = FrameReader.Checksum(plain.AsSpan(..^1));
        return [FrameReader.Delimiter, .. plain, FrameReader.Delimiter];
    }
}
