using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Correction.Browser.Tests;

/// <summary>A registered subject with a phone.</summary>
public sealed record Walker(string Id, string Name, string Device)
{
    public string Page => $"/subjects/{Id}";
}

/// <summary>What stands before a person opens the browser, made through the real API and gateways.</summary>
public static class Scene
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Registers a subject of station 430981001 and binds a phone to it.</summary>
    public static async Task<Walker> RegisterAsync(this Testing.ServerProcess server, string name, string idNumber = "430981199001011234")
    {
        using HttpClient officer = await server.AsAsync("officer");
        using HttpResponseMessage registered = await officer.PostAsJsonAsync(
            "api/v1/subjects",
            new
            {
                person = new { name, idNumber, birthDate = "1990-01-01", sex = "male" },
                category = "probation",
                jurisdiction = "430981001",
                judgment = new { court = "沅江市人民法院", documentNumber = "（2026）湘0981刑初1号", effectiveOn = "2026-01-01" },
                term = new { from = "2026-01-01", to = "2099-01-01" },
            },
            Cancellation);
        registered.EnsureSuccessStatusCode();
        string id = (await registered.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("id").GetString()!;
        string device = $"b-{id[..12]}{id[^6..]}";
        using HttpResponseMessage bound = await officer.PostAsJsonAsync($"api/v1/subjects/{id}/devices", new { deviceId = device, protocol = "osmand", kind = "phone" }, Cancellation);
        bound.EnsureSuccessStatusCode();
        return new Walker(id, name, device);
    }

    /// <summary>Binds a terminal that has not connected.</summary>
    public static async Task BindTerminalAsync(this Testing.ServerProcess server, Walker walker, string terminal)
    {
        using HttpClient officer = await server.AsAsync("officer");
        using HttpResponseMessage bound = await officer.PostAsJsonAsync($"api/v1/subjects/{walker.Id}/devices", new { deviceId = terminal, protocol = "jt808", kind = "phone" }, Cancellation);
        bound.EnsureSuccessStatusCode();
    }

    /// <summary>Lays a circle from now on.</summary>
    public static async Task ForbidAsync(this Testing.ServerProcess server, Walker walker, string zone, double lon, double lat, int radius, int? buffer = null)
    {
        using HttpClient officer = await server.AsAsync("officer");
        using HttpResponseMessage laid = await officer.PostAsJsonAsync(
            $"api/v1/subjects/{walker.Id}/zones", new { name = zone, kind = "exclusion", geometry = new { center = new[] { lon, lat }, radius }, confirmations = 2, buffer }, Cancellation);
        laid.EnsureSuccessStatusCode();
    }

    /// <summary>The phone reports where it is, so many milliseconds from now; returns when the server has it for good.</summary>
    public static Task ReportAsync(this Testing.ServerProcess server, string device, int step, double lon, double lat = 28.85) =>
        server.ReportAsync(device, TimeProvider.System.GetUtcNow().AddMilliseconds(step), lon, lat);

    public static async Task ReportAsync(this Testing.ServerProcess server, string device, DateTimeOffset at, double lon, double lat = 28.85)
    {
        using var phone = new HttpClient();
        string query = string.Create(CultureInfo.InvariantCulture, $"?id={device}&lat={lat:R}&lon={lon:R}&timestamp={at.ToUnixTimeMilliseconds()}&accuracy=8");
        using HttpResponseMessage answer = await phone.GetAsync(new Uri(server.OsmAnd, query), Cancellation);
        if (answer.StatusCode != System.Net.HttpStatusCode.NotFound) // an unknown device is told so, and kept in quarantine
        {
            answer.EnsureSuccessStatusCode();
        }
    }

    /// <summary>Lays a zone and walks into it.</summary>
    public static async Task<Walker> WithAlertAsync(this Testing.ServerProcess server, string name)
    {
        Walker walker = await server.RegisterAsync(name);
        await server.ReportAsync(walker.Device, -600_000, 112.36); // time enough to walk: a leap would decide nothing
        await server.ForbidAsync(walker, "学校周边", 112.365, 28.85, 150);
        foreach (int step in Enumerable.Range(1, 4))
        {
            await server.ReportAsync(walker.Device, step, 112.365);
        }

        return walker;
    }
}
