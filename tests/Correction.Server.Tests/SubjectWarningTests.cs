using System.Text.Json;
using Correction.Gateway.Jt808.Codec;
using Correction.Simulation.Terminals;
using Correction.Testing;

namespace Correction.Server.Tests;

/// <summary>A subject whose terminal is silent in either way reads a warning on it before an officer is alerted.</summary>
public sealed class SubjectWarningTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_a_terminal_that_falls_silent_When_it_is_connected_or_comes_back_Then_its_subject_reads_the_warning_and_no_alert_is_raised()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            ("Policy__WarnMinutes__Phone", "0.05"), ("Policy__WarnOfPositionMinutes__Phone", "30"), ("Policy__WarningTexts__Silence", "请检查终端"));
        using HttpClient officer = await server.AsAsync("officer");
        const string Connected = "13980700001";
        const string Away = "13980700002";
        (string first, string second) = (await Jt808GatewayTests.BindAsync(officer, Connected), await Jt808GatewayTests.BindAsync(officer, Away));
        await using TerminalClient terminal = await ConnectAsync(server, Connected);
        await terminal.SignOnAsync("SIM-1", Cancellation);
        Assert.Equal("请检查终端", await WarningAsync(terminal));

        JsonElement[] waiting = await Eventually.Until(
            async () => (await officer.GetJsonAsync($"api/v1/subjects/{second}/devices/{Away}/commands")).GetProperty("items").EnumerateArray().ToArray() is { Length: > 0 } found ? found : null,
            "a warning waits for the terminal that is away");
        Assert.Equal(("system", "text"), (waiting[0].GetProperty("requestedBy").GetString(), waiting[0].GetProperty("command").GetString()));
        await using TerminalClient back = await ConnectAsync(server, Away);
        await back.SignOnAsync("SIM-1", Cancellation);
        Assert.Equal("请检查终端", await WarningAsync(back));
        Assert.Empty((await officer.GetJsonAsync($"api/v1/alerts?subject={first}")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Given_a_terminal_that_is_heard_without_a_position_When_the_time_is_over_Then_its_subject_reads_so()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            ("Policy__WarnMinutes__Phone", "0.1"), ("Policy__WarnOfPositionMinutes__Phone", "0.05"), ("Policy__WarningTexts__NoPosition", "请到开阔处"));
        using HttpClient officer = await server.AsAsync("officer");
        const string Number = "13980700003";
        await Jt808GatewayTests.BindAsync(officer, Number);
        await using TerminalClient terminal = await ConnectAsync(server, Number);
        await terminal.SignOnAsync("SIM-1", Cancellation);
        terminal.Write(MessageIds.Heartbeat, []);
        await terminal.FlushAsync(Cancellation);
        while (await WarningAsync(terminal) != "请到开阔处")
        {
            // on a slow machine the warning of silence comes before the heartbeat
        }
    }

    [Fact]
    public async Task Given_a_server_that_is_killed_between_a_warning_and_its_order_When_it_is_back_Then_the_warning_is_ordered_once()
    {
        await using PostgresFaults faults = PostgresFaults.On(await (await PostgresServer.Shared()).CreateDatabaseAsync("killedwarning"));
        await using ServerProcess server = await ServerProcess.StartAsync(
            ("ConnectionStrings__Correction", faults.ConnectionString), ("Policy__WarnMinutes__Phone", "0.4"), ("Policy__WarnOfPositionMinutes__Phone", "30"));
        using HttpClient officer = await server.AsAsync("officer");
        const string Number = "13980700004";
        string subject = await Jt808GatewayTests.BindAsync(officer, Number);

        await faults.StrikeAsync(FaultPoint.Statement, "device_command_requested", server.KillAsync).WaitAsync(TimeSpan.FromSeconds(90), Cancellation);
        await server.RunAsync();

        await Eventually.Until(async () => await CountAsync(officer, $"api/v1/subjects/{subject}/devices/{Number}/commands") > 0, "the warning to be ordered");
        int warned = (await officer.GetJsonAsync($"api/v1/subjects/{subject}/events")).EnumerateArray().Count(happened => happened.GetProperty("type").GetString() == "subject_warned");
        Assert.Equal((1, 1), (warned, await CountAsync(officer, $"api/v1/subjects/{subject}/devices/{Number}/commands"))); // of that warning, not of a later one
    }

    private static async Task<int> CountAsync(HttpClient officer, string commands) => (await officer.GetJsonAsync(commands)).GetProperty("items").GetArrayLength();

    private static Task<TerminalClient> ConnectAsync(ServerProcess server, string number) =>
        TerminalClient.ConnectAsync("localhost", server.Jt808, TerminalNumber.Parse(number, isLong: false), Cancellation);

    /// <summary>The next text that the terminal is to show, which it acknowledges.</summary>
    private static async Task<string> WarningAsync(TerminalClient terminal)
    {
        while (await terminal.ReadAsync(Cancellation) is { } message)
        {
            if (message.Header.Id == MessageIds.Text)
            {
                terminal.Write(MessageIds.TerminalAnswer, TerminalMessages.Answer(message.Header, AnswerResult.Success));
                await terminal.FlushAsync(Cancellation);
                return Gbk.Text(message.Body.AsSpan(1));
            }
        }

        throw new IOException("The platform closed the connection.");
    }
}
