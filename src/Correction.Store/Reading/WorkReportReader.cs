using System.Collections.Immutable;
using System.Globalization;
using Correction.Domain;
using Correction.Domain.Time;
using Correction.Projections;
using Marten;
using NodaTime;
using Npgsql;

namespace Correction.Store.Reading;

/// <summary>One step that a measure counts, and the event that it is.</summary>
/// <param name="Amount">What it adds to the count.</param>
public sealed record CountedStep(WorkEntry Entry, long Amount, RecordedEvent Event);

/// <summary>
/// Counts work over the columns of its folded entries, and leads from each count back to the events that it is. The database
/// counts; no entry is loaded.
/// </summary>
public sealed class WorkReportReader(IDocumentStore documents, NpgsqlDataSource database, EventReader events)
{
    private const string Within = "starts_with(jurisdiction, $1)";

    private static readonly ImmutableArray<WorkMeasure> Measures = [.. Enum.GetValues<WorkMeasure>()];

    private readonly string _table = documents.TableOf<WorkEntry>();

    /// <param name="from">First day, in China.</param>
    /// <param name="to">Last day.</param>
    public async Task<WorkReport> ReadAsync(Jurisdiction within, LocalDate from, LocalDate to, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand count = database.CreateCommand(
            $"select {string.Join(", ", Measures.Select(Count))} from {_table} where {Within} and ({string.Join(" or ", Enum.GetValues<WorkStep>().Select(InPeriod))})");
        AddPeriod(count, within, from, to);
        await using NpgsqlDataReader row = await count.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return new WorkReport(within, from, to, Measures.Index().ToImmutableDictionary(measure => measure.Item, measure => row.GetInt64(measure.Index)));
    }

    /// <summary>The steps that a measure counts, the earliest in front, each with its event.</summary>
    public async Task<Page<CountedStep>> FindAsync(
        WorkMeasure measure, Jurisdiction within, LocalDate from, LocalDate to, Cursor? after, int limit, CancellationToken cancellation = default)
    {
        MeasureRule rule = MeasureRule.All[measure];
        List<(WorkEntry Entry, string At)> found = await EntriesAsync(rule, within, from, to, after, limit + 1, cancellation);
        bool more = found.Count > limit;
        IReadOnlyDictionary<string, ImmutableArray<RecordedEvent>> streams = await events.ReadStreamsAsync([.. found.Select(step => step.Entry.Id)], cancellation);
        CountedStep[] steps = [.. found.Take(limit).Select(step => new CountedStep(
            step.Entry, rule.People ? step.Entry.People : 1, streams[step.Entry.Id].Last(happened => rule.Events.Contains(happened.Type))))];
        return new Page<CountedStep>(steps, more ? new Cursor(found[limit - 1].At, found[limit - 1].Entry.Id) : null);
    }

    private async Task<List<(WorkEntry Entry, string At)>> EntriesAsync(
        MeasureRule rule, Jurisdiction within, LocalDate from, LocalDate to, Cursor? after, int limit, CancellationToken cancellation)
    {
        string at = Column(rule.Step);
        await using NpgsqlCommand find = database.CreateCommand(
            $"select data, {at}::text from {_table} where {Within} and {Matches(rule)} and ($4::timestamptz is null or ({at}, id) > ($4::timestamptz, $5)) order by {at}, id limit $6");
        AddPeriod(find, within, from, to);
        find.Parameters.Add(new() { Value = Begins(after) ?? (object)DBNull.Value });
        find.Parameters.Add(new() { Value = after?.Second ?? string.Empty });
        find.Parameters.Add(new() { Value = limit });
        await using NpgsqlDataReader row = await find.ExecuteReaderAsync(cancellation);
        var found = new List<(WorkEntry, string)>();
        while (await row.ReadAsync(cancellation))
        {
            found.Add((documents.Options.Serializer().FromJson<WorkEntry>(row, 0), row.GetString(1)));
        }

        return found;
    }

    private static void AddPeriod(NpgsqlCommand command, Jurisdiction within, LocalDate from, LocalDate to)
    {
        command.Parameters.Add(new() { Value = within.Code });
        command.Parameters.Add(new() { Value = ChinaTime.StartOf(from).ToDateTimeUtc() });
        command.Parameters.Add(new() { Value = ChinaTime.StartOf(to.PlusDays(1)).ToDateTimeUtc() });
    }

    private static string Count(WorkMeasure measure)
    {
        MeasureRule rule = MeasureRule.All[measure];
        return $"coalesce({(rule.People ? "sum(people)" : "count(*)")} filter (where {Matches(rule)}), 0)";
    }

    /// <summary>Rules are constants of this program: nothing that a reader sends stands in them.</summary>
    private static string Matches(MeasureRule rule) =>
        $"kind = '{rule.Kind}' and {InPeriod(rule.Step)}"
        + (rule.Examined is { } examined ? $" and examined = '{examined}'" : "") + (rule.Outcome is { } outcome ? $" and outcome = '{outcome}'" : "");

    private static string InPeriod(WorkStep step) => $"{Column(step)} >= $2 and {Column(step)} < $3";

    private static string Column(WorkStep step) => step switch { WorkStep.Begun => "begun_at", WorkStep.Decided => "decided_at", _ => "concluded_at" };

    /// <summary>As the database wrote it, to the microsecond.</summary>
    private static DateTimeOffset? Begins(Cursor? after) =>
        after is { } cursor && DateTimeOffset.TryParse(cursor.First, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at) ? at.ToUniversalTime() : null;
}
