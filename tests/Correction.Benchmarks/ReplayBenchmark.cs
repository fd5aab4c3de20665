using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace Correction.Benchmarks;

/// <summary>
/// Subjects as they were at a time and as they were known at a time: events read from the store, opened, filtered and
/// folded; against reading the same rows with nothing but SQL.
/// </summary>
internal static class ReplayBenchmark
{
    private const int Subjects = 500;
    private const int EventsOfEach = 200;
    private const int Rounds = 3;
    private static readonly Instant At = Instant.FromUtc(2026, 3, 1, 4, 0);
    private static readonly Actor Officer = new("officer", Role.Officer, "430981001");

    public static async Task RunAsync()
    {
        await using BenchmarkHost host = await BenchmarkHost.StartAsync();
        SubjectId[] subjects = [.. Enumerable.Range(0, Subjects).Select(_ => new SubjectId(Guid.CreateVersion7()))];
        var journal = host.Services.GetRequiredService<Journal>();
        await Task.WhenAll(subjects.Select(subject => StoreAsync(journal, subject)));
        string[] keys = [.. subjects.Select(StreamKeys.Subject)];
        var events = host.Services.GetRequiredService<EventReader>();
        await using NpgsqlDataSource database = NpgsqlDataSource.Create(host.ConnectionString);

        await ReadRawAsync(database, keys); // warm
        await FoldAsync(events, keys);
        const int Items = Subjects * EventsOfEach;
        List<double> raw = [], folded = [];
        for (int round = 0; round < Rounds; round++) // in turn, so that a disturbance meets both
        {
            raw.Add(await Figure.PerSecondAsync("rows read", Items, () => ReadRawAsync(database, keys)));
            folded.Add(await Figure.PerSecondAsync("events folded", Items, () => FoldAsync(events, keys)));
        }

        Figure.Print(Figure.Of("replay", Figure.Percentile(folded, 0.5), "events/s", Figure.Percentile(raw, 0.5)));
    }

    private static async Task FoldAsync(EventReader events, string[] keys)
    {
        var when = new ViewTime(At + Duration.FromDays(EventsOfEach), At + Duration.FromDays(36_500)); // both are looked at, and let all pass
        foreach (string[] some in keys.Chunk(100))
        {
            foreach ((string key, ImmutableArray<RecordedEvent> stream) in await events.ReadStreamsAsync(some))
            {
                SubjectState state = stream.Where(when.Shows).Aggregate(SubjectState.Initial, (before, next) => SubjectDecider.Evolve(before, (ISubjectEvent)next.Data, next.OccurredAt));
                if (state is not Registered || stream.Length != EventsOfEach)
                {
                    throw new InvalidOperationException($"{key} was not read whole.");
                }
            }
        }
    }

    /// <summary>The same columns of the same rows.</summary>
    private static async Task ReadRawAsync(NpgsqlDataSource database, string[] keys)
    {
        int rows = 0;
        foreach (string[] some in keys.Chunk(100))
        {
            await using NpgsqlCommand read = database.CreateCommand(
                "select seq_id, stream_id, version, type, data, headers, timestamp, causation_id from correction.mt_events where stream_id = any($1) order by seq_id");
            read.Parameters.Add(new() { Value = some });
            await using NpgsqlDataReader row = await read.ExecuteReaderAsync();
            while (await row.ReadAsync())
            {
                _ = (row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetDateTime(6), row.IsDBNull(7));
                rows++;
            }
        }

        if (rows != keys.Length * EventsOfEach)
        {
            throw new InvalidOperationException($"{rows} rows were read.");
        }
    }

    private static async Task StoreAsync(Journal journal, SubjectId subject)
    {
        var today = new LocalDate(2026, 3, 1);
        ImmutableArray<ISubjectEvent> history =
        [
            new SubjectRegistered(
                subject, new ForgettableRef(Guid.CreateVersion7(), "hash"), CorrectionCategory.Probation, "430981001", new Judgment("沅江市人民法院", "基准", today), new CorrectionTerm(today, today.PlusYears(2)), false),
            .. Enumerable.Range(0, (EventsOfEach - 2) / 2).SelectMany(n => Stay(n)),
            new ZoneLifted(new ZoneId(Guid.CreateVersion7())),
        ];
        CommitResult result = await journal.CommitAsync(new JournalEntry
        {
            Streams = [new StreamAppend(StreamKeys.Subject(subject), 0, [.. history.Select((happened, n) => new NewEvent(happened, At + Duration.FromHours(n), Officer, []))])],
        });
        if (result is not CommitResult.Committed)
        {
            throw new InvalidOperationException("A subject of the benchmark was not stored.");
        }
    }

    /// <summary>A zone is laid; the next event tells of a breach of it, or of its end.</summary>
    private static IEnumerable<ISubjectEvent> Stay(int n)
    {
        var zone = new ZoneId(new Guid(n / 4, 0, 0x7000, [0x80, 0, 0, 0, 0, 0, 0, 0]));
        var alert = new AlertId(new Guid(n, 1, 0x7000, [0x80, 0, 0, 0, 0, 0, 0, 0]));
        yield return n % 4 == 0
            ? new ZoneImposed(zone, "区域", ZoneKind.Exclusion, new ZoneGeometry.Circle(new GeoPoint(112.36, 28.85), 300), null, 2, null)
            : new ZoneBreached(zone, alert, At + Duration.FromHours(n));
        yield return new ZoneBreachEnded(zone, alert, At + Duration.FromHours(n + 1));
    }
}
