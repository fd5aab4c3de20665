using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Correction.Testing;
using Microsoft.AspNetCore.SignalR.Client;

namespace Correction.Server.Tests;

/// <summary>From a device's bytes to the officer's board, over a killed server.</summary>
public sealed class MainJobTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_recorded_walk_is_stored_once_raises_one_alert_is_seen_live_and_outlives_a_killed_server()
    {
        var walk = Calls.Walk();
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient officer = await server.AsAsync("officer");
        string subject = await officer.RegisterAsync("行者甲");
        using HttpResponseMessage bound = await officer.BindPhoneAsync(subject, "walker");
        Assert.Equal(HttpStatusCode.OK, bound.StatusCode);
        var middle = walk[60];
        using HttpResponseMessage zone = await officer.PostAsJsonAsync($"api/v1/subjects/{subject}/zones", Calls.Circle(middle.Lon, middle.Lat, 150), Cancellation);
        Assert.Equal(HttpStatusCode.OK, zone.StatusCode);

        await using HubConnection hub = await ConnectAsync(server, "officer");
        var seen = new ConcurrentQueue<JsonElement>();
        hub.On<string, long, JsonElement>("snapshot", (_, _, content) => seen.Enqueue(content));
        hub.On<string, long, long, JsonElement>("delta", (_, _, _, content) => seen.Enqueue(content));
        await hub.StartAsync(Cancellation);
        await hub.InvokeAsync("Watch", "430981001", (long?)null, Cancellation);
        using var device = new HttpClient();
        foreach (var (lon, lat, time) in walk)
        {
            Assert.Equal(HttpStatusCode.OK, await Calls.SendFixAsync(device, server.OsmAnd, "walker", lon, lat, time));
        }

        await Eventually.Until(() => Task.FromResult(seen.Any(content => Mentions(content, "alerts", "subjectId", subject))), "the alert on the board");
        await Eventually.Until(() => Task.FromResult(seen.Any(content => Mentions(content, "moved", "id", subject))), "the position on the board");
        await server.KillAsync();
        await server.RunAsync();
        using HttpClient again = await server.AsAsync("officer");

        AssertIsTheWalk(walk, await again.GetJsonAsync($"api/v1/subjects/{subject}/track"));
        JsonElement[] alerts = [.. (await again.GetJsonAsync("api/v1/alerts")).GetProperty("items").EnumerateArray()];
        JsonElement alert = Assert.Single(alerts);
        Assert.Equal("zoneEntered", alert.GetProperty("kind").GetString());
        Assert.Equal(2, alert.GetProperty("evidence").GetProperty("fixes").GetArrayLength());
        Assert.Equal(HttpStatusCode.OK, await Calls.SendFixAsync(device, server.OsmAnd, "walker", walk[^1].Lon, walk[^1].Lat, walk[^1].Time));
        AssertIsTheWalk(walk, await again.GetJsonAsync($"api/v1/subjects/{subject}/track"));
    }

    [Fact]
    public async Task A_client_that_comes_back_gets_what_it_missed_and_ends_with_the_servers_board()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient officer = await server.AsAsync("officer");
        string subject = await officer.RegisterAsync("行者乙");
        using HttpResponseMessage bound = await officer.BindPhoneAsync(subject, "runner");
        using var device = new HttpClient();
        long last = 0;
        double? shown = null;
        var gaps = new ConcurrentQueue<string>();
        for (int connection = 0; connection < 3; connection++)
        {
            await using HubConnection hub = await ConnectAsync(server, "officer");
            long? sequence = connection == 0 ? null : last;
            hub.On<string, long, JsonElement>("snapshot", (_, at, content) => (sequence, last, shown) = (at, at, Longitude(content, "subjects", subject) ?? shown));
            hub.On<string, long, long, JsonElement>("delta", (_, from, to, content) =>
            {
                if (sequence is { } known && from != known)
                {
                    gaps.Enqueue($"{known} then {from}");
                }

                (sequence, last) = (to, to);
                shown = Longitude(content, "moved", subject) ?? Longitude(content, "subjects", subject) ?? shown;
            });
            await hub.StartAsync(Cancellation);
            await hub.InvokeAsync("Watch", "430981001", sequence, Cancellation);
            for (int step = 0; step < 20; step++)
            {
                await Calls.SendFixAsync(device, server.OsmAnd, "runner", 112.36 + (connection * 0.01) + (step * 0.0001), 28.85, $"{1_790_000_000 + (connection * 100) + step}");
            }
        }

        await using HubConnection final = await ConnectAsync(server, "officer");
        final.On<string, long, JsonElement>("snapshot", (_, _, content) => shown = Longitude(content, "subjects", subject) ?? shown);
        final.On<string, long, long, JsonElement>("delta", (_, _, _, content) => shown = Longitude(content, "moved", subject) ?? Longitude(content, "subjects", subject) ?? shown);
        await final.StartAsync(Cancellation);
        await final.InvokeAsync("Watch", "430981001", last, Cancellation);

        await Eventually.Until(() => Task.FromResult(shown is { } lon && Math.Abs(lon - 112.3819) < 1e-6), "the last position");
        Assert.Empty(gaps);
    }

    private static void AssertIsTheWalk((double Lon, double Lat, string Time)[] walk, JsonElement track)
    {
        var points = track.GetProperty("features").EnumerateArray().SelectMany(feature =>
        {
            JsonElement geometry = feature.GetProperty("geometry");
            IEnumerable<JsonElement> pairs = geometry.GetProperty("type").GetString() == "Point" ? [geometry.GetProperty("coordinates")] : geometry.GetProperty("coordinates").EnumerateArray();
            return pairs.Zip(feature.GetProperty("properties").GetProperty("times").EnumerateArray());
        }).ToArray();
        Assert.Equal(walk.Length, points.Length);
        Assert.All(walk.Zip(points), pair =>
        {
            Assert.Equal(pair.First.Lon, pair.Second.First[0].GetDouble(), 1e-6);
            Assert.Equal(pair.First.Lat, pair.Second.First[1].GetDouble(), 1e-6);
            Assert.Equal(pair.First.Time, pair.Second.Second.GetString());
        });
    }

    private static bool Mentions(JsonElement content, string list, string property, string value) =>
        content.TryGetProperty(list, out JsonElement items) && items.EnumerateArray().Any(item => item.GetProperty(property).GetString() == value);

    private static double? Longitude(JsonElement content, string list, string subject) =>
        content.TryGetProperty(list, out JsonElement items)
        && items.EnumerateArray().FirstOrDefault(item => item.GetProperty("id").GetString() == subject) is { ValueKind: JsonValueKind.Object } found
        && found.GetProperty("position") is { ValueKind: JsonValueKind.Object } position
            ? position.GetProperty("lon").GetDouble()
            : null;

    private static async Task<HubConnection> ConnectAsync(ServerProcess server, string account)
    {
        string token = await server.TokenAsync(account);
        return new HubConnectionBuilder().WithUrl(new Uri(server.Address, "hubs/live"), options => options.AccessTokenProvider = () => Task.FromResult<string?>(token)).Build();
    }
}
