using System.Net;
using System.Text.Json;
using Correction.Testing;
using Microsoft.AspNetCore.SignalR;

namespace Correction.Server.Tests.Visits;

/// <summary>A server with a relay, whose names and passwords only parties in their window are given.</summary>
public sealed class RelayServer : IAsyncLifetime
{
    public const string Secret = "relay-secret-1";

    public ServerProcess Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Server = await ServerProcess.StartAsync(("Turn__Urls__0", "turn:127.0.0.1:3478"), ("Turn__Secret", Secret));

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>Who is not party to a visit, or not now, gets nothing of it: no signal, no relay, no papers, no recording.</summary>
public sealed class StrangerTests(RelayServer relay) : IClassFixture<RelayServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_party_in_its_window_is_given_a_name_for_the_relay_that_ends_with_the_visit()
    {
        using RoomScene scene = await RoomScene.OpenAsync(relay.Server, "43T3A1");
        await using RoomPage family = await scene.FamilyPageAsync();

        JsonElement server = (await family.JoinAsync(scene.Visit)).GetProperty("iceServers")[0];

        string[] name = server.GetProperty("username").GetString()!.Split(':');
        Assert.Equal([scene.Visit, "family"], name[1..]);
        Assert.InRange(DateTimeOffset.FromUnixTimeSeconds(long.Parse(name[0], null)) - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(91));
        Assert.Equal(
            Correction.Server.Visits.TurnCredentials.Password(RelayServer.Secret, server.GetProperty("username").GetString()!), server.GetProperty("credential").GetString());
    }

    [Fact]
    public async Task A_stranger_gets_nothing()
    {
        using RoomScene scene = await RoomScene.OpenAsync(relay.Server, "43T3A2");
        using HttpClient stranger = await FamilyAsync("stranger-a2");
        await AssertGetsNothingAsync(scene, stranger);
    }

    [Fact]
    public async Task A_relative_of_another_visit_gets_nothing()
    {
        using RoomScene scene = await RoomScene.OpenAsync(relay.Server, "43T3A3");
        using HttpClient other = await FamilyAsync("relative-a3");
        await scene.Prison.ReceiveAsync(scene.Code, "2");
        string visitor = await other.VerifiedAsync(scene.Officer, scene.Code, "2");
        string slot = (await other.SlotsAsync(scene.Code, ChinaDay.Today.AddDays(1)))[0].GetProperty("slotId").GetString()!;
        string own = await other.BookAsync(slot, "2", visitor);
        await scene.Prison.DoneAsync($"api/v1/visits/{own}/approve", new { });
        await using RoomPage page = await scene.PageAsync(other);
        await page.JoinAsync(own); // its own room is open to it

        await AssertGetsNothingAsync(scene, other);
        await Assert.ThrowsAsync<HubException>(() => page.SignalAsync(scene.Visit, "prison", new { link = "1" }));
    }

    [Fact]
    public async Task A_link_that_has_expired_opens_nothing()
    {
        using RoomScene scene = await RoomScene.OpenAsync(relay.Server, "43T3A4");
        await using (RoomPage before = await scene.FamilyPageAsync())
        {
            await before.JoinAsync(scene.Visit);
            await scene.Officer.DoneAsync($"{scene.Path}/cut", new { reason = "other" });
            await before.HearsAsync("cut other");
        }

        await AssertNotLetInAsync(scene, scene.Family);
        await AssertNotLetInAsync(scene, scene.Prison);
        await AssertNotLetInAsync(scene, scene.Officer);
    }

    [Fact]
    public async Task A_party_outside_its_window_is_not_let_in()
    {
        using RoomScene scene = await RoomScene.OpenAsync(relay.Server, "43T3A5", earlyMinutes: 0);
        await AssertNotLetInAsync(scene, scene.Family);
        await AssertNotLetInAsync(scene, scene.Prison);
        await AssertNotLetInAsync(scene, scene.Officer);
        using HttpResponseMessage chunk = await scene.RecordAsync(scene.Officer, "family", 0);
        Assert.Equal(HttpStatusCode.Conflict, chunk.StatusCode);
    }

    [Fact]
    public async Task Another_prison_gets_nothing()
    {
        using RoomScene scene = await RoomScene.OpenAsync(relay.Server, "43T3A6");
        using HttpClient prison = await relay.Server.AsAsync("prison"); // of 4301P1
        await AssertGetsNothingAsync(scene, prison);
    }

    private Task<HttpClient> FamilyAsync(string name) => relay.Server.AsNewAsync(name, "family", "430981");

    private static async Task AssertGetsNothingAsync(RoomScene scene, HttpClient who)
    {
        await using RoomPage family = await scene.FamilyPageAsync(), officer = await scene.OfficerPageAsync();
        await family.JoinAsync(scene.Visit);
        await officer.JoinAsync(scene.Visit);
        await AssertNotLetInAsync(scene, who);

        string relative = (await scene.Officer.GetJsonAsync(scene.Path)).GetProperty("visitors")[0].GetProperty("relativeId").GetString()!;
        foreach (string path in (string[])[scene.Path, $"{scene.Path}/events", $"{scene.Path}/recording", $"{scene.Path}/recording/family-a.webm", $"api/v1/relatives/{relative}", $"api/v1/relatives/{relative}/papers/0"])
        {
            using HttpResponseMessage answer = await who.GetAsync(path, Cancellation);
            Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{path}: {answer.StatusCode}");
        }

        using HttpResponseMessage chunk = await scene.RecordAsync(who, "family", 0);
        Assert.True(chunk.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.Forbidden, chunk.StatusCode.ToString());
        Assert.DoesNotContain(officer.Heard, said => said.StartsWith("signal", StringComparison.Ordinal));
    }

    /// <summary>The refusal is the same whatever the reason, and holds no name for the relay.</summary>
    private static async Task AssertNotLetInAsync(RoomScene scene, HttpClient who)
    {
        await using RoomPage page = await scene.PageAsync(who);
        HubException refused = await Assert.ThrowsAsync<HubException>(() => page.JoinAsync(scene.Visit));
        Assert.Contains("forbidden: no such visit is open to you now", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<HubException>(() => page.SignalAsync(scene.Visit, "officer", new { link = "1" }));
    }
}
