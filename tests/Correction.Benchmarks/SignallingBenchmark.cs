using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Time;
using Correction.Domain.Visits;
using Correction.Grains;
using Correction.Server.Visits;
using Correction.Store.Journaling;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Correction.Benchmarks;

/// <summary>
/// Two hundred rooms at once: how many parties join in a second, and how long an offer and its answer take through the
/// room, against a bare hub that relays the same payloads between two connections of a group. Every room goes through the
/// visit's stream, its room grain and the host's feed, as in service; the account's standing, which is asked of the database
/// at every call, is left out on both sides.
/// </summary>
internal static class SignallingBenchmark
{
    private const int Rooms = 200;
    private const int Rounds = 20;
    private const int Warm = 3;

    /// <summary>As long as a browser's with picture, sound and its candidates.</summary>
    private static readonly JsonElement Description = JsonSerializer.SerializeToElement(new { link = "x", sdp = new { type = "offer", sdp = new string('s', 3_500) } });

    public static async Task RunAsync()
    {
        await using WebApplication app = await StartAsync();
        string[] visits = await PrepareAsync(app.Services);
        var hub = new Uri(app.Urls.First());

        (double bareJoins, List<double> bare, double bareCpu) = await MeasureAsync(new Uri(hub, "/bare"), visits, "bare hub");
        (double joins, List<double> rooms, double cpu) = await MeasureAsync(new Uri(hub, "/hubs/visit"), visits, "rooms");

        Figure.Print(
            Figure.Of("signalling-joins", joins, "joins/s", bareJoins),
            Figure.Of("signalling-offer-answer-p50", Figure.Percentile(rooms, 0.5), "ms", Figure.Percentile(bare, 0.5)),
            Figure.Of("signalling-offer-answer-p99", Figure.Percentile(rooms, 0.99), "ms", Figure.Percentile(bare, 0.99)),
            Figure.Of("signalling-cpu-per-exchange", cpu, "ms", bareCpu));
    }

    private static async Task<(double Joins, List<double> Milliseconds, double Cpu)> MeasureAsync(Uri hub, string[] visits, string what)
    {
        Pair[] pairs = [.. visits.Select(visit => new Pair(hub, visit))];
        foreach (Pair[] some in pairs.Chunk(25))
        {
            await Task.WhenAll(some.Select(pair => pair.ConnectAsync()));
        }

        double joins = await Figure.PerSecondAsync($"{what}: joins", Rooms * 2, () => Task.WhenAll(pairs.Select(pair => pair.JoinAsync())));
        await Task.WhenAll(pairs.Select(pair => pair.Open.WaitAsync(TimeSpan.FromMinutes(1))));
        for (int round = 0; round < Warm; round++)
        {
            await Task.WhenAll(pairs.Select(pair => pair.ExchangeAsync(Description)));
        }

        var milliseconds = new List<double>();
        TimeSpan before = Environment.CpuUsage.TotalTime;
        for (int round = 0; round < Rounds; round++)
        {
            milliseconds.AddRange(await Task.WhenAll(pairs.Select(pair => pair.ExchangeAsync(Description))));
        }

        double cpu = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / (Rounds * Rooms);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {Rounds * Rooms} exchanges, {Rooms} at once, p99 {Figure.Percentile(milliseconds, 0.99):F1} ms, {cpu:F3} ms of processor each, both clients included"));
        foreach (Pair pair in pairs)
        {
            await pair.DisposeAsync();
        }

        return (joins, milliseconds, cpu);
    }

    /// <summary>Admitted visits of lawyers: their way opens without an officer's recording, and signals take the same path.</summary>
    private static async Task<string[]> PrepareAsync(IServiceProvider services)
    {
        Instant now = services.GetRequiredService<IClock>().GetCurrentInstant();
        var journal = services.GetRequiredService<Journal>();
        var slot = new SlotId(Jurisdiction.Parse("4301P1"), ChinaTime.DateOf(now), "day", LocalTime.Midnight);
        VisitId[] visits = [.. Enumerable.Range(0, Rooms).Select(_ => new VisitId(Guid.CreateVersion7()))];
        await Task.WhenAll(visits.Select(visit => journal.CommitAsync(new JournalEntry { Streams = [new StreamAppend(StreamKeys.Visit(visit), 0, [.. Story(visit, slot, now)])] })));
        return [.. visits.Select(visit => visit.ToString())];
    }

