using System.Globalization;
using System.Net.Http.Json;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Gateway;
using Correction.Gateway.Jt808;
using Correction.Gateway.Jt808.Codec;
using Correction.Simulation.Terminals;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;
using Npgsql;

namespace Correction.Benchmarks;

/// <summary>
/// Durable, acknowledged fixes a second from end to end over JT/T 808: terminals on loopback TCP, one position report a
/// message, each answered after its commit; load generator, gateway, silo and database on the same machine. Against raw
/// binary COPY of the same rows, and against what one writes first: a minimal API that inserts a row per request.
/// </summary>
internal static class Ingest808Benchmark
{
    private const int Terminals = 1_000;
    private const int PerTerminal = 512;
    private const int Warming = 2_048; // a service runs for months: its code is compiled
    private const int InFlight = 64;
    private const int PlainRequests = 20_000;
    private const int PlainConnections = 64;
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 0, 0);

    public static async Task RunAsync()
    {
        await using BenchmarkHost host = await BenchmarkHost.StartAsync(builder =>
        {
            builder.Configuration.AddInMemoryCollection(
            [
                new("Gateway:OsmAnd:Port", "0"), new("Gateway:OwnTracks:Port", "0"),
                new("Gateway:Jt808:Port", $"{Store.Postgres.LocalPort.Free()}"),
            ]);
            builder.Services.AddCorrectionGateways();
        });
        int number = 0;
        var numbers = new Dictionary<SubjectId, string>();
        SubjectId[] subjects = await BenchmarkFixes.RegisterAsync(host.Grains, Terminals, DeviceProtocol.Jt808, NumberOf, Start);
        string NumberOf(SubjectId subject)
        {
            lock (numbers)
            {
                return numbers[subject] = (13_900_000_000 + number++).ToString(CultureInfo.InvariantCulture);
            }
        }

        int port = host.Services.GetRequiredService<Jt808Gateway>().Port!.Value;
        TerminalClient[] terminals = await Task.WhenAll(numbers.Values.Select(each => TerminalClient.ConnectAsync("localhost", port, TerminalNumber.Parse(each, isLong: false), default)));
        (SubjectId, Fix)[] rows = [.. numbers.SelectMany(pair => Enumerable.Range(0, PerTerminal).Select(i => (pair.Key, FixOf(pair.Value, i))))];
        double plain = await PlainAsync(host.ConnectionString); // first: what the runtime compiles of it afterwards is no part of ours
        await ReportAsync(terminals, -Warming, Warming);
        await BenchmarkFixes.CopyAsync(host.ConnectionString, rows);

        const int Fixes = Terminals * PerTerminal;
        double copied = await Figure.PerSecondAsync("raw binary COPY", Fixes, () => BenchmarkFixes.CopyAsync(host.ConnectionString, rows));
        TimeSpan before = Environment.CpuUsage.TotalTime;
        double taken = await Figure.PerSecondAsync("JT/T 808, durable and acknowledged", Fixes, () => ReportAsync(terminals, 0, PerTerminal));
        double microseconds = (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / Fixes;
        double copiedAgain = await Figure.PerSecondAsync("raw binary COPY, again", Fixes, () => BenchmarkFixes.CopyAsync(host.ConnectionString, rows));
        await AssertStoredAsync(host.ConnectionString, Terminals * (Warming + PerTerminal));
        foreach (TerminalClient terminal in terminals)
        {
            await terminal.DisposeAsync();
        }

        Figure.Print(
            Figure.Of("ingest808-vs-copy", taken, "fixes/s", (copied + copiedAgain) / 2),
            Figure.Of("ingest808-vs-plain-api", taken, "fixes/s", plain),
            Figure.Of("ingest808-cpu", microseconds, "µs of processor per fix, terminals, gateway, silo and journal; without the database"));
    }

    /// <summary>Each terminal keeps up to <see cref="InFlight"/> messages unanswered, as one does that has something to catch up with.</summary>
    private static Task ReportAsync(TerminalClient[] terminals, int from, int count) => Task.WhenAll(terminals.Select(async terminal =>
    {
        const int Burst = InFlight / 2;
        var unanswered = new Queue<ushort>();
        for (int done = 0; done < count; done += Burst)
        {
            ushort last = 0;
            for (int i = from + done; i < from + done + Burst; i++)
            {
                last = terminal.Write(MessageIds.Location, TerminalMessages.Location(TimeOf(i), PlaceOf(i)));
            }

            await terminal.FlushAsync(default);
            unanswered.Enqueue(last);
            if (unanswered.Count == 2)
            {
                await ReadUntilAsync(terminal, unanswered.Dequeue());
            }
        }

        await ReadUntilAsync(terminal, unanswered.Dequeue());
    }));

    /// <summary>Answers come in order: with the last one, all before it are there.</summary>
    private static async Task ReadUntilAsync(TerminalClient terminal, ushort last)
    {
        while (await terminal.ReadAsync(default) is { } answer)
        {
            if (answer.Result != AnswerResult.Success)
            {
                throw new InvalidOperationException("A report of the benchmark was not taken.");
            }

            if (answer.Answers == last)
            {
                return;
            }
        }

        throw new InvalidOperationException("The gateway closed a terminal's connection.");
    }

    private static async Task AssertStoredAsync(string connectionString, long acknowledged)
    {
        await using NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand count = new("select count(*) from correction.fix_inbox", connection);
        if ((long)(await count.ExecuteScalarAsync())! != acknowledged)
        {
            throw new InvalidOperationException("What was acknowledged is not stored once each.");
        }
    }

    /// <summary>One row, one request, one transaction, over HTTP: no batching, no decisions.</summary>
    private static async Task<double> PlainAsync(string connectionString)
    {
        await using NpgsqlDataSource database = NpgsqlDataSource.Create(connectionString);
        await using (NpgsqlCommand prepare = database.CreateCommand("create table plain_fix (device text, occurred_at timestamptz, lon double precision, lat double precision)"))
        {
            await prepare.ExecuteNonQueryAsync();
        }

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        await using WebApplication api = builder.Build();
        api.MapPost("/fix", async (PlainFix fix) =>
        {
            await using NpgsqlCommand insert = database.CreateCommand("insert into plain_fix values ($1, $2, $3, $4)");
            insert.Parameters.Add(new() { Value = fix.Device });
            insert.Parameters.Add(new() { Value = fix.At.UtcDateTime });
            insert.Parameters.Add(new() { Value = fix.Lon });
            insert.Parameters.Add(new() { Value = fix.Lat });
            await insert.ExecuteNonQueryAsync();
        });
        await api.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };
        await PostAsync(http, 0, 500);
        double rate = await Figure.PerSecondAsync("minimal API, an insert per request", PlainRequests, () => PostAsync(http, 500, PlainRequests));
        await api.StopAsync();
        return rate;
    }

    private static Task PostAsync(HttpClient http, int from, int count)
    {
        int next = from;
        return Task.WhenAll(Enumerable.Range(0, PlainConnections).Select(async _ =>
        {
            for (int i = Interlocked.Increment(ref next); i <= from + count; i = Interlocked.Increment(ref next))
            {
                using HttpResponseMessage answer = await http.PostAsJsonAsync("fix", new PlainFix("13900000000", TimeOf(i).ToDateTimeOffset(), PlaceOf(i).Longitude, PlaceOf(i).Latitude));
                answer.EnsureSuccessStatusCode();
            }
        }));
    }

    private static Instant TimeOf(int index) => Start + Duration.FromSeconds(10 * index);

    private static GeoPoint PlaceOf(int index) => new(112.36 + (index * 1e-5), 28.85);

    private static Fix FixOf(string device, int index) =>
        new(device, TimeOf(index), TimeOf(index), PlaceOf(index), null, 0, 0, 0, 80, FixSource.Jt808);

    private sealed record PlainFix(string Device, DateTimeOffset At, double Lon, double Lat);
}
