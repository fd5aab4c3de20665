using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Correction.Testing;

namespace Correction.Server.Tests;

/// <summary>Shared zones of a county and its stations, as outside clients see them.</summary>
public sealed class SharedZonesTests(SharedServer shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_shared_zone_is_laid_and_lifted_by_who_decides_for_its_jurisdiction_and_listed_for_who_it_concerns()
    {
        using HttpClient officer = await shared.Server.AsAsync("officer");
        using HttpClient other = await shared.Server.AsAsync("officer2");
        using HttpClient approver = await shared.Server.AsAsync("approver");

        using var ofStation = await officer.PostAsJsonAsync("api/v1/zones", Zone("430981001", 111.1), Cancellation);
        using var ofCounty = await officer.PostAsJsonAsync("api/v1/zones", Zone("430981", 111.1), Cancellation);
        using var elsewhere = await other.PostAsJsonAsync("api/v1/zones", Zone("430981001", 111.1), Cancellation);
        using var malformed = await approver.PostAsJsonAsync("api/v1/zones", new { jurisdiction = "43", name = "x" }, Cancellation);
        using var byApprover = await approver.PostAsJsonAsync("api/v1/zones", Zone("430981", 111.2), Cancellation);
        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.BadRequest, HttpStatusCode.OK],
            new[] { ofStation, ofCounty, elsewhere, malformed, byApprover }.Select(answer => answer.StatusCode));

        (string station, string county) = (await IdAsync(ofStation), await IdAsync(byApprover));
        Assert.Superset(new HashSet<string>([station, county]), await ListAsync(officer, ""));
        Assert.Superset(new HashSet<string>([station, county]), await ListAsync(approver, "?jurisdiction=430981"));
        HashSet<string> others = await ListAsync(other, "?jurisdiction=430981002");
        Assert.True(others.Contains(county) && !others.Contains(station));
        using var notHers = await other.GetAsync("api/v1/zones?jurisdiction=430981001", Cancellation);
        using var beyond = await officer.PostAsJsonAsync($"api/v1/zones/{county}/lift", new { }, Cancellation);
        using var lifted = await officer.PostAsJsonAsync($"api/v1/zones/{station}/lift", new { }, Cancellation);
        using var unknown = await officer.PostAsJsonAsync($"api/v1/zones/{Guid.CreateVersion7():N}/lift", new { }, Cancellation);
        using var liftedToo = await approver.PostAsJsonAsync($"api/v1/zones/{county}/lift?jurisdiction=430981", new { }, Cancellation);
        Assert.Equal(
            [HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.OK],
            new[] { notHers, beyond, lifted, unknown, liftedToo }.Select(answer => answer.StatusCode));
        Assert.DoesNotContain(station, await ListAsync(officer, ""));
    }

    [Fact]
    public async Task Who_walks_into_a_shared_zone_raises_an_alert_that_tells_its_version_and_lifting_it_ends_the_breach()
    {
        using HttpClient officer = await shared.Server.AsAsync("officer");
        using HttpClient approver = await shared.Server.AsAsync("approver");
        string subject = await officer.RegisterAsync("公共区域");
        string device = $"sz-{subject[..12]}";
        using HttpResponseMessage bound = await officer.BindPhoneAsync(subject, device);
        using var phone = new HttpClient();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await SendAsync(phone, device, now.AddMinutes(-20), 110.99);
        using var laid = await approver.PostAsJsonAsync("api/v1/zones", Zone("430981", 111), Cancellation);
        string zone = await IdAsync(laid);

        await SendAsync(phone, device, now.AddSeconds(20), 111);
        await SendAsync(phone, device, now.AddSeconds(21), 111);

        JsonElement[] alerts = await Eventually.Until(
            async () => (await officer.GetJsonAsync($"api/v1/alerts?subject={subject}")).GetProperty("items").EnumerateArray().ToArray() is { Length: > 0 } found ? found : null,
            "the alert of the shared zone is listed");
        JsonElement evidence = Assert.Single(alerts).GetProperty("evidence").GetProperty("zone");
        Assert.Equal((zone, "430981"), (evidence.GetProperty("zoneId").GetString(), evidence.GetProperty("shared").GetProperty("jurisdiction").GetString()));
        JsonElement known = Assert.Single((await officer.GetJsonAsync($"api/v1/subjects/{subject}")).GetProperty("sharedZones").EnumerateArray());
        Assert.True(known.GetProperty("breached").GetBoolean());

        using var lifted = await approver.PostAsJsonAsync($"api/v1/zones/{zone}/lift", new { }, Cancellation);
        await SendAsync(phone, device, now.AddSeconds(22), 111);
        Assert.Contains("zone_breach_ended", (await officer.GetJsonAsync($"api/v1/subjects/{subject}/events")).EnumerateArray().Select(happened => happened.GetProperty("type").GetString()));
    }

    private async Task SendAsync(HttpClient phone, string device, DateTimeOffset at, double lon) => Assert.Equal(
        HttpStatusCode.OK, await Calls.SendFixAsync(phone, shared.Server.OsmAnd, device, lon, 28.85, at.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>Far from where other tests walk.</summary>
    private static object Zone(string jurisdiction, double lon) => new
    {
        jurisdiction,
        name = "学校",
        kind = "exclusion",
        geometry = new { center = new[] { lon, 28.85 }, radius = 200 },
        schedule = (object?)null,
        confirmations = 2,
    };

    private static async Task<string> IdAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("events")[0].GetProperty("id").GetString()!;

    private static async Task<HashSet<string>> ListAsync(HttpClient http, string query) =>
        [.. (await http.GetJsonAsync($"api/v1/zones{query}")).EnumerateArray().Select(zone => zone.GetProperty("zoneId").GetString()!)];
}
