using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Correction.Server.Tests.Visits;
using Correction.Testing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

namespace Correction.Server.Tests;

public sealed class ContractTests(SharedServer shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ServerProcess Server => shared.Server;

    [Fact]
    public async Task Another_stations_officer_sees_a_subject_neither_by_api_nor_hub_nor_page()
    {
        using HttpClient officer = await Server.AsAsync("officer");
        using HttpClient other = await Server.AsAsync("officer2");
        string subject = await officer.RegisterAsync("他人不可见");

        foreach (string path in (string[])[string.Empty, "/events", "/track", "/position", "/zones"])
        {
            using HttpResponseMessage answer = await other.GetAsync($"api/v1/subjects/{subject}{path}", Cancellation);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        using HttpResponseMessage list = await other.GetAsync("api/v1/subjects?jurisdiction=430981001", Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, list.StatusCode);
        using HttpResponseMessage bind = await other.BindPhoneAsync(subject, "stolen");
        Assert.Equal(HttpStatusCode.Forbidden, bind.StatusCode);
        string token = await Server.TokenAsync("officer2");
        await using HubConnection hub = new HubConnectionBuilder()
            .WithUrl(new Uri(Server.Address, "hubs/live"), options => options.AccessTokenProvider = () => Task.FromResult<string?>(token)).Build();
        await hub.StartAsync(Cancellation);
        await Assert.ThrowsAsync<HubException>(() => hub.InvokeAsync("Watch", "430981001", (long?)null, Cancellation));
    }

    [Fact]
    public async Task A_stranger_sees_the_sign_in_page_and_health_and_nothing_else()
    {
        using var stranger = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = Server.Address };
        foreach (string path in (string[])["api/v1/subjects", "api/v1/alerts", "api/v1/events", "api/v1/access", "api/v1/quarantine"])
        {
            using HttpResponseMessage answer = await stranger.GetAsync(path, Cancellation);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        }

        using HttpResponseMessage hub = await stranger.PostAsync("hubs/live/negotiate?negotiateVersion=1", null, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, hub.StatusCode);
        using HttpResponseMessage page = await stranger.GetAsync("/", Cancellation);
        Assert.Equal(HttpStatusCode.Found, page.StatusCode);
        Assert.Contains("/sign-in", page.Headers.Location!.ToString(), StringComparison.Ordinal);
        using HttpResponseMessage signIn = await stranger.GetAsync("sign-in", Cancellation);
        Assert.Equal(HttpStatusCode.OK, signIn.StatusCode);
        using HttpResponseMessage live = await stranger.GetAsync("health/live", Cancellation);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    [Fact]
    public async Task Malformed_reports_store_nothing_and_an_unknown_devices_fixes_wait_in_quarantine()
    {
        using var device = new HttpClient();
        foreach (string query in (string[])["?lat=1&lon=2", "?id=x&lat=91&lon=2", "?id=x&lat=1", "?id=x&lat=NaN&lon=2", "?id=x&lat=1&lon=2&timestamp=yesterday", "?id=x&lat=0&lon=0"])
        {
            using HttpResponseMessage bad = await device.GetAsync(new Uri(Server.OsmAnd, query), Cancellation);
            Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, await Calls.SendFixAsync(device, Server.OsmAnd, "nobodys", 112.36, 28.85, "1790000000"));
        using HttpClient admin = await Server.AsAsync("admin");
        JsonElement[] kept = [.. (await admin.GetJsonAsync("api/v1/quarantine")).GetProperty("items").EnumerateArray()];
        Assert.Contains(kept, item => item.GetProperty("deviceId").GetString() == "nobodys");
        Assert.DoesNotContain(kept, item => item.GetProperty("deviceId").GetString() == "x");
    }

    [Fact]
    public async Task A_repeat_is_answered_as_the_first_and_a_stale_command_is_refused()
    {
        using HttpClient officer = await Server.AsAsync("officer");
        string subject = await officer.RegisterAsync("重复");
        string path = $"api/v1/subjects/{subject}/zones";
        using var first = await SendAsync(officer, path, Calls.Circle(112.3, 28.8, 100), ("Idempotency-Key", "zone-1"));
        using var second = await SendAsync(officer, path, Calls.Circle(112.3, 28.8, 100), ("Idempotency-Key", "zone-1"));
        using var other = await SendAsync(officer, path, Calls.Circle(112.3, 28.8, 200), ("Idempotency-Key", "zone-1"));
        using var stale = await SendAsync(officer, path, Calls.Circle(112.3, 28.8, 300), ("If-Match", "\"1\""));

        Assert.Equal(await first.Content.ReadAsStringAsync(Cancellation), await second.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.StatusCode);
        Assert.Single((await officer.GetJsonAsync($"api/v1/subjects/{subject}")).GetProperty("zones").EnumerateArray());
    }

    [Fact]
    public async Task Electronic_positioning_follows_article_29()
    {
        using HttpClient officer = await Server.AsAsync("officer");
        using HttpClient approver = await Server.AsAsync("approver");
        string subject = await officer.RegisterAsync("电子定位");
        DateOnly day = ChinaDay.Today;
        (string today, string latest, string tooLate) = (VisitCalls.Iso(day), VisitCalls.Iso(day.AddMonths(3)), VisitCalls.Iso(day.AddMonths(3).AddDays(1)));
        string orders = $"api/v1/subjects/{subject}/monitoring-orders";
        object bracelet = new { deviceId = $"bracelet-{subject[..8]}", protocol = "jt808", kind = "bracelet" };

        using var without = await officer.PostAsJsonAsync($"api/v1/subjects/{subject}/devices", bracelet, Cancellation);
        using var byOfficer = await officer.PostAsJsonAsync(orders, new { ground = "leftWithoutApproval", from = today, to = latest }, Cancellation);
        using var tooLong = await approver.PostAsJsonAsync(orders, new { ground = "leftWithoutApproval", from = today, to = tooLate }, Cancellation);
        using var ordered = await approver.PostAsJsonAsync(orders, new { ground = "leftWithoutApproval", from = today, to = latest }, Cancellation);
        using var with = await officer.PostAsJsonAsync($"api/v1/subjects/{subject}/devices", bracelet, Cancellation);

        Assert.Equal(
            [HttpStatusCode.UnprocessableEntity, HttpStatusCode.Forbidden, HttpStatusCode.UnprocessableEntity, HttpStatusCode.OK, HttpStatusCode.OK],
            new[] { without, byOfficer, tooLong, ordered, with }.Select(answer => answer.StatusCode));
        JsonElement problem = await tooLong.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal("29 ¶2", problem.GetProperty("basis")[0].GetProperty("article").GetString());
    }

    [Fact]
    public async Task A_repeat_of_a_command_that_found_it_already_so_is_answered_alike_after_the_stream_moved_on()
    {
        using HttpClient officer = await Server.AsAsync("officer");
        string subject = await officer.RegisterAsync("已然");
        string zones = $"api/v1/subjects/{subject}/zones";
        using var imposed = await SendAsync(officer, zones, Calls.Circle(112.3, 28.8, 100), ("Idempotency-Key", "so-1"));
        string zone = (await imposed.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("events")[0].GetProperty("id").GetString()!;
        using var lifted = await SendAsync(officer, $"{zones}/{zone}/lift", new { }, ("Idempotency-Key", "so-2"));

        using var first = await SendAsync(officer, $"{zones}/{zone}/lift", new { }, ("Idempotency-Key", "so-3"));
        using var other = await SendAsync(officer, zones, Calls.Circle(112.4, 28.8, 100), ("Idempotency-Key", "so-4"));
        using var repeat = await SendAsync(officer, $"{zones}/{zone}/lift", new { }, ("Idempotency-Key", "so-3"));

        string answer = await first.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("\"events\":[]", answer, StringComparison.Ordinal);
        Assert.Equal(answer, await repeat.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task No_name_and_no_identity_number_stands_in_an_event_or_a_log_line_and_every_look_is_on_record()
    {
        const string Name = "欧阳不应出现", Number = "430981198802290017";
        using HttpClient officer = await Server.AsAsync("officer");
        using HttpClient auditor = await Server.AsAsync("auditor");
        using HttpResponseMessage registered = await officer.PostAsJsonAsync("api/v1/subjects", Calls.Registration(Name, idNumber: Number), Cancellation);
        string subject = (await registered.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("id").GetString()!;
        Assert.Equal(Name, (await officer.GetJsonAsync($"api/v1/subjects/{subject}")).GetProperty("person").GetProperty("name").GetString());

        string events = await auditor.GetStringAsync("api/v1/events/export", Cancellation);

        Assert.Contains(subject, events, StringComparison.Ordinal);
        Assert.DoesNotContain(Name, System.Text.RegularExpressions.Regex.Unescape(events.Replace("\\\"", "'", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain(Number, events, StringComparison.Ordinal);
        Assert.DoesNotContain(Name, Server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Number, Server.Output, StringComparison.Ordinal);
        JsonElement[] looks = [.. (await auditor.GetJsonAsync($"api/v1/access?subject={subject}")).EnumerateArray()];
        Assert.Contains(looks, look => look.GetProperty("account").GetString() == "officer" && look.GetProperty("what").GetString() == "subject");
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, string path, object body, (string Name, string Value) header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        return await http.SendAsync(request, Cancellation);
    }
}
