using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Correction.Domain.Location;
using Correction.Gateway.Jt808.Codec;
using Correction.Simulation.Terminals;
using Correction.Testing;
using NodaTime;

namespace Correction.Server.Tests;

/// <summary>What officers order of a terminal, over real TCP: sent while it is connected, kept while it is not, and answered.</summary>
public sealed class Jt808CommandTests(SharedServer shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_a_connected_terminal_When_each_thing_is_ordered_Then_it_receives_it_and_its_answers_are_on_record()
    {
        const string Number = "13980900001";
        using HttpClient officer = await shared.Server.AsAsync("officer");
        string subject = await Jt808GatewayTests.BindAsync(officer, Number);
        await using TerminalClient terminal = await ConnectAsync(Number);
        await terminal.SignOnAsync("SIM-1", Cancellation);

        await OrderAsync(officer, subject, Number, new { command = "text", text = "请今天十七点到司法所报到" });
        PlatformMessage text = await NextAsync(terminal, MessageIds.Text, AnswerResult.Success);
        Assert.Equal("请今天十七点到司法所报到", Gbk.Text(text.Body.AsSpan(1)));
        await OrderAsync(officer, subject, Number, new { command = "reportInterval", intervalSeconds = 30 });
        PlatformMessage interval = await NextAsync(terminal, MessageIds.SetParameters, AnswerResult.Unsupported);
        Assert.Equal([1, 0, 0, 0, 0x29, 4, 0, 0, 0, 30], interval.Body);
        await OrderAsync(officer, subject, Number, new { command = "track", intervalSeconds = 5, forSeconds = 600 });
        PlatformMessage track = await NextAsync(terminal, MessageIds.TrackTemporarily, AnswerResult.Failure);
        Assert.Equal([0, 5, 0, 0, 2, 88], track.Body);

        JsonElement[] commands = await EndedAsync(officer, subject, Number, 3);
        Assert.Equal(
            [("track", "failed", "refused"), ("reportInterval", "failed", "unsupported"), ("text", "acknowledged", null)],
            commands.Select(command => (Text(command, "command"), Text(command, "state"), Text(command, "reason"))));
        Assert.Equal("请今天十七点到司法所报到", Text(commands[2], "text"));
        Assert.Equal("26 ¶1", Text(commands[2].GetProperty("basis")[0], "article"));
        using HttpClient auditor = await shared.Server.AsAsync("auditor");
        string events = await auditor.GetStringAsync($"api/v1/events?stream=device/{Number}", Cancellation);
        Assert.Contains("device_command_acknowledged", events, StringComparison.Ordinal);
        Assert.DoesNotContain("报到", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_terminal_that_is_away_When_it_is_asked_where_it_is_Then_it_hears_it_when_it_comes_and_its_position_is_the_answer()
    {
        const string Number = "13980900002";
        using HttpClient officer = await shared.Server.AsAsync("officer");
        string subject = await Jt808GatewayTests.BindAsync(officer, Number);
        await OrderAsync(officer, subject, Number, new { command = "locateNow" });
        JsonElement waiting = Assert.Single(await CommandsAsync(officer, subject, Number));
        Assert.Equal("requested", Text(waiting, "state"));

        await using TerminalClient terminal = await ConnectAsync(Number);
        terminal.Write(MessageIds.Heartbeat, []);
        await terminal.FlushAsync(Cancellation);
        PlatformMessage? message;
        do
        {
            message = await terminal.ReadAsync(Cancellation);
        }
        while (message!.Header.Id != MessageIds.QueryLocation);

        byte[] here = TerminalMessages.Location(Instant.FromUtc(2026, 3, 1, 2, 0), new GeoPoint(112.36, 28.85));
        terminal.Write(MessageIds.LocationAnswer, [(byte)(message.Header.Serial >> 8), (byte)message.Header.Serial, .. here]);
        await terminal.FlushAsync(Cancellation);

        JsonElement answered = Assert.Single(await EndedAsync(officer, subject, Number, 1));
        Assert.Equal("acknowledged", Text(answered, "state"));
        Assert.Equal(112.36, (await officer.GetJsonAsync($"api/v1/subjects/{subject}/position")).GetProperty("lon").GetDouble(), 1e-6);
    }

    [Fact]
    public async Task Given_two_orders_of_one_kind_that_wait_When_the_terminal_comes_Then_it_hears_the_last_one_last()
    {
        const string Number = "13980900005";
        using HttpClient officer = await shared.Server.AsAsync("officer");
        string subject = await Jt808GatewayTests.BindAsync(officer, Number);
        await OrderAsync(officer, subject, Number, new { command = "reportInterval", intervalSeconds = 60 });
        await OrderAsync(officer, subject, Number, new { command = "reportInterval", intervalSeconds = 30 });

        await using TerminalClient terminal = await ConnectAsync(Number);
        terminal.Write(MessageIds.Heartbeat, []);
        await terminal.FlushAsync(Cancellation);

        PlatformMessage first = await NextAsync(terminal, MessageIds.SetParameters, AnswerResult.Success);
        PlatformMessage second = await NextAsync(terminal, MessageIds.SetParameters, AnswerResult.Success);
        Assert.Equal((60, 30), (first.Body[^1], second.Body[^1]));
    }

    [Fact]
    public async Task Given_a_terminal_that_never_comes_When_the_commands_time_is_over_Then_it_has_failed()
    {
        const string Number = "13980900003";
        using HttpClient officer = await shared.Server.AsAsync("officer");
        string subject = await Jt808GatewayTests.BindAsync(officer, Number);
        await OrderAsync(officer, subject, Number, new { command = "locateNow", validSeconds = 1 });
        JsonElement expired = Assert.Single(await EndedAsync(officer, subject, Number, 1));
        Assert.Equal(("failed", "expired"), (Text(expired, "state"), Text(expired, "reason")));
    }

    [Fact]
    public async Task Given_orders_that_may_not_be_given_When_sent_Then_each_is_refused_with_its_reason()
    {
        const string Number = "13980900004";
        using HttpClient officer = await shared.Server.AsAsync("officer");
        using HttpClient auditor = await shared.Server.AsAsync("auditor");
        using HttpClient approver = await shared.Server.AsAsync("approver");
        string subject = await Jt808GatewayTests.BindAsync(officer, Number);
        using HttpResponseMessage phone = await officer.BindPhoneAsync(subject, "phone-without-commands");
        string elsewhere = await approver.RegisterAsync("他所对象", "430981002");

        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(officer, subject, Number, new { command = "reportInterval" }));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(officer, subject, Number, new { command = "selfDestruct" }));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(officer, subject, Number, new { command = "text" }));
        Assert.Equal(HttpStatusCode.Conflict, await StatusAsync(officer, subject, "phone-without-commands", new { command = "locateNow" }));
        Assert.Equal(HttpStatusCode.Conflict, await StatusAsync(officer, subject, "unbound", new { command = "locateNow" }));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(auditor, subject, Number, new { command = "locateNow" }));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(officer, elsewhere, Number, new { command = "locateNow" }));
        Assert.Empty(await CommandsAsync(officer, subject, Number));
    }

    private Task<TerminalClient> ConnectAsync(string number) =>
        TerminalClient.ConnectAsync("localhost", shared.Server.Jt808, TerminalNumber.Parse(number, isLong: false), Cancellation);

    /// <summary>The next message of that kind, which the terminal then answers.</summary>
    private static async Task<PlatformMessage> NextAsync(TerminalClient terminal, ushort id, AnswerResult answer)
    {
        while (await terminal.ReadAsync(Cancellation) is { } message)
        {
            if (message.Header.Id == id)
            {
                terminal.Write(MessageIds.TerminalAnswer, TerminalMessages.Answer(message.Header, answer));
                await terminal.FlushAsync(Cancellation);
                return message;
            }
        }

        throw new IOException("The platform closed the connection.");
    }

    private static async Task OrderAsync(HttpClient officer, string subject, string device, object order) =>
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(officer, subject, device, order));

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string subject, string device, object order)
    {
        using HttpResponseMessage answer = await http.PostAsJsonAsync($"api/v1/subjects/{subject}/devices/{device}/commands", order, Cancellation);
        return answer.StatusCode;
    }

    private static async Task<JsonElement[]> CommandsAsync(HttpClient officer, string subject, string device) =>
        [.. (await officer.GetJsonAsync($"api/v1/subjects/{subject}/devices/{device}/commands")).GetProperty("items").EnumerateArray()];

    private static Task<JsonElement[]> EndedAsync(HttpClient officer, string subject, string device, int count) => Eventually.Until(
        async () => await CommandsAsync(officer, subject, device) is var commands
            && commands.Length == count && commands.All(command => Text(command, "state") is "acknowledged" or "failed") ? commands : null,
        "the commands to be answered");

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
