using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Correction.Testing;
using Microsoft.AspNetCore.SignalR.Client;

namespace Correction.Server.Tests.Hosting;

/// <summary>Two hosts on one database, as a county runs them.</summary>
public sealed class ClusterTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_hosts_are_one_service_and_one_goes_on_when_the_other_is_killed()
    {
        string database = await (await PostgresServer.Shared()).CreateDatabaseAsync("cluster");
        await using ServerProcess first = await ServerProcess.StartAsync(Host(database));
        await using ServerProcess second = await ServerProcess.StartAsync(Host(database));
        using HttpClient officer = await first.AsAsync("officer");
        string token = await first.TokenAsync("officer"); // issued by one host, taken by the other
        await using HubConnection hub = new HubConnectionBuilder()
            .WithUrl(new Uri(second.Address, "hubs/live"), options => options.AccessTokenProvider = () => Task.FromResult<string?>(token)).Build();
        var seen = new ConcurrentDictionary<string, byte>();
        hub.On<string, long, long, JsonElement>("delta", (_, _, _, content) => Note(seen, content));
        hub.On<string, long, JsonElement>("snapshot", (_, _, content) => Note(seen, content));
        await hub.StartAsync(Cancellation);
        await hub.InvokeAsync("Watch", "430981001", (long?)null, Cancellation);

        string[] subjects = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => officer.RegisterAsync($"两机{number}"))); // their grains live on both hosts
        await Eventually.Until(() => subjects.All(seen.ContainsKey), "every subject registered through one host on the board watched through the other");

        await first.KillAsync();
        using HttpClient left = await second.AsAsync("officer");
        foreach (string subject in subjects)
        {
            await Eventually.Until(() => IsDoneAsync(left, $"api/v1/subjects/{subject}/zones", Calls.Circle(112.3, 28.8, 100)), $"a command to {subject} through the host that is left", TimeSpan.FromSeconds(90));
        }

        int known = seen.Count, attempt = 0;
        await Eventually.Until( // a board's news is a hint: what was sent to the dead host is not sent again
            async () => seen.Count > known || (await IsDoneAsync(left, "api/v1/subjects", Calls.Registration($"单机{++attempt}")) && seen.Count > known),
            "the board to show a registration through the host that is left", TimeSpan.FromSeconds(90));
        foreach (string subject in subjects)
        {
            JsonElement[] events = await Eventually.Until(() => EventsAsync(left, subject), $"the events of {subject} from the host that is left", TimeSpan.FromSeconds(90));
            Assert.Equal(Enumerable.Range(1, events.Length), events.Select(happened => happened.GetProperty("version").GetInt32()));
            Assert.Contains(events, happened => happened.GetProperty("type").GetString() == "zone_imposed");
        }
    }

    /// <summary>Null while the host says that it cannot answer yet: the look goes on record through a grain that may have been on the dead one.</summary>
    private static async Task<JsonElement[]?> EventsAsync(HttpClient http, string subject)
    {
        using HttpResponseMessage answer = await http.GetAsync($"api/v1/subjects/{subject}/events", Cancellation);
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            return null;
        }

        answer.EnsureSuccessStatusCode();
        return [.. (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).EnumerateArray()];
    }

    internal static (string Name, string Value)[] Host(string database) =>
    [
        ("ConnectionStrings__Correction", database),
        ("Cluster__Mode", "adoNet"),
        ("Cluster__Address", "127.0.0.1"),
        ("Cluster__SiloPort", $"{ServerProcess.FreePort()}"),
        ("Cluster__GatewayPort", $"{ServerProcess.FreePort()}"),
    ];

    /// <summary>Until the dead host is out of the cluster, what its grains would have answered is refused, to be sent again.</summary>
    private static async Task<bool> IsDoneAsync(HttpClient officer, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new { path, body }))));
        using HttpResponseMessage answer = await officer.SendAsync(request, Cancellation);
        Assert.True(answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.ServiceUnavailable, $"{path}: {answer.StatusCode}");
        return answer.IsSuccessStatusCode;
    }

    private static void Note(ConcurrentDictionary<string, byte> seen, JsonElement content)
    {
        foreach (JsonElement subject in content.GetProperty("subjects").EnumerateArray())
        {
            seen[subject.GetProperty("id").GetString()!] = 0;
        }
    }
}
