using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Correction.Testing;

namespace Correction.Server.Tests.Faults;

/// <summary>The server is killed as by <c>kill -9</c>: at exactly one point of a transaction, or in the middle of many.</summary>
public sealed class KilledServerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_between_commit_and_answer_a_repeated_command_and_a_repeated_fix_are_stored_once()
    {
        await using PostgresFaults faults = PostgresFaults.On(await (await PostgresServer.Shared()).CreateDatabaseAsync("killed"));
        await using ServerProcess server = await ServerProcess.StartAsync(("ConnectionStrings__Correction", faults.ConnectionString));
        using HttpClient officer = await server.AsAsync("officer");
        using var device = new HttpClient();
        string subject = await officer.RegisterAsync("行者丙");
        using HttpResponseMessage bound = await officer.BindPhoneAsync(subject, "killed");

        Task struck = faults.StrikeAsync(FaultPoint.AfterCommit, "zone_imposed", server.KillAsync);
        await Assert.ThrowsAsync<HttpRequestException>(() => ImposeAsync(officer, subject, "once"));
        await struck.WaitAsync(Cancellation);
        await server.RunAsync();
        using HttpResponseMessage repeated = await ImposeAsync(officer, subject, "once");

        struck = faults.StrikeAsync(FaultPoint.AfterCommit, "copy correction.fix_inbox", server.KillAsync);
        await Assert.ThrowsAsync<HttpRequestException>(() => Calls.SendFixAsync(device, server.OsmAnd, "killed", 112.36, 28.85, "1790000000"));
        await struck.WaitAsync(Cancellation);
        await server.RunAsync();
        HttpStatusCode sentAgain = await Calls.SendFixAsync(device, server.OsmAnd, "killed", 112.36, 28.85, "1790000000");

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], new[] { repeated.StatusCode, sentAgain });
        Assert.Equal(
            ["subject_registered", "device_bound", "zone_imposed"],
            (await officer.GetJsonAsync($"api/v1/subjects/{subject}/events")).EnumerateArray().Select(happened => happened.GetProperty("type").GetString()!));
        Assert.Equal(1, await CountFixesAsync(officer, subject));
    }

    [Fact]
    public async Task Killed_while_it_seals_every_acknowledged_fix_is_there_once()
    {
        await using PostgresFaults faults = PostgresFaults.On(await (await PostgresServer.Shared()).CreateDatabaseAsync("killedsealer"));
        await using ServerProcess server = await ServerProcess.StartAsync(("ConnectionStrings__Correction", faults.ConnectionString), ("Store__SlotSeconds", "1"));
        using HttpClient officer = await server.AsAsync("officer");
        using var device = new HttpClient();
        string subject = await officer.RegisterAsync("行者丁");
        using HttpResponseMessage bound = await officer.BindPhoneAsync(subject, "sealed");
        int acknowledged = 0;

        foreach (FaultPoint point in (FaultPoint[])[FaultPoint.Statement, FaultPoint.BeforeCommit, FaultPoint.AfterCommit])
        {
            for (int more = 0; more < 20; more++, acknowledged++)
            {
                Assert.Equal(HttpStatusCode.OK, await Calls.SendFixAsync(device, server.OsmAnd, "sealed", 112.36 + (acknowledged * 1e-5), 28.85, Time(acknowledged)));
            }

            await faults.StrikeAsync(point, "drop table correction.fix_inbox", server.KillAsync).WaitAsync(Cancellation);
            await server.RunAsync();
            Assert.Equal(acknowledged, await CountFixesAsync(officer, subject));
        }

        using HttpClient auditor = await server.AsAsync("auditor");
        await Eventually.Until(
            async () => (await auditor.GetStringAsync("api/v1/events/export?type=track_sealed", Cancellation)).Contains(subject, StringComparison.Ordinal), "the track to be sealed");
        Assert.Equal(acknowledged, await CountFixesAsync(officer, subject));
    }

    [Fact]
    public async Task Killed_in_the_middle_of_many_commands_every_acknowledged_one_is_there_once_and_streams_are_gapless()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient officer = await server.AsAsync("officer");
        string[] subjects = await Task.WhenAll(Enumerable.Range(0, 10).Select(number => officer.RegisterAsync($"行者戊{number}")));
        string[] alerts = await Task.WhenAll(subjects.Select((subject, number) => AlertScene.RaiseAsync(server, officer, subject, $"midst-{number}")));
        var acknowledged = new ConcurrentBag<Acknowledged>();
        using var dying = new CancellationTokenSource();

        Task[] senders = [.. subjects.Select((subject, number) => SendUntilDeadAsync(officer, subject, alerts[number], acknowledged, dying.Token))];
        await Eventually.Until(() => acknowledged.Count > 100, "a hundred acknowledged commands");
        await dying.CancelAsync();
        await server.KillAsync();
        await Task.WhenAll(senders);
        await server.RunAsync();

        using HttpClient auditor = await server.AsAsync("auditor");
        await acknowledged.AssertStoredOnceAsync(auditor, [.. subjects.Select(subject => $"subject/{subject}"), .. alerts.Select(alert => $"alert/{alert}")]);
    }

    /// <summary>One officer's evening: a zone, the alert, more zones, until the server is no more.</summary>
    private static async Task SendUntilDeadAsync(
        HttpClient officer, string subject, string alert, ConcurrentBag<Acknowledged> acknowledged, CancellationToken dying)
    {
        try
        {
            for (int step = 0; ; step++)
            {
                (string stream, string path, object body) = step switch
                {
                    3 => ($"alert/{alert}", $"api/v1/alerts/{alert}/acknowledge", (object)new { note = "知悉" }),
                    6 => ($"alert/{alert}", $"api/v1/alerts/{alert}/resolve", new { outcome = "confirmed" }),
                    _ => ($"subject/{subject}", $"api/v1/subjects/{subject}/zones", Calls.Circle(112.3 + (step * 1e-4), 28.8, 100)),
                };
                using HttpResponseMessage answer = await officer.PostAsJsonAsync(path, body, Cancellation);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                acknowledged.Add(await Acknowledged.ReadAsync(stream, answer));
            }
        }
        catch (HttpRequestException) when (dying.IsCancellationRequested)
        {
            // as meant
        }
    }

    private static async Task<HttpResponseMessage> ImposeAsync(HttpClient officer, string subject, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/v1/subjects/{subject}/zones") { Content = JsonContent.Create(Calls.Circle(112.4, 28.8, 100)) };
        request.Headers.Add("Idempotency-Key", key);
        return await officer.SendAsync(request, Cancellation);
    }

    private static async Task<int> CountFixesAsync(HttpClient officer, string subject) =>
        (await officer.GetJsonAsync($"api/v1/subjects/{subject}/track")).GetProperty("features").EnumerateArray()
            .Sum(feature => feature.GetProperty("properties").GetProperty("times").GetArrayLength());

    private static string Time(int number) => (1_790_000_000 + number).ToString(CultureInfo.InvariantCulture);
}
