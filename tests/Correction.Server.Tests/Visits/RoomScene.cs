using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Correction.Testing;

namespace Correction.Server.Tests.Visits;

/// <summary>A visit that the prison has approved and whose room is open, with its three parties. Each scene has a prison of its own.</summary>
internal sealed class RoomScene : IDisposable
{
    private RoomScene(ServerProcess server, string code, string visit, HttpClient family, HttpClient prison, HttpClient officer) =>
        (Server, Code, Visit, Family, Prison, Officer) = (server, code, visit, family, prison, officer);

    public ServerProcess Server { get; }

    public string Code { get; }

    public string Visit { get; }

    public HttpClient Family { get; }

    public HttpClient Prison { get; }

    public HttpClient Officer { get; }

    /// <summary>Who signs in for the prison; password <see cref="VisitCalls.Own"/>.</summary>
    public string PrisonAccount => "prison-" + Code.ToLowerInvariant();

    public string Path => $"api/v1/visits/{Visit}";

    /// <summary>Tomorrow's only slot is the whole day, and its waiting room opens a day before: open at any hour that a test runs.</summary>
    public static object Policy(int earlyMinutes, int minutes, int resumeMinutes) => new
    {
        validFrom = "2026-01-01",
        source = "会见须知（示例）",
        sessions = new[] { VisitCalls.Session("day", "00:00:00", "23:59:00", 1439, capacity: 50) },
        quotas = new[] { new { level = "standard", pool = "video", channels = (string[])["station", "phone"], perMonth = 2 } },
        mostVisitors = 3, stationMinutes = minutes, phoneMinutes = minutes, leadDays = 0, windowDays = 30, earlyMinutes, noShowMinutes = 1440, resumeMinutes,
    };

    public static async Task<RoomScene> OpenAsync(ServerProcess server, string code, string relationship = "parent", int earlyMinutes = 1440, int minutes = 30, int resumeMinutes = 10)
    {
        await ChinaDay.HasAsync(left: TimeSpan.FromSeconds(20));
        (_, HttpClient prison) = await server.PrisonAsync(code, Policy(earlyMinutes, minutes, resumeMinutes));
        (HttpClient family, HttpClient officer) = (await server.AsAsync("family"), await server.AsAsync("officer"));
        await prison.ReceiveAsync(code, "1");
        string visitor = await family.VerifiedAsync(officer, code, "1", relationship);
        string slot = (await family.SlotsAsync(code, ChinaDay.Today.AddDays(earlyMinutes > 0 ? 1 : 5)))[0].GetProperty("slotId").GetString()!;
        string visit = await family.BookAsync(slot, "1", visitor);
        await prison.DoneAsync($"api/v1/visits/{visit}/approve", new { });
        return new RoomScene(server, code, visit, family, prison, officer);
    }

    public Task<HttpResponseMessage> RecordAsync(HttpClient by, string party, int sequence, string segment = "a", byte[]? bytes = null)
    {
        var content = new ByteArrayContent(bytes ?? [.. Enumerable.Range(0, 500 + sequence).Select(at => (byte)at)]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return by.PostAsync($"{Path}/recording/{party}/{segment}/{sequence}", content, TestContext.Current.CancellationToken);
    }

    /// <summary>The officer's page records both.</summary>
    public async Task RecordBothAsync(int sequence, string segment = "a")
    {
        foreach (string party in (string[])["family", "prison"])
        {
            using HttpResponseMessage answer = await RecordAsync(Officer, party, sequence, party[..1] + segment);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    public async Task<string[]> EventsAsync() =>
        [.. (await Officer.GetJsonAsync($"{Path}/events")).EnumerateArray().Select(happened => happened.GetProperty("type").GetString()!)];

    public async Task<JsonElement> EventAsync(string type) =>
        (await Officer.GetJsonAsync($"{Path}/events")).EnumerateArray().Last(happened => happened.GetProperty("type").GetString() == type).GetProperty("data");

    public void Dispose()
    {
        Family.Dispose();
        Prison.Dispose();
        Officer.Dispose();
    }
}
