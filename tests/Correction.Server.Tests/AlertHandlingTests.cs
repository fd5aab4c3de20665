using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Correction.Testing;

namespace Correction.Server.Tests;

/// <summary>Alerts as officers handle them, over the API.</summary>
public sealed class AlertHandlingTests(SharedServer shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ServerProcess Server => shared.Server;

    [Fact]
    public async Task An_alert_is_taken_noted_handed_over_and_resolved_and_tells_so()
    {
        using HttpClient officer = await Server.AsAsync("officer");
        string alert = await RaiseAsync(officer, "处置甲");

        await Succeeds(officer, $"{alert}/acknowledge", new { note = "已电话联系" });
        await Succeeds(officer, $"{alert}/notes", new { note = "家属称其在医院" });
        await Succeeds(officer, $"{alert}/hand-over", new { to = "approver", reason = "夜班交接" });
        JsonElement taken = await officer.GetJsonAsync($"api/v1/alerts/{alert}");
        await Succeeds(officer, $"{alert}/resolve", new { outcome = "falseAlarm", note = "漂移" });

        Assert.Equal(("acknowledged", "officer", "approver"), (Text(taken, "state"), Text(taken, "level"), Text(taken, "assignedTo")));
        Assert.Equal("家属称其在医院", Text(Assert.Single(taken.GetProperty("notes").EnumerateArray()), "note"));
        JsonElement handOver = Assert.Single(taken.GetProperty("handOvers").EnumerateArray());
        Assert.Equal(("approver", "夜班交接"), (Text(handOver, "to"), Text(handOver.GetProperty("by"), "note")));
        Assert.True(taken.GetProperty("dueAt").GetDateTimeOffset() > taken.GetProperty("raisedAt").GetDateTimeOffset().AddHours(7)); // taken: now it is due for being resolved
        JsonElement[] queue = [.. (await officer.GetJsonAsync($"api/v1/alerts?kind=zoneEntered&severity=critical&assignedTo=approver&state=resolved")).GetProperty("items").EnumerateArray()];
        Assert.Contains(queue, item => Text(item, "id") == alert);
    }

    [Fact]
    public async Task An_alert_is_handed_only_to_who_may_handle_it()
    {
        using HttpClient officer = await Server.AsAsync("officer");
        string alert = await RaiseAsync(officer, "处置乙");
        foreach ((string to, HttpStatusCode expected) in ((string, HttpStatusCode)[])[("officer2", HttpStatusCode.UnprocessableEntity), ("auditor", HttpStatusCode.UnprocessableEntity), ("nobody", HttpStatusCode.BadRequest)])
        {
            using HttpResponseMessage answer = await officer.PostAsJsonAsync($"api/v1/alerts/{alert}/hand-over", new { to }, Cancellation);
            Assert.Equal(expected, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Many_are_acknowledged_with_one_reason_and_each_tells_what_became_of_it()
    {
        using HttpClient officer = await Server.AsAsync("officer");
        using HttpClient other = await Server.AsAsync("officer2");
        string first = await RaiseAsync(officer, "批量甲"), second = await RaiseAsync(officer, "批量乙");
        string resolved = await RaiseAsync(officer, "批量丙"), elsewhere = await RaiseAsync(other, "批量丁", "430981002");
        await Succeeds(officer, $"{resolved}/resolve", new { outcome = "confirmed" });
        string unknown = Guid.CreateVersion7().ToString("N");
        object body = new { ids = new[] { first, second, resolved, elsewhere, unknown }, reason = "雷雨致定位漂移" };

        JsonElement once = await PostAsync(officer, body);
        JsonElement again = await PostAsync(officer, body);

        Assert.Equal([200, 200, 409, 403, 404], once.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("status").GetInt32()));
        Assert.Equal(once.GetRawText(), again.GetRawText());
        foreach (string id in (string[])[first, second])
        {
            JsonElement alert = await officer.GetJsonAsync($"api/v1/alerts/{id}");
            Assert.Equal("雷雨致定位漂移", Text(alert.GetProperty("acknowledged"), "note"));
        }

        Assert.Equal("open", Text(await other.GetJsonAsync($"api/v1/alerts/{elsewhere}"), "state"));
    }

    [Theory]
    [InlineData("""{"reason":"r"}""")]
    [InlineData("""{"ids":[],"reason":"r"}""")]
    [InlineData("""{"ids":["a"]}""")]
    [InlineData("""{"ids":[1],"reason":"r"}""")]
    public async Task Many_at_once_need_ids_and_a_reason(string body)
    {
        using HttpClient officer = await Server.AsAsync("officer");
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await officer.PostAsync("api/v1/alerts/acknowledge", content, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task More_than_two_hundred_at_once_are_refused()
    {
        using HttpClient officer = await Server.AsAsync("officer");
        object body = new { ids = Enumerable.Range(0, 201).Select(number => number.ToString(CultureInfo.InvariantCulture)), reason = "r" };
        using HttpResponseMessage answer = await officer.PostAsJsonAsync("api/v1/alerts/acknowledge", body, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Statistics_count_what_became_of_alerts_by_kind_and_by_zone_in_ones_own_jurisdiction()
    {
        using HttpClient officer = await Server.AsAsync("officer");
        string alert = await RaiseAsync(officer, "统计甲");
        await Succeeds(officer, $"{alert}/acknowledge", new { });
        await Succeeds(officer, $"{alert}/resolve", new { outcome = "falseAlarm" });
        string zone = Text((await officer.GetJsonAsync($"api/v1/alerts/{alert}")).GetProperty("evidence").GetProperty("zone"), "zoneId")!;

        JsonElement report = await officer.GetJsonAsync("api/v1/alerts/statistics");

        JsonElement counts = report.GetProperty("byZone").EnumerateArray().Single(item => Text(item, "zoneId") == zone).GetProperty("counts");
        Assert.Equal((1, 1, 1, 1.0), (Number(counts, "raised"), Number(counts, "acknowledged"), Number(counts, "resolved"), counts.GetProperty("falseAlarmShare").GetDouble()));
        Assert.InRange(counts.GetProperty("medianSecondsToAcknowledge").GetDouble(), 0, 600);
        Assert.Contains(report.GetProperty("byKind").EnumerateArray(), item => Text(item, "kind") == "zoneEntered");
        using HttpResponseMessage beyond = await officer.GetAsync("api/v1/alerts/statistics?jurisdiction=430981002", Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, beyond.StatusCode);
        using HttpResponseMessage backwards = await officer.GetAsync("api/v1/alerts/statistics?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z", Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, backwards.StatusCode);
    }

    [Theory]
    [InlineData("kind=nothing")]
    [InlineData("severity=high")]
    [InlineData("overdue=perhaps")]
    [InlineData("subject=nobody")]
    public async Task A_filter_that_is_none_is_malformed(string query)
    {
        using HttpClient officer = await Server.AsAsync("officer");
        using HttpResponseMessage answer = await officer.GetAsync($"api/v1/alerts?{query}", Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    /// <summary>A subject walks into a zone: the alert's id.</summary>
    private async Task<string> RaiseAsync(HttpClient officer, string name, string station = "430981001")
    {
        string subject = await officer.RegisterAsync(name, station);
        string device = $"handling-{subject}";
        using HttpResponseMessage bound = await officer.BindPhoneAsync(subject, device);
        using HttpResponseMessage zone = await officer.PostAsJsonAsync($"api/v1/subjects/{subject}/zones", Calls.Circle(112.36, 28.85, 200), Cancellation);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (bound.StatusCode, zone.StatusCode));
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        using var phone = new HttpClient();
        foreach (int step in Enumerable.Range(0, 4))
        {
            Assert.Equal(HttpStatusCode.OK, await Calls.SendFixAsync(phone, Server.OsmAnd, device, 112.36 + (step * 1e-5), 28.85, $"{now - 60 + (step * 15)}"));
        }

        JsonElement? alert = null;
        await Eventually.Until(
            async () => (alert = (await officer.GetJsonAsync($"api/v1/alerts?subject={subject}")).GetProperty("items").EnumerateArray().FirstOrDefault()) is { ValueKind: JsonValueKind.Object },
            "the alert in the queue");
        return Text(alert!.Value, "id")!;
    }

    private static async Task Succeeds(HttpClient officer, string path, object body)
    {
        using HttpResponseMessage answer = await officer.PostAsJsonAsync($"api/v1/alerts/{path}", body, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task<JsonElement> PostAsync(HttpClient officer, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/alerts/acknowledge") { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", "many-1");
        using HttpResponseMessage answer = await officer.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    private static string? Text(JsonElement element, string property) => element.GetProperty(property).GetString();

    private static int Number(JsonElement element, string property) => element.GetProperty(property).GetInt32();
}
