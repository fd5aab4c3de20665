using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Xml.Linq;
using Correction.Testing;

[assembly: AssemblyFixture(typeof(Correction.Server.Tests.SharedServer))]
[assembly: Xunit.v3.TestPipelineStartup(typeof(Correction.Testing.PostgresOfTheRun))]

namespace Correction.Server.Tests;

/// <summary>One server for the tests that do not kill it.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    public ServerProcess Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await ServerProcess.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>The contract's calls, as an outside client writes them.</summary>
internal static class Calls
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static object Registration(string name, string station = "430981001", string idNumber = "430981199001011234") => new
    {
        person = new { name, idNumber, birthDate = "1990-01-01", sex = "male", phone = "13800000000" },
        category = "probation",
        jurisdiction = station,
        judgment = new { court = "沅江市人民法院", documentNumber = "（2026）湘0981刑初1号", effectiveOn = "2026-01-01" },
        term = new { from = "2026-01-05", to = "2099-01-04" },
    };

    public static async Task<string> RegisterAsync(this HttpClient http, string name, string station = "430981001")
    {
        using HttpResponseMessage answer = await http.PostAsJsonAsync("api/v1/subjects", Registration(name, station), Cancellation);
        Assert.Equal(System.Net.HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("id").GetString()!;
    }

    public static async Task<HttpResponseMessage> BindPhoneAsync(this HttpClient http, string subject, string device) =>
        await http.PostAsJsonAsync($"api/v1/subjects/{subject}/devices", new { deviceId = device, protocol = "osmand", kind = "phone" }, Cancellation);

    public static object Circle(double lon, double lat, double radius) => new
    {
        name = "禁区",
        kind = "exclusion",
        geometry = new { center = new[] { lon, lat }, radius },
        schedule = (object?)null,
        confirmations = 2,
    };

    public static async Task<System.Net.HttpStatusCode> SendFixAsync(HttpClient http, Uri osmAnd, string device, double lon, double lat, string time) =>
        (await http.GetAsync(new Uri(osmAnd, string.Create(CultureInfo.InvariantCulture, $"?id={device}&lat={lat:R}&lon={lon:R}&timestamp={time}")), Cancellation)).StatusCode;

    /// <summary>The recorded walk: longitude, latitude, time of each point.</summary>
    public static (double Lon, double Lat, string Time)[] Walk()
    {
        SharedData.SkipUnlessPresent();
        XNamespace gpx = "http://www.topografix.com/GPX/1/0";
        return [.. XDocument.Load(SharedData.File("gpx/cerknicko-jezero.gpx")).Descendants(gpx + "trkpt").Select(point => (
            double.Parse(point.Attribute("lon")!.Value, CultureInfo.InvariantCulture),
            double.Parse(point.Attribute("lat")!.Value, CultureInfo.InvariantCulture),
            point.Element(gpx + "time")!.Value))];
    }
}
