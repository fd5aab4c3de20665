using System.Diagnostics;
using System.Globalization;
using System.Security.Claims;
using Correction.Domain;
using Correction.Grains;
using Correction.Grains.Boards;
using Correction.Server.Accounts;
using Correction.Server.Live;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Correction.Benchmarks;

/// <summary>
/// One board, a thousand clients. How many deltas reach them in a second, against a bare SignalR group broadcast of the
/// same payload in the same host; and what the others notice when one client reads nothing.
/// </summary>
internal static class FanoutBenchmark
{
    private const string Board = "430981001";
    private const string WatchInvocation = "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Watch\",\"arguments\":[\"" + Board + "\",null]}";
    private const int Clients = 1_000;
    private const int Deltas = 300;
    private const int Moves = 20;
    private const int Ahead = 32; // messages in flight to a client: the board's four a second never come near it
    private const int Rounds = 3;
    private const int PacedSeconds = 10;
    private const int PerSecond = 10;

    private static readonly ClaimsPrincipal Officer = new(new ClaimsIdentity(
        [new Claim(ClaimTypes.Name, "officer"), new Claim(ClaimTypes.Role, nameof(Role.Officer)), new Claim("jurisdiction", Board)], "benchmark"));

    public static async Task RunAsync()
    {
        await using WebApplication app = await StartAsync();
        var hubs = new Uri(app.Urls.First().Replace("http", "ws", StringComparison.Ordinal));
        FanoutClient[] bare = await ConnectAsync(new Uri(hubs, "/bare"), null, 1);
        FanoutClient[] live = await ConnectAsync(new Uri(hubs, "/hubs/live"), WatchInvocation, 3);
        var feed = app.Services.GetRequiredService<BoardFeed>();
        var group = app.Services.GetRequiredService<IHubContext<BareHub>>();
        var grains = app.Services.GetRequiredService<IGrainFactory>();
        var onlooker = new Onlooker();
        var deltas = new DeltaSource(await grains.GetGrain<IBoardGrain>(Board).Renew(grains.CreateObjectReference<IBoardObserver>(onlooker)));

        var (broadcast, fanout) = (new List<double>(), new List<double>());
        for (int round = 0; round <= Rounds; round++) // the first warms up
        {
            broadcast.Add(await RateAsync($"bare group broadcast, round {round}", bare, () => BroadcastAsync(group, deltas.Fresh())));
            fanout.Add(await RateAsync($"live board, round {round}", live, () => feed.Changed(Board, deltas.Next())));
        }

        var (calm, stalled) = (new List<double>(), new List<double>());
        await PacedAsync(feed, deltas, live);
        for (int pair = 0; pair < Rounds; pair++) // turn about, so that what else the machine does falls on both
        {
            calm.AddRange(await PacedAsync(feed, deltas, live));
            await using var silent = new FanoutClient();
            await silent.StallAsync(new Uri(hubs, "/hubs/live"), WatchInvocation);
            stalled.AddRange(await PacedAsync(feed, deltas, live));
        }

        Figure.Print(
            Figure.Of("fanout", Median(fanout), "deltas/s", Median(broadcast)),
            Figure.Of("fanout-p99-with-a-stalled-client", Figure.Percentile(stalled, 0.99), "ms", Figure.Percentile(calm, 0.99)));
    }

    private static async Task<double> RateAsync(string what, FanoutClient[] clients, Func<Task> send)
    {
        Task all = Task.WhenAll(clients.Select(client => client.Expect(Deltas)));
        return await Figure.PerSecondAsync(what, Clients * Deltas, async () =>
        {
            for (int i = 0; i < Deltas; i++)
            {
                await send();
                while (i - clients.Min(client => client.Received) > Ahead)
                {
                    await Task.Yield();
                }
            }

            await all;
        });
    }

    /// <summary>Milliseconds from the board's delta to each client that has it, at a rate that leaves the machine air.</summary>
    private static async Task<List<double>> PacedAsync(BoardFeed feed, DeltaSource deltas, FanoutClient[] clients)
    {
        const int Count = PacedSeconds * PerSecond;
        Task all = Task.WhenAll(clients.Select(client => client.Expect(Count)));
        long[] sent = new long[Count];
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / PerSecond));
        for (int i = 0; i < Count; i++)
        {
            await timer.WaitForNextTickAsync();
            sent[i] = Stopwatch.GetTimestamp();
            await feed.Changed(Board, deltas.Next());
        }

        await all;
        return [.. clients.SelectMany(client => Enumerable.Range(0, Count).Select(i => Stopwatch.GetElapsedTime(sent[i], client.Arrived[i]).TotalMilliseconds))];
    }

    private static Task BroadcastAsync(IHubContext<BareHub> group, BoardDelta delta) => group.Clients.Group(Board).SendAsync(
        "delta", Board, delta.FromSequence, delta.ToSequence, new { delta.Moved, delta.Subjects, delta.Visits, delta.Alerts, delta.Children });

    private static async Task<FanoutClient[]> ConnectAsync(Uri hub, string? invocation, int first)
    {
        FanoutClient[] clients = [.. Enumerable.Range(0, Clients).Select(_ => new FanoutClient())];
        foreach (FanoutClient[] some in clients.Chunk(50))
        {
            await Task.WhenAll(some.Select(client => client.ConnectAsync(hub, invocation, first)));
        }

        return clients;
    }

    private static async Task<WebApplication> StartAsync()
    {
        WebApplicationBuilder builder = await BenchmarkHost.PrepareWebAsync();
        builder.AddLiveBoards();
        builder.Services.Configure<HubOptions>(options => (options.KeepAliveInterval, options.ClientTimeoutInterval) = (TimeSpan.FromHours(1), TimeSpan.FromHours(2))); // only what is counted is sent
        builder.Services.AddAuthorizationBuilder().AddPolicy(Policies.ReadSubjects, policy => policy.RequireRole(nameof(Role.Officer)));
        WebApplication app = await BenchmarkHost.BuildAsync(builder, _ => Officer);
        app.MapLiveBoards();
        app.MapHub<BareHub>("/bare");
        await app.StartAsync();
        return app;
    }

    private static double Median(List<double> rates) => rates[1..].Order().ElementAt(Rounds / 2);

    private sealed class BareHub : Hub
    {
        public override Task OnConnectedAsync() => Groups.AddToGroupAsync(Context.ConnectionId, Board);
    }

    /// <summary>Asks the board for its number and does not care for what follows.</summary>
    private sealed class Onlooker : IBoardObserver
    {
        public Task Changed(string board, BoardDelta delta) => Task.CompletedTask;
    }

    /// <summary>Deltas of a station whose subjects walk, numbered on from where the board stands.</summary>
    private sealed class DeltaSource(long sequence)
    {
        private long _sequence = sequence;
        private int _step;

        public BoardDelta Next()
        {
            BoardDelta delta = Fresh() with { FromSequence = _sequence, ToSequence = _sequence + 1 };
            _sequence++;
            return delta;
        }

        public BoardDelta Fresh() => new(_sequence, _sequence + 1, [.. Enumerable.Range(0, Moves).Select(Move)], [], [], [], []);

        private BoardMove Move(int subject)
        {
            double lon = Math.Round(112.36 + (_step++ * 1e-6), 6);
            return new BoardMove(
                subject.ToString("x32", CultureInfo.InvariantCulture), new BoardPosition(lon, 28.85, 8, "2026-03-01T02:03:04Z"), 80);
        }
    }
}
