using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using Correction.Domain.Tracks;
using Correction.Grains;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using Correction.Store.Tracks;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Correction.Benchmarks;

/// <summary>
/// Subjects that wake at once after a restart, each with its stream and its latest fixes; against the same reads made
/// for each subject by itself.
/// </summary>
internal static class WakeBenchmark
{
    private const int Subjects = 10_000;
    private static readonly Instant At = Instant.FromUtc(2026, 3, 1, 4, 0);

    public static async Task RunAsync()
    {
        await using BenchmarkHost host = await BenchmarkHost.StartAsync();
        SubjectId[] subjects = [.. Enumerable.Range(0, Subjects).Select(_ => new SubjectId(Guid.CreateVersion7()))];
        await Task.WhenAll(subjects.Select(subject => StoreAsync(host.Services.GetRequiredService<Journal>(), subject)));
        await host.Services.GetRequiredService<Sealer>().SealBeforeAsync(int.MaxValue, CancellationToken.None);
        var events = host.Services.GetRequiredService<EventReader>();
        var tracks = host.Services.GetRequiredService<TrackReader>();

        await ReadEachAsync(events, tracks, subjects[..200]); // warm
        double each = await Figure.PerSecondAsync("reads for each subject by itself", Subjects, () => ReadEachAsync(events, tracks, subjects));
        double woken = await Figure.PerSecondAsync("grains woken", Subjects, () => Task.WhenAll(
            subjects.Select(subject => host.Grains.GetGrain<ISubjectGrain>(subject.ToString()).Look())));
        Figure.Print(Figure.Of("wake", woken, "subjects/s", each));
    }

    private static Task ReadEachAsync(EventReader events, TrackReader tracks, SubjectId[] subjects) => Parallel.ForEachAsync(
        subjects,
        new ParallelOptions { MaxDegreeOfParallelism = 64 },
        async (subject, cancellation) =>
        {
            await events.ReadStreamAsync(StreamKeys.Subject(subject), cancellation);
            await tracks.LatestAsync([subject], cancellation);
        });

    private static async Task StoreAsync(Journal journal, SubjectId subject)
    {
        var person = new PersonalRecord(Guid.CreateVersion7(), "person", System.Text.Json.JsonSerializer.SerializeToElement(new { name = "基准" }), new byte[16]);
        LocalDate today = ChinaTime.DateOf(At);
        IDomainEvent[] history =
        [
            new SubjectRegistered(
                subject, person.Reference, CorrectionCategory.Probation, "430981001", new Judgment("沅江市人民法院", "基准", today), new CorrectionTerm(today, today.PlusYears(2)), false),
            new DeviceBound($"w-{subject}", DeviceProtocol.OsmAnd, DeviceKind.Phone),
        ];
        Fix[] fixes = [.. Enumerable.Range(0, 10).Select(minute => new Fix(
            $"w-{subject}", At + Duration.FromMinutes(minute), At + Duration.FromMinutes(minute), new GeoPoint(112.36, 28.85), 8, null, null, null, 80, FixSource.OsmAnd))];
        var officer = new Actor("officer", Role.Officer, "430981001");
        CommitResult result = await journal.CommitAsync(new JournalEntry
        {
            Subject = subject,
            Streams = [new StreamAppend(StreamKeys.Subject(subject), 0, [.. history.Select(happened => new NewEvent(happened, At, officer, []))])],
            Personal = [person],
            Fixes = [.. fixes],
        });
        if (result is not CommitResult.Committed)
        {
            throw new InvalidOperationException("A subject of the benchmark was not stored.");
        }
    }
}
