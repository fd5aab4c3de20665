using System.Diagnostics;
using System.Globalization;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Time;
using Correction.Domain.Tracks;
using Correction.Store.Reading;
using Correction.Store.Tracks;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace Correction.Benchmarks;

/// <summary>
/// A year of fifty subjects, day after day, three parts a day: with the fixes in their events, beside them, and archived but
/// for the last three months. What the tables that are written take, how long a year and the waking of all fifty take.
/// </summary>
internal static class ArchiveBenchmark
{
    private const int Subjects = 50;
    private const int Rounds = 9;

    private const string Events = "select pg_total_relation_size('correction.mt_events')";
    private const string Hot = Events + " + (select coalesce(sum(pg_total_relation_size(inhrelid)), 0) from pg_inherits where inhparent = 'correction.track'::regclass)";

    public static async Task RunAsync()
    {
        SubjectId[] subjects = [.. Enumerable.Range(0, Subjects).Select(_ => new SubjectId(Guid.CreateVersion7()))];
        await using BenchmarkHost before = await BenchmarkHost.StartAsync();
        await using BenchmarkHost host = await BenchmarkHost.StartAsync();
        LocalDate today = ChinaTime.DateOf(host.Services.GetRequiredService<IClock>().GetCurrentInstant());
        (LocalDate Date, TrackRecorded[] Parts)[] year =
        [
            .. TrackBenchmark.Year(ChinaTime.StartOf(today.PlusDays(-365))).Chunk(1_440).Select(day => (ChinaTime.DateOf(day[0].OccurredAt), day.Chunk(480).Select(part => TrackCodec.Pack(subjects[0], ChinaTime.DateOf(day[0].OccurredAt), part)).ToArray())),
        ];
        Instant from = ChinaTime.StartOf(year[0].Date), to = ChinaTime.StartOf(year[^1].Date.PlusDays(1));
        foreach ((LocalDate date, TrackRecorded[] parts) in year)
        {
            foreach (TrackRecorded part in parts)
            {
                TrackRecorded[] ofAll = [.. subjects.Select(subject => part with { SubjectId = subject })];
                await SealedDays.AppendAsync(before.Services, ofAll);
                await SealedDays.SealAsync(host.Services, date, ofAll);
            }
        }

        Measure inEvents = await MeasureAsync(before, subjects, from, to), beside = await MeasureAsync(host, subjects, from, to);
        var watch = Stopwatch.StartNew();
        int moved = await host.Services.GetRequiredService<TrackArchive>().ArchiveBeforeAsync(year[^1].Date.With(DateAdjusters.StartOfMonth).PlusMonths(-2), CancellationToken.None);
        Console.WriteLine(FormattableString.Invariant($"{moved} rows archived in {watch.Elapsed.TotalSeconds:F1} s"));
        Measure archived = await MeasureAsync(host, subjects, from, to);
        Figure.Print(
            Figure.Of("archive-event-table", beside.EventBytes / 1e6, "MB", inEvents.EventBytes / 1e6),
            Figure.Of("archive-written-tables", archived.HotBytes / 1e6, "MB", inEvents.HotBytes / 1e6),
            Figure.Of("archive-year", archived.Year, "s", inEvents.Year),
            Figure.Of("sealed-year", beside.Year, "s", inEvents.Year),
            Figure.Of("archive-wake", archived.Wake * 1000 / Subjects, "ms", inEvents.Wake * 1000 / Subjects));
    }

    private static async Task<Measure> MeasureAsync(BenchmarkHost host, SubjectId[] subjects, Instant from, Instant to)
    {
        await using (NpgsqlCommand settle = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("vacuum analyze"))
        {
            await settle.ExecuteNonQueryAsync();
        }

        var reader = host.Services.GetRequiredService<TrackReader>();
        double year = await MedianAsync(round => reader.ReadAsync(subjects[round % Subjects], from, to));
        double wake = await MedianAsync(_ => reader.LatestAsync(subjects));
        return new(await SizeAsync(host, Events), await SizeAsync(host, Hot), year, wake);
    }

    private static async Task<double> MedianAsync(Func<int, Task> work)
    {
        var seconds = new List<double>();
        for (int round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            await work(round);
            seconds.Add(watch.Elapsed.TotalSeconds);
        }

        return seconds.Order().ElementAt(Rounds / 2);
    }

    private static async Task<double> SizeAsync(BenchmarkHost host, string question)
    {
        await using NpgsqlCommand ask = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(question);
        return Convert.ToDouble(await ask.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    private sealed record Measure(double EventBytes, double HotBytes, double Year, double Wake);
}
