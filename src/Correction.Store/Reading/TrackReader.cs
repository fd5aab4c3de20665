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
public sealed class TrackReader(SealedTracks sealedTracks, NpgsqlDataSource database)
{
    /// <summary>Fixes read back when a subject's grain wakes: more than any run that may be pending.</summary>
    private const int Recalled = 100;

    /// <summary>All fixes with a device time in [from, to), usable or not, in order of device time.</summary>
    public async Task<ImmutableArray<Fix>> ReadAsync(SubjectId subject, Instant from, Instant to, CancellationToken cancellation = default)
    {
        List<Fix> fixes = await InboxAsync(
            $"select {FixRows.Columns} from correction.fix_inbox where subject_id = $1 and occurred_at >= $2 and occurred_at < $3",
            [subject.Value, from.ToDateTimeUtc(), to.ToDateTimeUtc()],
            cancellation);
        List<TrackRecorded> parts = await sealedTracks.ReadAsync(subject, ChinaTime.DateOf(from), ChinaTime.DateOf(to), cancellation);
        var unpacked = new ImmutableArray<Fix>[parts.Count];
        Parallel.For(0, parts.Count, part => unpacked[part] = TrackCodec.Unpack(parts[part])); // of a year, most of the work
        fixes.EnsureCapacity(fixes.Count + unpacked.Sum(part => part.Length));
        foreach (ImmutableArray<Fix> part in unpacked)
        {
            fixes.AddRange(part);
        }

        fixes.RemoveAll(fix => fix.OccurredAt < from || to <= fix.OccurredAt);
        return OnceInOrder(fixes);
    }

    /// <summary>In order of device time, then of arrival; of a fix that is there twice, the one that came first.</summary>
    private static ImmutableArray<Fix> OnceInOrder(List<Fix> fixes)
    {
        if (!IsInOrder(fixes))
        {
            fixes.Sort(Compare); // what is sealed lies in order already, but for late fixes
        }

        var once = ImmutableArray.CreateBuilder<Fix>(fixes.Count);
        foreach (Fix fix in fixes)
        {
            if (!IsAmongThoseOfItsInstant(fix, once))
            {
                once.Add(fix);
            }
        }

        return once.DrainToImmutable();
    }

    private static bool IsInOrder(List<Fix> fixes)
    {
        for (int i = 1; i < fixes.Count; i++)
        {
            if (Compare(fixes[i - 1], fixes[i]) > 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Those that are the same have the same time, and few fixes do: the last ones are looked at again, nothing is hashed.</summary>
    private static bool IsAmongThoseOfItsInstant(Fix fix, ImmutableArray<Fix>.Builder before)
    {
        for (int i = before.Count - 1; i >= 0 && before[i].OccurredAt == fix.OccurredAt; i--)
        {
            if (before[i].Identity == fix.Identity)
            {
                return true;
            }
        }

        return false;
    }

    private static int Compare(Fix one, Fix other) =>
        one.OccurredAt.CompareTo(other.OccurredAt) is not 0 and var order ? order : one.ReceivedAt.CompareTo(other.ReceivedAt);

    /// <summary>The usable fix with the latest device time; null where there is none.</summary>
    public async Task<Fix?> LastUsableAsync(SubjectId subject, CancellationToken cancellation = default) =>
        (await LastUsableAsync([subject], cancellation)).GetValueOrDefault(subject);

    /// <summary>The same for many subjects at once.</summary>
    public async Task<ImmutableDictionary<SubjectId, Fix>> LastUsableAsync(IReadOnlyCollection<SubjectId> subjects, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand find = database.CreateCommand(
            $"""
            select distinct on (subject_id) subject_id, {FixRows.Columns} from (
                select wanted.subject_id, {FixRows.Columns} from unnest($1) as wanted (subject_id) cross join lateral (
                    select {FixRows.Columns} from correction.fix_inbox
                    where subject_id = wanted.subject_id and use = {(int)FixUse.Usable} order by occurred_at desc limit 1) as last
                union all
                select subject_id, {FixRows.Columns} from correction.last_position where subject_id = any($1)) as fixes
            order by subject_id, occurred_at desc
            """);
        find.Parameters.Add(new() { Value = subjects.Select(subject => subject.Value).ToArray() });
        return (await FixRows.ReadOfSubjectsAsync(find, cancellation)).ToImmutableDictionary(found => found.Subject, found => found.Fix);
    }

    /// <summary>
    /// Of each subject the <see cref="Recalled"/> fixes received last that lie in the inbox, and the last sealed part of its
    /// track; oldest first.
    /// </summary>
    public async Task<IReadOnlyDictionary<SubjectId, ImmutableArray<Fix>>> LatestAsync(IReadOnlyCollection<SubjectId> subjects, CancellationToken cancellation = default)
    {
        List<(SubjectId Subject, Fix Fix)> fixes = await InboxTailAsync(subjects, cancellation);
        foreach (TrackRecorded part in await sealedTracks.LatestAsync(subjects, cancellation))
        {
            fixes.AddRange(TrackCodec.Unpack(part).Select(fix => (part.SubjectId, fix)));
        }

        return fixes.GroupBy(found => found.Subject, found => found.Fix).ToDictionary(
            subject => subject.Key,
            subject => subject.DistinctBy(fix => fix.Identity).OrderByDescending(fix => fix.ReceivedAt).Take(Recalled).OrderBy(fix => fix.OccurredAt).ToImmutableArray());
    }

    private async Task<List<(SubjectId, Fix)>> InboxTailAsync(IReadOnlyCollection<SubjectId> subjects, CancellationToken cancellation)
    {
        await using NpgsqlCommand find = database.CreateCommand(
            $"""
            select wanted.subject_id, {FixRows.Columns} from unnest($1) as wanted (subject_id) cross join lateral (
                select {FixRows.Columns} from correction.fix_inbox
                where subject_id = wanted.subject_id order by received_at desc limit {Recalled}) as latest
            """);
        find.Parameters.Add(new() { Value = subjects.Select(subject => subject.Value).ToArray() });
        return await FixRows.ReadOfSubjectsAsync(find, cancellation);
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
