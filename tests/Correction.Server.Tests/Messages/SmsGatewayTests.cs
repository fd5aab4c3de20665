using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Correction.Server.Messages;
using Correction.Server.Tests.Visits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Correction.Server.Tests.Messages;

/// <summary>The documented port, from the side of a gateway that checks what it is sent.</summary>
public sealed class SmsGatewayTests : IAsyncLifetime
{
    private const string Key = "gateway-key-1";

    private readonly ConcurrentQueue<(string Key, string To, string Text, bool Signed)> _asked = new();
    private readonly ConcurrentQueue<(int Status, string Body)> _answers = new();
    private readonly int _port = ServerProcess.FreePort();
    private WebApplication _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        _gateway = builder.Build();
        _gateway.Urls.Add($"http://localhost:{_port}");
        _gateway.MapPost("/sms", AnswerAsync);
        await _gateway.StartAsync(Cancellation);
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_family_with_a_phone_and_no_address_is_told_by_SMS_again_after_the_gateway_was_busy_under_the_same_key()
    {
        _answers.Enqueue((503, "13900000001 busy"));
        await using ServerProcess server = await ServerProcess.StartAsync(
            ("Messages__Site", "https://visits.example.gov.cn"), ("Messages__Sms__Url", $"http://localhost:{_port}/sms"), ("Messages__Sms__Key", Key));
        using HttpClient officer = await server.AsAsync("officer"), family = await server.AsAsync("family");
        (string code, HttpClient prison) = await server.PrisonAsync("43M2P1", VisitCalls.Policy(capacity: 1));
        await prison.ReceiveAsync(code, "1");
        string relative = await MessageScene.VerifiedAsync(family, officer, code, "1", email: null, phone: "13900000001");

        JsonElement message = await MessageScene.UntilAsync(officer, $"api/v1/relatives/{relative}/messages", each => each.GetProperty("state").GetString() == "sent");

        Assert.Equal(("sms", 2), (message.GetProperty("way").GetString(), message.GetProperty("tries").GetInt32()));
        (string Key, string To, string Text, bool Signed)[] asked = [.. _asked.Where(each => each.To == "13900000001")];
        Assert.Equal(2, asked.Length);
        Assert.All(asked, each => Assert.Equal((message.GetProperty("id").GetString(), message.GetProperty("sentText").GetString(), true), (each.Key, each.Text, each.Signed)));
    }

    [Fact]
    public async Task What_the_gateway_will_never_send_is_refused_with_its_code_but_with_no_number()
    {
        using var carrier = new SmsGatewayCarrier(new SmsOptions(new Uri($"http://localhost:{_port}/sms"), Key), new SetClock(NodaTime.Instant.FromUtc(2026, 3, 2, 2, 0)));
        var letter = new Letter(new Domain.Messages.MessageId(Guid.CreateVersion7()), "13900000001", "会见", "正文");
        _answers.Enqueue((422, """{"code":"unknownNumber"}"""));
        _answers.Enqueue((422, """{"code":"13900000001"}"""));
        _answers.Enqueue((401, ""));
        Assert.Equal(new CarrierAnswer.Refused("422 unknownNumber"), await carrier.SendAsync(letter, Cancellation));
        Assert.Equal(new CarrierAnswer.Refused("422"), await carrier.SendAsync(letter, Cancellation));
        Assert.Equal(new CarrierAnswer.NotNow("401"), await carrier.SendAsync(letter, Cancellation));
        await _gateway.StopAsync(Cancellation);
        Assert.Equal(new CarrierAnswer.NotNow("noConnection"), await carrier.SendAsync(letter, Cancellation));
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var bytes = new MemoryStream();
        await http.Request.Body.CopyToAsync(bytes, http.RequestAborted);
        JsonElement sent = JsonElement.Parse(bytes.ToArray());
        string signature = "v1=" + SmsGatewayCarrier.Sign(Key, http.Request.Headers["X-Correction-Timestamp"].ToString(), bytes.ToArray());
        _asked.Enqueue((http.Request.Headers["Idempotency-Key"].ToString(), sent.GetProperty("to").GetString()!, sent.GetProperty("text").GetString()!, http.Request.Headers["X-Correction-Signature"] == signature));
        (http.Response.StatusCode, string body) = _answers.TryDequeue(out (int Status, string Body) answer) ? answer : (StatusCodes.Status200OK, "{}");
        await http.Response.WriteAsync(body, http.RequestAborted);
    }
}
