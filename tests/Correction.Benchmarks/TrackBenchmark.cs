using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using Correction.Domain.Tracks;
using Correction.Server.Api;
using Correction.Store.Reading;
using Correction.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace Correction.Benchmarks;

/// <summary>
/// A subject's year, a fix a minute (525,600), as the Sealer leaves it – three parts a day – read, thinned and
/// written as GeoJSON for the map; against reading the same fixes as a row each. Then the page that shows it, in a browser.
/// </summary>
internal static class TrackBenchmark
{
    private const int PerPart = 480;
    private const int Days = 365;
    private const int PerDay = 1_440;
    private const double Tolerance = 20; // metres: a line's width on a map of the county
    private static readonly Instant Start = ChinaTime.StartOf(new LocalDate(2025, 3, 1));

    public static async Task RunAsync()
    {
        string connection = await (await PostgresServer.Shared()).CreateDatabaseAsync("track");
        SubjectId subject = await ReadAsync(connection);
        await TrackDrawing.RunAsync(connection, subject, ChinaTime.DateOf(Start).PlusDays(Days - 1));
    }

    private static async Task<SubjectId> ReadAsync(string connection)
    {
        await using BenchmarkHost host = await BenchmarkHost.StartOnAsync(connection);
        SubjectId subject = (await BenchmarkFixes.RegisterAsync(host.Grains, 1, DeviceProtocol.OsmAnd, _ => "b-1", Start))[0];
        Fix[] year = Year(Start);
        await SealAsync(host.Services, subject, year);
        await CopyAsync(host.ConnectionString, year);
        TrackReader reader = host.Services.GetRequiredService<TrackReader>();
        Instant end = Start + Duration.FromDays(Days);
        await reader.ReadAsync(subject, Start, end); // warm
        await RowsAsync(host.ConnectionString);

        double rows = await SecondsAsync(() => RowsAsync(host.ConnectionString));
        var watch = Stopwatch.StartNew();
        ImmutableArray<Fix> fixes = await reader.ReadAsync(subject, Start, end);
        double read = watch.Elapsed.TotalSeconds;
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(TrackGeoJson.Write(TrackSegments.Of(fixes), fixes, Tolerance), JsonSerializerOptions.Web);
        double all = watch.Elapsed.TotalSeconds;
        watch.Restart();
        int remaining = TrackSimplification.Simplify([.. fixes], Tolerance).Length;
        double thinned = watch.Elapsed.TotalSeconds;
        Console.WriteLine($"{fixes.Length} fixes read in {read:F2} s, written as {json.Length} bytes in {all - read:F2} s; thinning alone to {remaining} takes {thinned:F3} s");
        if (fixes.Length != year.Length)
        {
            throw new InvalidOperationException($"{year.Length} fixes were sealed, {fixes.Length} read.");
        }

        double again = await SecondsAsync(() => RowsAsync(host.ConnectionString));
        Figure.Print(
            Figure.Of("track-year", all, "s", (rows + again) / 2),
            Figure.Of("track-year-simplify", year.Length / thinned, "fixes/s"));
        return subject;
    }

    /// <summary>A walker between home and work with an error of some metres, always the same.</summary>
    public static Fix[] Year(Instant start)
    {
#pragma warning disable CA5394 // a seed, so that every run walks the same way
        var chance = new Random(20250301);
        return [.. Enumerable.Range(0, Days * PerDay).Select(minute =>
        {
            double phase = minute % PerDay / (double)PerDay * 2 * Math.PI;
            GeoPoint at = new GeoPoint(112.36, 28.85).Move((4_000 * Math.Sin(phase)) + (chance.NextDouble() * 16), (2_500 * Math.Sin(3 * phase)) + (chance.NextDouble() * 16));
            Instant time = start + Duration.FromMinutes(minute);
            return new Fix("b-1", time, time + Duration.FromSeconds(1), at, 8, 1.2, null, null, 80, FixSource.OsmAnd);
        })];
#pragma warning restore CA5394
    }

    private static async Task SealAsync(IServiceProvider services, SubjectId subject, Fix[] year)
    {
        foreach (Fix[] day in year.Chunk(PerDay))
        {
            LocalDate date = ChinaTime.DateOf(day[0].OccurredAt);
            await SealedDays.SealAsync(services, date, [.. day.Chunk(PerPart).Select(part => TrackCodec.Pack(subject, date, part))]);
        }
    }

    private static async Task CopyAsync(string connectionString, Fix[] year)
    {
        await using NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync();
        await using (NpgsqlCommand prepare = new("create table raw_track (at timestamptz, received timestamptz, lon float8, lat float8, accuracy float4)", connection))
        {
            await prepare.ExecuteNonQueryAsync();
        }

        await using NpgsqlBinaryImporter importer = await connection.BeginBinaryImportAsync("copy raw_track from stdin (format binary)");
        foreach (Fix fix in year)
        {
            await importer.StartRowAsync();
            await importer.WriteAsync(fix.OccurredAt.ToDateTimeUtc());
            await importer.WriteAsync(fix.ReceivedAt.ToDateTimeUtc());
            await importer.WriteAsync(fix.Position.Longitude);
            await importer.WriteAsync(fix.Position.Latitude);
            await importer.WriteAsync((float)fix.Accuracy!.Value);
        }

        await importer.CompleteAsync();
    }

    private static async Task RowsAsync(string connectionString)
    {
        await using NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand read = new("select at, received, lon, lat, accuracy from raw_track order by at", connection);
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync();
        var fixes = new List<Fix>();
        while (await row.ReadAsync())
        {
            fixes.Add(new Fix(
                "b-1", Instant.FromDateTimeUtc(row.GetDateTime(0)), Instant.FromDateTimeUtc(row.GetDateTime(1)), new GeoPoint(row.GetDouble(2), row.GetDouble(3)),
                row.GetFloat(4), null, null, null, null, FixSource.OsmAnd));
        }
    }

    private static async Task<double> SecondsAsync(Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        return watch.Elapsed.TotalSeconds;
    }
}
