using Correction.Domain;
using Correction.Domain.Location;
using Correction.Store.Journaling;
using Correction.Store.Tracks;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace Correction.Benchmarks;

/// <summary>
/// A slot of the inbox, eight hours at a fix a minute, becomes events: fixes a second against raw binary COPY of the same
/// rows, and bytes that a fix takes in the end, with its share of rows and indexes of the event store, against its row.
/// </summary>
internal static class SealBenchmark
{
    private const int Subjects = 500;
    private const int PerSlot = 480;

    public static async Task RunAsync()
    {
        await using BenchmarkHost host = await BenchmarkHost.StartAsync();
        Instant start = SlotBefore(host.Services.GetRequiredService<IClock>().GetCurrentInstant(), host.Services);
        (SubjectId Subject, Fix[] Fixes)[] walks = [.. Enumerable.Range(0, Subjects).Select(number => (new SubjectId(Guid.CreateVersion7()), Walk(number, start)))];
        var journal = host.Services.GetRequiredService<Journal>();
        await Task.WhenAll(walks.Select(walk => journal.CommitAsync(new JournalEntry { Subject = walk.Subject, Fixes = [.. walk.Fixes] })));
        (SubjectId, Fix)[] rows = [.. walks.SelectMany(walk => walk.Fixes.Select(fix => (walk.Subject, fix)))];
        long inbox = await SizeAsync(host.ConnectionString, "select sum(pg_total_relation_size(inhrelid)) from pg_inherits where inhparent = 'correction.fix_inbox'::regclass");
        long before = await EventsSizeAsync(host.ConnectionString);
        await BenchmarkFixes.CopyAsync(host.ConnectionString, rows);

        double copied = await Figure.PerSecondAsync("raw binary COPY", rows.Length, () => BenchmarkFixes.CopyAsync(host.ConnectionString, rows));
        double rate = await Figure.PerSecondAsync("sealed", rows.Length, async () =>
        {
            int count = await host.Services.GetRequiredService<Sealer>().SealBeforeAsync(int.MaxValue, CancellationToken.None);
            if (count != rows.Length)
            {
                throw new InvalidOperationException($"{rows.Length} fixes were to be sealed, {count} were.");
            }
        });
        long after = await EventsSizeAsync(host.ConnectionString);
        Figure.Print(
            Figure.Of("seal", rate, "fixes/s", copied),
            Figure.Of("bytes-per-sealed-fix", (after - before) / (double)rows.Length, "bytes", inbox / (double)rows.Length));
    }

    /// <summary>Where a whole slot began: like every slot it lies in one day of China, at whatever hour this runs.</summary>
    private static Instant SlotBefore(Instant now, IServiceProvider services) =>
        Instant.FromUnixTimeSeconds((services.GetRequiredService<InboxPartitions>().SlotAt(now) - 1) * (long)services.GetRequiredService<SealingOptions>().Slot.TotalSeconds);

    /// <summary>Stays, walks, stays: positions with the error of a good receiver, one device, a report a minute.</summary>
    private static Fix[] Walk(int number, Instant start)
    {
        var chance = new Random(number); // a seed: every run walks the same way
        (double east, double north) = (0, 0);
        return [.. Enumerable.Range(0, PerSlot).Select(minute =>
        {
            bool walks = minute % 120 > 80;
            (east, north) = walks ? (east + (chance.NextDouble() * 80), north + ((chance.NextDouble() - 0.5) * 80)) : (east, north);
            GeoPoint at = new GeoPoint(112.36, 28.85).Move(east + (chance.NextDouble() * 10), north + (chance.NextDouble() * 10));
            Instant time = start + Duration.FromMinutes(minute);
            return new Fix(
                $"1390000{number:d4}", time, time + Duration.FromMilliseconds(chance.Next(150, 900)), at,
                chance.Next(3, 12), walks ? chance.Next(8, 16) / 10.0 : 0, walks ? chance.Next(360) : 0, 30 + chance.Next(4), 100 - (minute / 12), FixSource.Jt808);
        })];
    }

    private static Task<long> EventsSizeAsync(string connectionString) => SizeAsync(
        connectionString, "select pg_total_relation_size('correction.mt_events') + pg_total_relation_size('correction.mt_streams') + (select coalesce(sum(pg_total_relation_size(inhrelid)), 0) from pg_inherits where inhparent = 'correction.track'::regclass)");

    private static async Task<long> SizeAsync(string connectionString, string question)
    {
        await using NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand ask = new(question, connection);
        return Convert.ToInt64(await ask.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
