using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Gateway;
using Correction.Grains;
using Correction.Projections;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace Correction.Benchmarks;

/// <summary>
/// All the country's subjects on one machine: 700,000, each with a fix a minute, for five minutes, through device
/// directory, grain, journal and boards. How long an acknowledgement takes, how many subjects wake a second, what a
/// hundred thousand of them cost in memory. What the codecs cost is measured by <c>codec</c> and <c>ingest808</c>.
/// </summary>
internal static class NationBenchmark
{
    private const int Minutes = 5;
    private const int Wakers = 256;
    private const int MostInFlight = 20_000;
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(10);

    public static async Task RunAsync(int count)
    {
        string connection = await RegisterAsync(count);
        await using BenchmarkHost host = await BenchmarkHost.StartOnAsync(connection, builder => builder.Services.AddSingleton<FixIngress>());
        var ingress = host.Services.GetRequiredService<FixIngress>();
        var clock = host.Services.GetRequiredService<IClock>();
        long before = Memory();

        double wakes = await Figure.PerSecondAsync("subjects woken by their first fix", count, () => Parallel.ForEachAsync(
            Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Wakers }, async (number, _) => await TakeAsync(ingress, clock, number)));
        long awake = Memory();
        double perHundredThousand = (awake - before) / 1e6 / count * 100_000;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory: {before / 1e6:F0} MB before, {awake / 1e6:F0} MB with all awake"));

        var latencies = new Latencies();
        (long peak, long late) = await HoldAsync(ingress, clock, count, latencies);
        await AssertStoredAsync(connection, count * (Minutes + 1L));
        Figure.Print(
            Figure.Of("nation-wakes", wakes, "subjects/s"),
            Figure.Of("nation-fixes", count / 60.0, "fixes/s held for 5 minutes"),
            Figure.Of("nation-ack-p50", latencies.Percentile(0.5), "ms"),
            Figure.Of("nation-ack-p99", latencies.Percentile(0.99), "ms"),
            Figure.Of("nation-ack-max", latencies.Percentile(1), "ms"),
            Figure.Of("nation-sent-late", late, "reports that the generator sent over 1 s late"),
            Figure.Of("nation-memory-per-100000", perHundredThousand, "MB"),
            Figure.Of("nation-memory-peak", peak / 1e6, "MB"));
    }

    /// <summary>Sends each subject's report when its second of the minute has come, whatever became of the ones before.</summary>
    private static async Task<(long Peak, long Late)> HoldAsync(FixIngress ingress, IClock clock, int count, Latencies latencies)
    {
        long begun = Stopwatch.GetTimestamp(), sent = 0, total = (long)count * Minutes, peak = 0, late = 0, inFlight = 0;
        var failed = new TaskCompletionSource();
        var nextReport = TimeSpan.Zero;
        using var timer = new PeriodicTimer(Beat);
        while (sent < total && !failed.Task.IsFaulted)
        {
            await timer.WaitForNextTickAsync();
            TimeSpan elapsed = Stopwatch.GetElapsedTime(begun);
            long due = Math.Min(total, (long)(elapsed.TotalMinutes * count));
            for (; sent < due && Interlocked.Read(ref inFlight) < MostInFlight; sent++)
            {
                late += elapsed - TimeSpan.FromMinutes(sent / (double)count) > TimeSpan.FromSeconds(1) ? 1 : 0;
                _ = SendAsync((int)(sent % count));
            }

            if (elapsed > nextReport)
            {
                peak = Math.Max(peak, Memory());
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{elapsed:mm\\:ss}  {sent} sent  {Interlocked.Read(ref inFlight)} in flight  {Memory() / 1e6:F0} MB"));
                nextReport += TimeSpan.FromSeconds(15);
            }
        }

        while (Interlocked.Read(ref inFlight) > 0 && !failed.Task.IsFaulted)
        {
            await timer.WaitForNextTickAsync();
        }

        if (failed.Task.IsFaulted)
        {
            await failed.Task;
        }

        return (peak, late);

        async Task SendAsync(int number)
        {
            Interlocked.Increment(ref inFlight);
            long at = Stopwatch.GetTimestamp();
            try
            {
                await TakeAsync(ingress, clock, number);
                latencies.Add(Stopwatch.GetElapsedTime(at));
            }
            catch (Exception failure)
            {
                failed.TrySetException(failure);
            }
            finally
            {
                Interlocked.Decrement(ref inFlight);
            }
        }
    }

    private static async Task TakeAsync(FixIngress ingress, IClock clock, int number)
    {
        Instant now = clock.GetCurrentInstant();
        string device = NationRegister.DeviceOf(number);
        var fix = new Fix(device, now, now, new GeoPoint(112.36 + (number % 1000 * 1e-4), 28.85), 8, 1.2, 90, 30, 80, FixSource.Jt808);
        ReportOutcome outcome = await ingress.TakeAsync(device, ImmutableArray.Create(fix));
        if (outcome != ReportOutcome.Recorded)
        {
            throw new InvalidOperationException($"A report was {outcome}.");
        }
    }

    /// <summary>One subject through its grains, then the rest as its copies. The host ends in between: what it had read is out of date.</summary>
    private static async Task<string> RegisterAsync(int count)
    {
        await using BenchmarkHost host = await BenchmarkHost.StartAsync();
        const string Device = "nation-template";
        Instant now = host.Services.GetRequiredService<IClock>().GetCurrentInstant();
        SubjectId[] template = await BenchmarkFixes.RegisterAsync(host.Grains, 1, DeviceProtocol.Jt808, _ => Device, now);
        await host.Services.GetRequiredService<Store.Reading.Freshness>().WaitForProjectionsAsync();
        string dossiers = host.Services.GetRequiredService<IDocumentStore>().Options.FindOrResolveDocumentType(typeof(SubjectDossier)).TableName.QualifiedName;
        await Figure.PerSecondAsync("subjects laid into the store", count, () =>
            NationRegister.CopyAsync(host.ConnectionString, dossiers, template[0].ToString(), Device, BenchmarkFixes.Station, count));
        return host.ConnectionString;
    }

    private static async Task AssertStoredAsync(string connectionString, long wanted)
    {
        await using NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand count = new("select count(*) from correction.fix_inbox", connection) { CommandTimeout = 0 };
        long stored = (long)(await count.ExecuteScalarAsync() ?? 0L);
        if (stored != wanted)
        {
            throw new InvalidOperationException($"{wanted} fixes were acknowledged and {stored} are stored.");
        }
    }

    /// <summary>Bytes that this process holds: service and load generator.</summary>
    private static long Memory()
    {
        using var self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }

    /// <summary>Times in steps of a tenth of a millisecond, up to a minute: millions of them in little space.</summary>
    private sealed class Latencies
    {
        private readonly long[] _counts = new long[600_000];

        public void Add(TimeSpan time) => Interlocked.Increment(ref _counts[Math.Min(_counts.Length - 1, (int)(time.TotalMilliseconds * 10))]);

        /// <summary>Milliseconds within which that share of the acknowledgements came.</summary>
        public double Percentile(double share)
        {
            long wanted = (long)Math.Ceiling(_counts.Sum() * share), seen = 0;
            for (int step = 0; step < _counts.Length; step++)
            {
                seen += _counts[step];
                if (seen >= wanted)
                {
                    return (step + 1) / 10.0;
                }
            }

            return double.NaN;
        }
    }
}
