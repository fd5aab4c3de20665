using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Time;
using Correction.Domain.Tracks;
using Correction.Store.Tracks;
using NodaTime;
using Npgsql;

namespace Correction.Store.Reading;

/// <summary>
/// A subject's fixes, each once, whether they lie in the inbox or are sealed. The inbox is read first: what is sealed in
/// between is then found twice, and never missed.
/// </summary>
public sealed class TrackReader(EventReader events, NpgsqlDataSource database)
{
    /// <summary>All fixes with a device time in [from, to), usable or not, in order of device time.</summary>
    public async Task<ImmutableArray<Fix>> ReadAsync(SubjectId subject, Instant from, Instant to, CancellationToken cancellation = default)
    {
        List<Fix> fixes = await InboxAsync(
            $"select {FixRows.Columns} from correction.fix_inbox where subject_id = $1 and occurred_at >= $2 and occurred_at < $3",
            [subject.Value, from.ToDateTimeUtc(), to.ToDateTimeUtc()],
            cancellation);
        foreach (LocalDate date in await SealedDaysAsync(subject, from, to, cancellation))
        {
            foreach (RecordedEvent part in await events.ReadStreamAsync(StreamKeys.Track(subject, date), cancellation))
            {
                fixes.AddRange(TrackCodec.Unpack((TrackRecorded)part.Data));
            }
        }

        return
        [
            .. fixes.Where(fix => from <= fix.OccurredAt && fix.OccurredAt < to)
                .DistinctBy(fix => fix.Identity)
                .OrderBy(fix => fix.OccurredAt).ThenBy(fix => fix.ReceivedAt),
        ];
    }

    /// <summary>The usable fix with the latest device time; null where there is none.</summary>
    public async Task<Fix?> LastUsableAsync(SubjectId subject, CancellationToken cancellation = default) =>
        (await LastUsableAsync([subject], cancellation)).GetValueOrDefault(subject);

    /// <summary>The same for many subjects at once.</summary>
    public async Task<ImmutableDictionary<SubjectId, Fix>> LastUsableAsync(IReadOnlyCollection<SubjectId> subjects, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand find = database.CreateCommand(
            $"""
            select distinct on (subject_id) subject_id, {FixRows.Columns} from (
                select subject_id, {FixRows.Columns} from correction.fix_inbox where subject_id = any($1) and use = {(int)FixUse.Usable}
                union all
                select subject_id, {FixRows.Columns} from correction.last_position where subject_id = any($1)) as fixes
            order by subject_id, occurred_at desc
            """);
        find.Parameters.Add(new() { Value = subjects.Select(subject => subject.Value).ToArray() });
        await using NpgsqlDataReader row = await find.ExecuteReaderAsync(cancellation);
        var found = ImmutableDictionary.CreateBuilder<SubjectId, Fix>();
        while (await row.ReadAsync(cancellation))
        {
            found[new SubjectId(row.GetGuid(0))] = FixRows.Read(row, 1);
        }

        return found.ToImmutable();
    }

    /// <summary>The fixes received last, oldest first: enough to rebuild what a grain remembers.</summary>
    public async Task<ImmutableArray<Fix>> LatestAsync(SubjectId subject, int count, CancellationToken cancellation = default)
    {
        List<Fix> fixes = await InboxAsync(
            $"select {FixRows.Columns} from correction.fix_inbox where subject_id = $1 order by received_at desc limit $2",
            [subject.Value, count],
            cancellation);
        if (fixes.Count < count && await LastSealedAsync(subject, cancellation) is { } last)
        {
            fixes.AddRange(TrackCodec.Unpack(last));
        }

        return [.. fixes.DistinctBy(fix => fix.Identity).OrderByDescending(fix => fix.ReceivedAt).Take(count).OrderBy(fix => fix.OccurredAt)];
    }

    private async Task<TrackRecorded?> LastSealedAsync(SubjectId subject, CancellationToken cancellation)
    {
        await using NpgsqlCommand find = database.CreateCommand(
            "select id from correction.mt_streams where id like $1 order by id desc limit 1");
        find.Parameters.Add(new() { Value = $"track/{subject}/%" });
        return await find.ExecuteScalarAsync(cancellation) is string key
            ? (TrackRecorded)(await events.ReadStreamAsync(key, cancellation))[^1].Data
            : null;
    }

    private async Task<List<LocalDate>> SealedDaysAsync(SubjectId subject, Instant from, Instant to, CancellationToken cancellation)
    {
        await using NpgsqlCommand find = database.CreateCommand(
            "select id from correction.mt_streams where id >= $1 and id <= $2 order by id");
        find.Parameters.Add(new() { Value = StreamKeys.Track(subject, ChinaTime.DateOf(from)) });
        find.Parameters.Add(new() { Value = StreamKeys.Track(subject, ChinaTime.DateOf(to)) });
        await using NpgsqlDataReader row = await find.ExecuteReaderAsync(cancellation);
        var days = new List<LocalDate>();
        while (await row.ReadAsync(cancellation))
        {
            days.Add(NodaTime.Text.LocalDatePattern.Iso.Parse(row.GetString(0)[^10..]).Value);
        }

        return days;
    }

    private async Task<List<Fix>> InboxAsync(string sql, object[] parameters, CancellationToken cancellation)
    {
        await using NpgsqlCommand read = database.CreateCommand(sql);
        foreach (object value in parameters)
        {
            read.Parameters.Add(new() { Value = value });
        }

        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellation);
        var fixes = new List<Fix>();
        while (await row.ReadAsync(cancellation))
        {
            fixes.Add(FixRows.Read(row));
        }

        return fixes;
    }
}
