using System.Net.Sockets;
using System.Text.Json;
using Correction.Domain.Location;
using Correction.Gateway.Jt808.Codec;
using Correction.Simulation.Terminals;
using Correction.Testing;
using NodaTime;

namespace Correction.Server.Tests;

/// <summary>What a gateway on the open network must bear.</summary>
public sealed class Jt808BoundsTests
{
    private const long BrokenBytes = 10_000_000;
    private const int Connections = 8;
    private const long MostGrowth = 400L * 1024 * 1024;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_bounds_When_connections_are_too_many_or_silent_Then_they_are_closed_and_the_others_live_on()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            ("Gateway__Jt808__MaxConnectionsPerAddress", "2"), ("Gateway__Jt808__IdleSeconds", "3"));
        await using TerminalClient silent = await ConnectAsync(server, 1);
        await using TerminalClient lively = await ConnectAsync(server, 2);
        Assert.Equal(AnswerResult.Success, (await silent.AskAsync(MessageIds.Heartbeat, [], Cancellation)).Result);
        Assert.Equal(AnswerResult.Success, (await lively.AskAsync(MessageIds.Heartbeat, [], Cancellation)).Result);
        Assert.False(await IsServedAsync(server, 3));

        Task<bool> closing = IsClosedAsync(silent);
        await Eventually.Until(
            async () =>
            {
                Assert.Equal(AnswerResult.Success, (await lively.AskAsync(MessageIds.Heartbeat, [], Cancellation)).Result);
                return closing.IsCompleted;
            },
            "the silent connection to be closed");
        Assert.True(await closing);
        await Eventually.Until(async () => await IsServedAsync(server, 4), "the place of the closed connection to be free");
    }

    [Fact]
    public async Task Given_ten_million_broken_bytes_over_TCP_When_sent_Then_no_connection_is_lost_memory_is_bounded_and_it_still_serves()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        await SendBrokenAsync(server, 1, BrokenBytes / 20); // warm: what is allocated once
        long before = server.WorkingSet;

        await Task.WhenAll(Enumerable.Range(2, Connections).Select(seed => SendBrokenAsync(server, seed, BrokenBytes / Connections)));

        Assert.True(server.WorkingSet - before < MostGrowth, $"From {before >> 20} MB to {server.WorkingSet >> 20} MB.");
        await using TerminalClient terminal = await ConnectAsync(server, 99);
        Assert.Equal(AnswerResult.Success, (await terminal.AskAsync(MessageIds.Heartbeat, [], Cancellation)).Result);
        using HttpClient admin = await server.AsAsync("admin");
        JsonElement gateways = await admin.GetJsonAsync("api/v1/gateways");
        JsonElement jt808 = gateways.GetProperty("items").EnumerateArray().Single(gateway => gateway.GetProperty("protocol").GetString() == "jt808");
        Assert.NotEmpty(jt808.GetProperty("details").GetProperty("faults").EnumerateArray());
        Assert.DoesNotContain("A terminal's connection failed", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_server_that_is_killed_in_mid_burst_When_it_is_back_Then_every_acknowledged_fix_is_there_and_a_repeat_adds_none()
    {
        const string Number = "13980800030";
        const int Reports = 2_000;
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient officer = await server.AsAsync("officer");
        string subject = await Jt808GatewayTests.BindAsync(officer, Number);
        var acknowledged = new HashSet<int>();
        await using (TerminalClient terminal = await TerminalClient.ConnectAsync("localhost", server.Jt808, TerminalNumber.Parse(Number, isLong: false), Cancellation))
        {
            Task sending = SendAllAsync(terminal, Reports);
            try
            {
                while (await terminal.ReadAsync(Cancellation) is { } answer)
                {
                    Assert.Equal(AnswerResult.Success, answer.Result);
                    acknowledged.Add(answer.Answers!.Value);
                    if (acknowledged.Count == Reports / 4)
                    {
                        await server.KillAsync();
                    }
                }
            }
            catch (IOException)
            {
                Assert.NotEmpty(acknowledged); // reset: the server is dead
            }

            await sending;
        }

        Assert.InRange(acknowledged.Count, Reports / 4, Reports - 1);
        await server.RunAsync();
        using HttpClient again = await server.AsAsync("officer");
        var stored = new HashSet<double>(await Jt808GatewayTests.LongitudesAsync(again, subject));
        Assert.All(acknowledged, serial => Assert.Contains(Longitude(serial - 1), stored));

        await using TerminalClient repeating = await TerminalClient.ConnectAsync("localhost", server.Jt808, TerminalNumber.Parse(Number, isLong: false), Cancellation);
        await SendAllAsync(repeating, Reports);
        for (int answers = 0; answers < Reports; answers++)
        {
            Assert.Equal(AnswerResult.Success, (await repeating.ReadAsync(Cancellation))!.Result);
        }

        Assert.Equal(Enumerable.Range(0, Reports).Select(Longitude), await Jt808GatewayTests.LongitudesAsync(again, subject));
    }

    private static async Task SendAllAsync(TerminalClient terminal, int reports)
    {
        try
        {
            for (int step = 0; step < reports; step++)
            {
                terminal.Write(MessageIds.Location, TerminalMessages.Location(Jt808GatewayTests.Start + Duration.FromSeconds(10 * step), new GeoPoint(Longitude(step), 28.85)));
                await terminal.FlushAsync(Cancellation);
            }
        }
        catch (IOException)
        {
            return; // the server was killed: what is left is sent again
        }
    }

    private static double Longitude(int step) => Math.Round(112.36 + (step * 1e-5), 6);

    /// <summary>Sends, reads all answers meanwhile, and asks a last question that the gateway must answer.</summary>
    private static async Task SendBrokenAsync(ServerProcess server, int seed, long bytes)
    {
        const ushort LastSerial = 60_000;
        await using TerminalClient terminal = await ConnectAsync(server, seed);
        var broken = new BrokenFirmware(seed);
        Task answered = ReadUntilAsync(terminal, LastSerial);
        for (long sent = 0; sent < bytes;)
        {
            byte[] next = broken.Next();
            terminal.WriteRaw(next);
            sent += next.Length;
            await terminal.FlushAsync(Cancellation);
        }

        var output = new System.Buffers.ArrayBufferWriter<byte>();
        FrameWriter.Write(output, new MessageHeader(MessageIds.Heartbeat, terminal.Number, LastSerial), []);
        terminal.WriteRaw(output.WrittenSpan);
        await terminal.FlushAsync(Cancellation);
        await answered;
    }

    private static async Task ReadUntilAsync(TerminalClient terminal, ushort serial)
    {
        while (await terminal.ReadAsync(Cancellation) is { } message)
        {
            if (message.Answers == serial && message.Header.Terminal == terminal.Number)
            {
                return;
            }
        }

        throw new IOException("The gateway closed the connection.");
    }

    private static async Task<bool> IsServedAsync(ServerProcess server, int number)
    {
        try
        {
            await using TerminalClient terminal = await ConnectAsync(server, number);
            return (await terminal.AskAsync(MessageIds.Heartbeat, [], Cancellation)).Result == AnswerResult.Success;
        }
        catch (Exception away) when (away is IOException or SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return false; // turned away at the bound: reset after, or already while, it connects
        }
    }

    private static async Task<bool> IsClosedAsync(TerminalClient terminal)
    {
        try
        {
            return await terminal.ReadAsync(Cancellation) is null;
        }
        catch (IOException)
        {
            return true; // reset: closed without farewell
        }
    }

    private static Task<TerminalClient> ConnectAsync(ServerProcess server, int number) =>
        TerminalClient.ConnectAsync("localhost", server.Jt808, TerminalNumber.Parse($"1390000{number:D4}", isLong: false), Cancellation);
}
