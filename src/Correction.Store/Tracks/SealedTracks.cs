using Correction.Domain;
using Correction.Domain.Time;
using Correction.Domain.Tracks;
using Marten;
using NodaTime;
using NodaTime.Extensions;
using Npgsql;

namespace Correction.Store.Tracks;

/// <summary>
/// Sealed tracks as they lie in the store: in the months that are written, in the archive, and, of before there were these
/// tables, in the events themselves. Each statement reads the tables at one moment: a part that moves into the archive
/// meanwhile is found once.
/// </summary>
public sealed class SealedTracks(IDocumentStore documents, NpgsqlDataSource database, MonthPartitions months, IClock clock)
{
    internal const string Columns = "month, subject_id, date, id, salt, packed";

    private const string Between =
        """
        select null, packed from (
            select date, id, packed from correction.track where subject_id = $1 and date between $2 and $3
            union all select date, id, packed from correction.track_archive where subject_id = $1 and date between $2 and $3) as part
        order by date, id
        """;

    private const string OfDays =
        """
        select null, part.packed from unnest($1, $2) as wanted (subject_id, date) cross join lateral (
            select packed from correction.track t where t.subject_id = wanted.subject_id and t.date = wanted.date
            union all select packed from correction.track_archive t where t.subject_id = wanted.subject_id and t.date = wanted.date) as part
        """;

    private const string LatestSince =
        """
        select null, latest.packed from unnest($1) as wanted (subject_id) cross join lateral (
            select packed from correction.track t where t.subject_id = wanted.subject_id and month >= $2 order by date desc, id desc limit 1) as latest
        """;

    private const string LatestEver =
        """
        select null, latest.packed from unnest($1) as wanted (subject_id) cross join lateral (
            select packed from (
                (select date, id, packed from correction.track t where t.subject_id = wanted.subject_id order by date desc, id desc limit 1)
                union all
                (select date, id, packed from correction.track_archive t where t.subject_id = wanted.subject_id order by date desc, id desc limit 1)) as either
            order by date desc, id desc limit 1) as latest
        """;

    private const string InEventsBetween =
        "select data, bdata from correction.mt_events where stream_id >= $1 and stream_id <= $2 and type = 'track_recorded' order by stream_id, version";

    private const string InEventsOfDays = "select data, bdata from correction.mt_events where stream_id = any($1) and type = 'track_recorded'";

    private const string LatestInEvents =
        """
        select latest.data, latest.bdata from unnest($1, $2) as wanted (first_key, last_key) cross join lateral (
            select data, bdata from correction.mt_events
            where stream_id >= wanted.first_key and stream_id <= wanted.last_key and type = 'track_recorded'
            order by stream_id desc, version desc limit 1) as latest
        """;

    private const string LastDays =
        """
        select wanted.subject_id, max(day.date) from unnest($1, $2, $3, $4) as wanted (subject_id, until, first_key, last_key) cross join lateral (
            (select date from correction.track t where t.subject_id = wanted.subject_id and t.date <= wanted.until order by date desc limit 1)
            union all
            (select date from correction.track_archive t where t.subject_id = wanted.subject_id and t.date <= wanted.until order by date desc limit 1)
            union all
            (select right(stream_id, 10)::date from correction.mt_events
             where stream_id >= wanted.first_key and stream_id <= wanted.last_key and type = 'track_recorded' order by stream_id desc limit 1)) as day
        group by wanted.subject_id
        """;

    /// <summary>Before and after every date of a device, and of four digits, so that keys sort as dates do.</summary>
    private static readonly LocalDate Earliest = new(1, 1, 1);
    public static readonly LocalDate Last = new(9999, 12, 31);

    /// <summary>The month, by its first day, in which something is sealed at that instant.</summary>
    public static LocalDate MonthOf(Instant now) => ChinaTime.DateOf(now).With(DateAdjusters.StartOfMonth);

    /// <summary>The month that parts are stored under now, its table in place.</summary>
    public async Task<LocalDate> PrepareAsync(CancellationToken cancellation)
    {
        LocalDate month = MonthOf(clock.GetCurrentInstant());
        await months.EnsureAsync(MonthPartitions.Sealed, month, cancellation);
        return month;
    }

