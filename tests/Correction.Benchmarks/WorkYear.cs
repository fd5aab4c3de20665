using System.Collections.Immutable;
using System.Globalization;
using Correction.Domain;
using Correction.Domain.Time;
using Correction.Domain.WorkRecords;
using Correction.Store.Journaling;
using NodaTime;

namespace Correction.Benchmarks;

/// <summary>
/// A year of a province: each of its counties has what 沅江 published of 2023 – 1,181 disputes, 52 reconsiderations, 26 documents,
/// 387 cases of legal aid, 234 visits: 1,880 records and 3,445 events – through the Journal, 500 records in a commit.
/// </summary>
internal static class WorkYear
{
    /// <summary>Counties of Hunan (43).</summary>
    public const int Counties = 122;

    public static readonly Jurisdiction Province = Jurisdiction.Parse("43");
    public static readonly LocalDate First = new(2023, 1, 1);
    public static readonly LocalDate Last = new(2023, 12, 31);
    private static readonly Actor Approver = new("approver", Role.Approver, "43");

    public static Jurisdiction County(int number) => Jurisdiction.Parse(string.Create(CultureInfo.InvariantCulture, $"43{(number / 99) + 1:00}{(number % 99) + 1:00}"));

    /// <returns>How many events.</returns>
    public static async Task<int> FillAsync(Journal journal, int counties)
    {
        int events = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, counties), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (number, cancellation) =>
        {
            foreach (StreamAppend[] batch in Records(County(number)).Select(Append).Chunk(500))
            {
                if (await journal.CommitAsync(new JournalEntry { Streams = [.. batch] }, cancellation) is not CommitResult.Committed)
                {
                    throw new InvalidOperationException("A record of the benchmark was not committed.");
                }

                Interlocked.Add(ref events, batch.Sum(append => append.Events.Length));
            }
        });
        return events;
    }

    private static StreamAppend Append(WorkRecord record)
    {
        var register = new WorkRegister(record.Jurisdiction.County!.Value, record.Kind, record.Begun.Year);
        ImmutableArray<NewEvent> events = [.. record.Events("2023").Select(happened => new NewEvent(happened, ChinaTime.StartOf(happened.On), Approver, []))];
        return new StreamAppend(StreamKeys.WorkRecord(register, record.Number), 0, events);
    }

    private static IEnumerable<WorkRecord> Records(Jurisdiction county) =>
    [
        .. Enumerable.Range(0, 1_181).Select(i => new MediationRecord(
            Number(i), county, (DisputeKind)(i % 8), Day(i, 1_181), Later(i, 1_181, 10), i < 1_159 ? MediationOutcome.Agreed : MediationOutcome.Failed)),
        .. Enumerable.Range(0, 52).Select(i => new ReconsiderationRecord(
            Number(i), county, Day(i, 60), i < 47 ? Later(i, 60, 3) : null, i < 47 ? null : Later(i, 60, 3), i < 41 ? Later(i, 60, 45) : null, i < 41 ? ReconsiderationOutcome.Upheld : null)),
        .. Enumerable.Range(0, 26).Select(i => new NormativeDocumentRecord(Number(i), county, DocumentIssuer.Government, Day(i, 30), Later(i, 30, 15))),
        .. Enumerable.Range(0, 387).Select(i => new LegalAidRecord(Number(i), county, (LegalAidMatter)(i % 3), Day(i, 387), i < 265 ? Later(i, 387, 60) : null)),
        .. Enumerable.Range(0, 234).Select(i => new RemoteVisitRecord(Number(i), county, i < 227 ? 2 : 1, Day(i, 234))),
    ];

    private static string Number(int i) => string.Create(CultureInfo.InvariantCulture, $"{i + 1:0000}");

    private static LocalDate Day(int i, int of) => First.PlusDays(i * 365 / of);

    private static LocalDate Later(int i, int of, int days) => LocalDate.Min(Day(i, of).PlusDays(days), Last);
}
