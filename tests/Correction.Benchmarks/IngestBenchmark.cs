using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using Correction.Domain.Tracks;
using Correction.Grains;
using Correction.Store.Journaling;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Correction.Benchmarks;

/// <summary>
/// Durable fixes a second through grain and inbox, against raw binary COPY of the same rows, and against one Marten
/// event per fix. A report carries <see cref="PerReport"/> fixes, as a device that uploads once a minute sends them.
/// </summary>
internal static class IngestBenchmark
{
    private const int Subjects = 2_000;
    private const int PerReport = 6;
    private const int Rounds = 20;
    private const int BaselineEvents = 2_000;
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 0, 0);

    public static async Task RunAsync()
    {
        await using BenchmarkHost host = await BenchmarkHost.StartAsync();
        SubjectId[] subjects = await BenchmarkFixes.RegisterAsync(host.Grains, Subjects, DeviceProtocol.OsmAnd, Device, Start);
        int fixes = Subjects * PerReport * Rounds;
        await ReportAsync(host.Grains, subjects, -4, 4);
        await CopyAsync(host.ConnectionString, subjects);

        double copied = await Figure.PerSecondAsync("raw binary COPY", fixes, () => CopyAsync(host.ConnectionString, subjects));
        double single = await Figure.PerSecondAsync("one Marten event per fix", BaselineEvents, () => EventPerFixAsync(host.Services.GetRequiredService<IDocumentStore>(), subjects));
        double batched = await Figure.PerSecondAsync("grain and inbox", fixes, () => ReportAsync(host.Grains, subjects, 0, Rounds));
        double copiedAgain = await Figure.PerSecondAsync("raw binary COPY, again", fixes, () => CopyAsync(host.ConnectionString, subjects));
        Figure.Print(
            Figure.Of("ingest-vs-copy", batched, "fixes/s", (copied + copiedAgain) / 2),
            Figure.Of("ingest-vs-event-per-fix", batched, "fixes/s", single));
    }

    /// <summary>As many devices report at once as there are subjects.</summary>
    private static Task ReportAsync(IGrainFactory grains, SubjectId[] subjects, int from, int rounds) => Task.WhenAll(subjects.Select(async subject =>
    {
        ISubjectGrain grain = grains.GetGrain<ISubjectGrain>(subject.ToString());
        for (int round = from; round < from + rounds; round++)
        {
            var report = new FixReport(Device(subject), [.. Enumerable.Range(0, PerReport).Select(i => FixOf(subject, (round * PerReport) + i))]);
            if (await grain.Report(report) != ReportOutcome.Recorded)
            {
                throw new InvalidOperationException("A report of the benchmark was not recorded.");
            }
        }
    }));

    private static Task CopyAsync(string connectionString, SubjectId[] subjects) => BenchmarkFixes.CopyAsync(
        connectionString, subjects.SelectMany(subject => Enumerable.Range(0, PerReport * Rounds).Select(i => (subject, FixOf(subject, i)))));

    private static async Task EventPerFixAsync(IDocumentStore documents, SubjectId[] subjects)
    {
        for (int i = 0; i < BaselineEvents; i++)
        {
            SubjectId subject = subjects[i % subjects.Length];
            await using IDocumentSession session = documents.LightweightSession();
            TrackRecorded one = TrackCodec.Pack(subject, ChinaTime.DateOf(Start), [FixOf(subject, i)]);
            EventWriter.Append(session, $"single/{subject}", null, [new NewEvent(one, one.To, Actor.System, [])], null);
            await session.SaveChangesAsync();
        }
    }

    private static string Device(SubjectId subject) => $"b-{subject}";

    private static Fix FixOf(SubjectId subject, int index)
    {
        Instant at = Start + Duration.FromSeconds(10 * index);
        return new Fix(Device(subject), at, at, new GeoPoint(112.36 + (index * 1e-5), 28.85), 8, 1.2, null, null, 80, FixSource.OsmAnd);
    }
}
