using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Correction.Testing;

namespace Correction.Server.Tests;

/// <summary>Leaves, as outside clients apply for and decide on them.</summary>
public sealed class LeaveTests(SharedServer shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_short_leave_is_approved_by_the_station_a_longer_one_by_the_county_and_beyond_thirty_days_by_neither()
    {
        using HttpClient officer = await shared.Server.AsAsync("officer");
        using HttpClient other = await shared.Server.AsAsync("officer2");
        using HttpClient leader = await shared.Server.AsAsync("leader");
        using HttpClient auditor = await shared.Server.AsAsync("auditor");
        string subject = await officer.RegisterAsync("请假");
        string path = $"api/v1/subjects/{subject}/leaves";

        using var byStranger = await other.PostAsJsonAsync(path, Body(0, 1), Cancellation);
        using var malformed = await officer.PostAsJsonAsync(path, new { reason = "holiday", from = "2026-99-99" }, Cancellation);
        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.BadRequest], new[] { byStranger, malformed }.Select(answer => answer.StatusCode));

        (string week, string longer, string tooLong) = (await ApplyAsync(officer, path, 0, 7), await ApplyAsync(officer, path, 10, 8), await ApplyAsync(officer, path, 100, 31));
        Assert.Equal(["leave_approved", "leave_filed"], (await PostAsync(officer, $"{path}/{week}/approve", HttpStatusCode.OK)).GetProperty("events").EnumerateArray().Select(Type));
        Assert.Equal("leaveBeyondStation", (await PostAsync(officer, $"{path}/{longer}/approve", HttpStatusCode.Forbidden)).GetProperty("code").GetString());
        await PostAsync(leader, $"{path}/{longer}/approve", HttpStatusCode.OK);
        JsonElement beyond = await PostAsync(leader, $"{path}/{tooLong}/approve", HttpStatusCode.Forbidden);
        Assert.Equal(("leaveBeyondCounty", "27"), (beyond.GetProperty("code").GetString(), beyond.GetProperty("basis")[0].GetProperty("article").GetString()));
        await PostAsync(leader, $"{path}/{tooLong}/refuse", HttpStatusCode.OK);
        await PostAsync(auditor, $"{path}/{longer}/approve", HttpStatusCode.Forbidden);
        await PostAsync(officer, $"{path}/{longer}/cancel", HttpStatusCode.OK);
        await PostAsync(officer, $"{path}/{week}/return", HttpStatusCode.OK);
        await PostAsync(officer, $"{path}/{subject}/return", HttpStatusCode.NotFound);

        JsonElement[] leaves = [.. (await officer.GetJsonAsync(path)).GetProperty("items").EnumerateArray()];
        Assert.Equal(["refused", "cancelled", "returned"], leaves.Select(leave => leave.GetProperty("state").GetString()));
        Assert.Equal("长沙市湘雅医院", leaves[2].GetProperty("details").GetProperty("destination").GetString());
        JsonElement known = (await officer.GetJsonAsync($"api/v1/subjects/{subject}")).GetProperty("leaves");
        Assert.Equal((3, "station"), (known.GetArrayLength(), known[0].GetProperty("level").GetString()));
        Assert.DoesNotContain("湘雅", (await officer.GetJsonAsync($"api/v1/subjects/{subject}/events")).GetRawText(), StringComparison.Ordinal); // an event names no place of a person
        JsonElement[] looks = [.. (await auditor.GetJsonAsync($"api/v1/access?subject={subject}&what=leaves")).EnumerateArray()];
        Assert.Equal("officer", Assert.Single(looks).GetProperty("account").GetString());
    }

    [Fact]
    public async Task Who_is_away_with_leave_still_raises_an_alert_and_it_names_the_leave()
    {
        using HttpClient officer = await shared.Server.AsAsync("officer");
        string subject = await officer.RegisterAsync("请假外出");
        string device = $"lv-{subject[..12]}";
        using HttpResponseMessage bound = await officer.BindPhoneAsync(subject, device);
        string path = $"api/v1/subjects/{subject}";
        string leave = await ApplyAsync(officer, $"{path}/leaves", 0, 3);
        await PostAsync(officer, $"{path}/leaves/{leave}/approve", HttpStatusCode.OK);
        var home = new { name = "活动范围", kind = "inclusion", geometry = new { center = new[] { 112.36, 28.85 }, radius = 500 }, confirmations = 2 };
        using HttpResponseMessage laid = await officer.PostAsJsonAsync($"{path}/zones", home, Cancellation);
        using var phone = new HttpClient();
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (int step in Enumerable.Range(0, 3))
        {
            await Calls.SendFixAsync(phone, shared.Server.OsmAnd, device, 112.50, 28.85, (now + step).ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        JsonElement[] alerts = await Eventually.Until(
            async () => (await officer.GetJsonAsync($"api/v1/alerts?subject={subject}")).GetProperty("items").EnumerateArray().ToArray() is { Length: > 0 } found ? found : null,
            "the alert of the zone is listed");
        Assert.Equal(("zoneExited", leave), (alerts[0].GetProperty("kind").GetString(), alerts[0].GetProperty("evidence").GetProperty("duringLeave").GetString()));
    }

    private static string? Type(JsonElement happened) => happened.GetProperty("type").GetString();

    private static async Task<string> ApplyAsync(HttpClient officer, string path, int inDays, int days)
    {
        using HttpResponseMessage answer = await officer.PostAsJsonAsync(path, Body(inDays, days), Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("events")[0].GetProperty("id").GetString()!;
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, string path, HttpStatusCode expected)
    {
        using HttpResponseMessage answer = await http.PostAsJsonAsync(path, new { }, Cancellation);
        Assert.Equal(expected, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    private static object Body(int inDays, int days)
    {
        DateOnly first = ChinaDay.Today.AddDays(inDays);
        return new { reason = "medical", destination = "长沙市湘雅医院", from = first.ToString("yyyy-MM-dd", null), to = first.AddDays(days - 1).ToString("yyyy-MM-dd", null), proof = "转院证明" };
    }
}
