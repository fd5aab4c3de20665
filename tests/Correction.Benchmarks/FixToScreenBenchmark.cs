using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Correction.Testing;
using Microsoft.AspNetCore.SignalR.Client;

namespace Correction.Benchmarks;

/// <summary>
/// From the HTTP request of a fix to the delta that a SignalR client receives, at 500 fixes a second over the real
/// gateway. Boards conflate at 4 Hz, so that up to 250 ms are by design; the baseline is the gateway's own answer.
/// </summary>
internal static class FixToScreenBenchmark
{
    private const int Subjects = 100;
    private const int PerSecond = 500;
    private const int Seconds = 20;

    public static async Task RunAsync()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(("Logging__LogLevel__Default", "Warning"));
        using HttpClient officer = await server.AsAsync("officer");
        await Task.WhenAll(Enumerable.Range(0, Subjects).Select(number => RegisterAsync(officer, number)));

        var sent = new ConcurrentDictionary<double, long>();
        var latencies = new ConcurrentBag<double>();
        string token = await server.TokenAsync("officer");
        await using HubConnection hub = new HubConnectionBuilder()
            .WithUrl(new Uri(server.Address, "hubs/live"), options => options.AccessTokenProvider = () => Task.FromResult<string?>(token)).Build();
        hub.On<string, long, long, JsonElement>("delta", (_, _, _, content) => Match(content, sent, latencies));
        await hub.StartAsync();
        await hub.InvokeAsync("Watch", "430981001", (long?)null);

        var answers = new ConcurrentBag<double>();
        await SendAsync(server.OsmAnd, 0, PerSecond * 3, sent, answers); // warm
        (latencies, answers) = (Cleared(latencies), Cleared(answers));
        await SendAsync(server.OsmAnd, PerSecond * 3, PerSecond * Seconds, sent, answers);
        double p50 = Figure.Percentile(answers, 0.5), p99 = Figure.Percentile(answers, 0.99);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{answers.Count} fixes acknowledged, {latencies.Count} seen on the board"));
        Figure.Print(
            Figure.Of("fix-to-screen-p50", Figure.Percentile(latencies, 0.5), "ms", p50),
            Figure.Of("fix-to-screen-p99", Figure.Percentile(latencies, 0.99), "ms", p99));
    }

    private static async Task SendAsync(Uri osmAnd, int first, int count, ConcurrentDictionary<double, long> sent, ConcurrentBag<double> answers)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 });
        long begun = Stopwatch.GetTimestamp();
        var inFlight = new List<Task>(count);
        for (int i = first; i < first + count; i++)
        {
            TimeSpan due = TimeSpan.FromSeconds((i - first) / (double)PerSecond) - Stopwatch.GetElapsedTime(begun);
            if (due > TimeSpan.FromMilliseconds(2))
            {
                await Task.Delay(due);
            }

            inFlight.Add(SendOneAsync(http, osmAnd, i, sent, answers));
        }

        await Task.WhenAll(inFlight);
    }

    private static async Task SendOneAsync(HttpClient http, Uri osmAnd, int index, ConcurrentDictionary<double, long> sent, ConcurrentBag<double> answers)
    {
        double lon = Math.Round(112 + (index * 1e-6), 7); // tells the fix apart on the board
        long at = Stopwatch.GetTimestamp();
        sent[lon] = at;
        string query = string.Create(CultureInfo.InvariantCulture, $"?id=screen-{index % Subjects}&lat=28.85&lon={lon:R}&timestamp={1_790_000_000 + index}&accuracy=5");
        using HttpResponseMessage answer = await http.GetAsync(new Uri(osmAnd, query));
        answer.EnsureSuccessStatusCode();
        answers.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
    }

    private static void Match(JsonElement content, ConcurrentDictionary<double, long> sent, ConcurrentBag<double> latencies)
    {
        foreach (JsonElement moved in content.GetProperty("moved").EnumerateArray())
        {
            if (sent.TryGetValue(Math.Round(moved.GetProperty("position").GetProperty("lon").GetDouble(), 7), out long at))
            {
                latencies.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
            }
        }
    }

    private static async Task RegisterAsync(HttpClient officer, int number)
    {
        using HttpResponseMessage registered = await officer.PostAsJsonAsync("api/v1/subjects", new
        {
            person = new { name = $"基准{number}", idNumber = "430981199001011234", birthDate = "1990-01-01", sex = "male" },
            category = "probation",
            jurisdiction = "430981001",
            judgment = new { court = "沅江市人民法院", documentNumber = "基准", effectiveOn = "2026-01-01" },
            term = new { from = "2026-01-01", to = "2099-01-01" },
        });
        registered.EnsureSuccessStatusCode();
        string id = (await registered.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        using HttpResponseMessage bound = await officer.PostAsJsonAsync($"api/v1/subjects/{id}/devices", new { deviceId = $"screen-{number}", protocol = "osmand", kind = "phone" });
        bound.EnsureSuccessStatusCode();
    }

    private static ConcurrentBag<double> Cleared(ConcurrentBag<double> bag)
    {
        bag.Clear();
        return bag;
    }
}
