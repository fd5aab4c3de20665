using Correction.Gateway.Jt808.Codec;
using Correction.Gateway.Jt808.Devices;
using Correction.Simulation.Terminals;

namespace Correction.Gateway.Tests.Jt808;

public sealed class FuzzTests
{
    private const long Bytes = 10_000_000;
    private const int AtOnce = 20_000;

    [Fact]
    public void Given_ten_million_broken_bytes_When_read_and_decoded_Then_nothing_is_thrown_and_a_whole_message_after_them_is_read()
    {
        var broken = new BrokenFirmware(808);
        byte[] whole = Wire.Frame(new MessageHeader(MessageIds.Heartbeat, TerminalNumber.Parse("1", isLong: false), 4711), []);
        long sent = 0, messages = 0, defects = 0;
        for (int round = 0; sent < Bytes; round++)
        {
            var stream = new List<byte>();
            while (stream.Count < AtOnce)
            {
                stream.AddRange(broken.Next());
            }

            sent += stream.Count;
            stream.AddRange(whole);
            (List<Message> read, List<FrameDefect> found) = Wire.Read([.. stream], Wire.Chunks(round).Select(size => size * 50));
            Assert.Equal((round, 4711), (round, read[^1].Header.Serial));
            read.ForEach(Decode);
            (messages, defects) = (messages + read.Count, defects + found.Count);
        }

        Assert.True(messages > 20_000 && defects > 20_000, $"{messages} messages, {defects} defects: the bytes do not reach both ways.");
    }

    private static void Decode(Message message)
    {
        bool edition2019 = message.Header.Terminal.IsLong;
        Assert.NotEmpty(message.Header.Terminal.DeviceId);
        RegistrationBody.Read(message.Body, edition2019);
        AuthenticationBody.Read(message.Body, edition2019);
        TerminalAnswer.TryRead(message.Body, out _);
        foreach (string model in (string[])["", "JC371", "AL300", "MV710G"])
        {
            TerminalAttributes.Of(message.Header.Id, message.Body, model);
        }

        if (LocationReport.TryRead(message.Body, out LocationReport report))
        {
            DeviceModel.Standard.AlarmsOf(report);
            DeviceModel.Standard.BatteryOf(report);
            if (report.HasPlace)
            {
                DeviceModel.Standard.PlaceOf(report);
            }
        }
    }
}