    /// <summary>Stores parts under a month that is prepared, in the caller's transaction.</summary>
    public static async Task WriteAsync(NpgsqlConnection connection, LocalDate month, IReadOnlyList<SealedPart> parts, CancellationToken cancellation)
    {
        await using NpgsqlCommand insert = new(
            $"insert into correction.track ({Columns}) select $1, s, d, i, salt, packed from unnest($2, $3, $4, $5, $6) as rows (s, d, i, salt, packed)", connection);
        object[] values =
        [
            month.ToDateOnly(), parts.Select(part => part.Event.SubjectId.Value).ToArray(), parts.Select(part => part.Event.Date.ToDateOnly()).ToArray(),
            parts.Select(part => part.Event.Packed.Id).ToArray(), parts.Select(part => part.Salt).ToArray(), parts.Select(part => part.Bytes).ToArray(),
        ];
        Fill(insert, values);
        await insert.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Parts of a subject's days, both included, oldest first.</summary>
    public async Task<List<TrackRecorded>> ReadAsync(SubjectId subject, LocalDate from, LocalDate to, CancellationToken cancellation)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        List<TrackRecorded> parts = await ReadAsync(connection, InEventsBetween, [StreamKeys.Track(subject, from), StreamKeys.Track(subject, to)], cancellation);
        parts.AddRange(await ReadAsync(connection, Between, [subject.Value, from.ToDateOnly(), to.ToDateOnly()], cancellation));
        return parts;
    }

    /// <summary>Parts of these days, as the caller's transaction sees them.</summary>
    public async Task<List<TrackRecorded>> ReadDaysAsync(
        NpgsqlConnection connection, IReadOnlyCollection<(SubjectId Subject, LocalDate Date)> days, CancellationToken cancellation)
    {
        string[] keys = [.. days.Select(day => StreamKeys.Track(day.Subject, day.Date))];
        List<TrackRecorded> parts = await ReadAsync(connection, InEventsOfDays, [keys], cancellation);
        parts.AddRange(await ReadAsync(
            connection, OfDays, [days.Select(day => day.Subject.Value).ToArray(), days.Select(day => day.Date.ToDateOnly()).ToArray()], cancellation));
        return parts;
    }

    /// <summary>
    /// Of each subject the latest part; subjects without one are absent. Most have one of this month or the last: in older
    /// ones, in the archive and in events it is looked for only for the others.
    /// </summary>
    public async Task<List<TrackRecorded>> LatestAsync(IReadOnlyCollection<SubjectId> subjects, CancellationToken cancellation)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        LocalDate lastMonth = MonthOf(clock.GetCurrentInstant()).PlusMonths(-1);
        List<TrackRecorded> parts = await ReadAsync(connection, LatestSince, [Ids(subjects), lastMonth.ToDateOnly()], cancellation);
        if (Missing(subjects, parts) is { Length: > 0 } silent)
        {
            parts.AddRange(await ReadAsync(connection, LatestEver, [Ids(silent)], cancellation));
        }

        if (Missing(subjects, parts) is { Length: > 0 } early)
        {
            parts.AddRange(await ReadAsync(
                connection, LatestInEvents,
                [early.Select(subject => StreamKeys.Track(subject, Earliest)).ToArray(), early.Select(subject => StreamKeys.Track(subject, Last)).ToArray()], cancellation));
        }

        return parts;
    }

    /// <summary>Of each subject all parts of the last day, up to the one given, that has any; subjects without one are absent.</summary>
    public async Task<List<TrackRecorded>> LastDaysAsync(IReadOnlyDictionary<SubjectId, LocalDate> until, CancellationToken cancellation)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        await using NpgsqlCommand find = new(LastDays, connection);
        Fill(find,
        [
            Ids(until.Keys), until.Values.Select(date => date.ToDateOnly()).ToArray(),
            until.Keys.Select(subject => StreamKeys.Track(subject, Earliest)).ToArray(), until.Select(day => StreamKeys.Track(day.Key, day.Value)).ToArray(),
        ]);
        var days = new List<(SubjectId, LocalDate)>();
        await using (NpgsqlDataReader row = await find.ExecuteReaderAsync(cancellation))
        {
            while (await row.ReadAsync(cancellation))
            {
                days.Add((new SubjectId(row.GetGuid(0)), LocalDate.FromDateOnly(row.GetFieldValue<DateOnly>(1))));
            }
        }

        return days is [] ? [] : await ReadDaysAsync(connection, days, cancellation);
    }

    private static SubjectId[] Missing(IReadOnlyCollection<SubjectId> subjects, List<TrackRecorded> parts) =>
        [.. subjects.Except(parts.Select(part => part.SubjectId))];

    private static Guid[] Ids(IEnumerable<SubjectId> subjects) => [.. subjects.Select(subject => subject.Value)];

    /// <param name="select">The event's JSON or null, and bytes or null: one of the two is there.</param>
    private async Task<List<TrackRecorded>> ReadAsync(NpgsqlConnection connection, string select, object[] values, CancellationToken cancellation)
    {
        await using NpgsqlCommand read = new(select, connection);
        Fill(read, values);
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellation);
        var parts = new List<TrackRecorded>();
        while (await row.ReadAsync(cancellation))
        {
            parts.Add(row.IsDBNull(1) ? documents.Options.Serializer().FromJson<TrackRecorded>(row, 0) : TrackSerializer.Read(row.GetFieldValue<byte[]>(1)));
        }

        return parts;
    }

    private static void Fill(NpgsqlCommand command, object[] values)
    {
        foreach (object value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
    }
}
