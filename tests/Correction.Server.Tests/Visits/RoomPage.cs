using System.Collections.Concurrent;
using System.Text.Json;
using Correction.Testing;
using Microsoft.AspNetCore.SignalR.Client;

namespace Correction.Server.Tests.Visits;

/// <summary>A party's page as the hub sees it: joins, signals, and keeps what it is told.</summary>
internal sealed class RoomPage : IAsyncDisposable
{
    private static readonly (string Method, int Arguments)[] Methods =
    [
        ("joined", 1), ("left", 1), ("signal", 2), ("admitted", 0), ("started", 0), ("resumed", 0), ("interrupted", 1), ("media", 1), ("remaining", 1), ("warned", 1), ("halted", 1), ("cut", 1), ("ended", 1), ("replaced", 0),
    ];

    private readonly HubConnection _hub;

    private RoomPage(HubConnection hub) => _hub = hub;

    /// <summary>What was said, such as <c>cut deviceUsed</c>, in order.</summary>
    public ConcurrentQueue<string> Heard { get; } = [];

    public static async Task<RoomPage> OpenAsync(ServerProcess server, string token)
    {
        HubConnection hub = new HubConnectionBuilder()
            .WithUrl(new Uri(server.Address, "hubs/visit"), options => options.AccessTokenProvider = () => Task.FromResult<string?>(token)).Build();
        var page = new RoomPage(hub);
        foreach ((string method, int count) in Methods)
        {
            hub.On(method, [.. Enumerable.Repeat(typeof(JsonElement), count)], (arguments, _) => page.Keep(method, arguments), new object());
        }

        await hub.StartAsync(TestContext.Current.CancellationToken);
        return page;
    }

    public Task<JsonElement> JoinAsync(string visit) => _hub.InvokeAsync<JsonElement>("Join", visit, TestContext.Current.CancellationToken);

    public Task SignalAsync(string visit, string to, object payload) => _hub.InvokeAsync("Signal", visit, to, payload, TestContext.Current.CancellationToken);

    public Task LeaveAsync() => _hub.InvokeAsync("Leave", TestContext.Current.CancellationToken);

    public Task HearsAsync(string what) => Eventually.Until(() => Heard.Contains(what), $"the page to hear '{what}'; it heard: {string.Join(", ", Heard)}");

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    private Task Keep(string method, object?[] arguments)
    {
        Heard.Enqueue(string.Join(' ', arguments.Prepend(method)));
        return Task.CompletedTask;
    }
}

/// <summary>The pages of a scene's parties.</summary>
internal static class RoomPages
{
    /// <summary>All three meet, the officer's page records, and the officer ends it; what the page had still to send may follow.</summary>
    public static async Task HoldRecordedAsync(this RoomScene scene)
    {
        await using RoomPage family = await scene.FamilyPageAsync(), prison = await scene.PrisonPageAsync(), officer = await scene.OfficerPageAsync();
        await Task.WhenAll(family.JoinAsync(scene.Visit), prison.JoinAsync(scene.Visit), officer.JoinAsync(scene.Visit));
        await scene.Officer.DoneAsync($"{scene.Path}/admit", new { });
        await scene.RecordBothAsync(0);
        await family.HearsAsync("started");
        await scene.Officer.DoneAsync($"{scene.Path}/end", new { });
    }

    public static Task<RoomPage> FamilyPageAsync(this RoomScene scene) => scene.PageAsync(scene.Family);

    public static Task<RoomPage> PrisonPageAsync(this RoomScene scene) => scene.PageAsync(scene.Prison);

    public static Task<RoomPage> OfficerPageAsync(this RoomScene scene) => scene.PageAsync(scene.Officer);

    /// <summary>A page of the account behind this client.</summary>
    public static Task<RoomPage> PageAsync(this RoomScene scene, HttpClient account) => RoomPage.OpenAsync(scene.Server, account.DefaultRequestHeaders.Authorization!.Parameter!);
}