    private static IEnumerable<NewEvent> Story(VisitId visit, SlotId slot, Instant now)
    {
        var relative = new RelativeId(Guid.CreateVersion7());
        (Instant from, Instant to) = (now - Duration.FromMinutes(5), now + Duration.FromHours(2));
        ImmutableArray<Visitor> visitors = [new Visitor(relative, Relationship.Lawyer, "family", Minor: false)];
        IVisitEvent[] events =
        [
            new VisitApplied(visit, VisitKind.Lawyer, "4301P1", "1", "430981", "family", visitors, VisitChannel.Station, slot, from, to, null, new VisitTerms(3_600, 30, 30, 24, 10, 1)),
            new VisitKinshipChecked(), new VisitApproved(), new VisitScheduled(slot, from, to, null), new VisitorsArrived(), new VisitorsAdmitted([relative], IdentityCheck.Papers),
        ];
        return events.Select(happened => new NewEvent(happened, now, Actor.System, []));
    }

    private static async Task<WebApplication> StartAsync()
    {
        WebApplicationBuilder builder = await BenchmarkHost.PrepareWebAsync();
        builder.Services.AddSignalR();
        builder.AddVisitRooms();
        builder.Services.AddAuthorization();
        WebApplication app = await BenchmarkHost.BuildAsync(builder, context =>
        {
            string party = context.Request.Query["party"].ToString();
            (string role, string jurisdiction) = party == "family" ? (nameof(Role.Family), "430981") : (nameof(Role.Prison), "4301P1");
            return new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.Name, party), new(ClaimTypes.Role, role), new("jurisdiction", jurisdiction)], "benchmark"));
        });
        app.MapHub<VisitHub>("/hubs/visit");
        app.MapHub<BareHub>("/bare");
        await app.StartAsync();
        return app;
    }

    /// <summary>The same two methods, without any rule.</summary>
    private sealed class BareHub : Hub
    {
        public async Task<bool> Join(string visit)
        {
            await Groups.AddToGroupAsync(Context.ConnectionId, visit);
            await Clients.Caller.SendAsync("media", true);
            return true;
        }

        public Task Signal(string visit, string to, JsonElement payload) => Clients.OthersInGroup(visit).SendAsync("signal", to, payload);
    }

    /// <summary>Family and prison of one room: the family offers, the prison answers.</summary>
    private sealed class Pair : IAsyncDisposable
    {
        private readonly string _visit;
        private readonly HubConnection _family;
        private readonly HubConnection _prison;
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource _answered = new();

        public Pair(Uri hub, string visit)
        {
            _visit = visit;
            (_family, _prison) = (Connection(hub, "family"), Connection(hub, "prison"));
            _family.On<bool>("media", open => _open.TrySetResult());
            _family.On<string, JsonElement>("signal", (_, _) => _answered.TrySetResult());
            _prison.On<string, JsonElement>("signal", (_, payload) => _prison.SendAsync("Signal", _visit, "family", payload));
        }

        public Task Open => _open.Task;

        public Task ConnectAsync() => Task.WhenAll(_family.StartAsync(), _prison.StartAsync());

        public Task<JsonElement[]> JoinAsync() => Task.WhenAll(_family.InvokeAsync<JsonElement>("Join", _visit), _prison.InvokeAsync<JsonElement>("Join", _visit));

        /// <summary>Milliseconds from the offer to its answer.</summary>
        public async Task<double> ExchangeAsync(JsonElement description)
        {
            _answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            long sent = Stopwatch.GetTimestamp();
            await _family.SendAsync("Signal", _visit, "prison", description);
            await _answered.Task.WaitAsync(TimeSpan.FromMinutes(1));
            return Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
        }

        public async ValueTask DisposeAsync()
        {
            await _family.DisposeAsync();
            await _prison.DisposeAsync();
        }

        private static HubConnection Connection(Uri hub, string party) => new HubConnectionBuilder().WithUrl(new Uri(hub, $"{hub.AbsolutePath}?party={party}"), options =>
        {
            (options.SkipNegotiation, options.Transports) = (true, HttpTransportType.WebSockets);
        }).Build();
    }
}
