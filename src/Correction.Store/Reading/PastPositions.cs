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
/// Where subjects were last known to be, as of a time and as known at a time: a fix was known when it was received. The
/// inbox is read first: what is sealed in between is then found twice, and never missed.
/// </summary>
public sealed class PastPositions(SealedTracks sealedTracks, NpgsqlDataSource database, TrackReader tracks)
{
    /// <summary>Of each subject the usable fix with the latest device time that the view shows; who had none is absent.</summary>
    public async Task<ImmutableDictionary<SubjectId, Fix>> FindAsync(IReadOnlyCollection<SubjectId> subjects, ViewTime when, CancellationToken cancellation = default)
    {
        if (when.IsNow)
        {
            return await tracks.LastUsableAsync(subjects, cancellation);
        }

        Dictionary<SubjectId, Fix> last = (await InInboxAsync(subjects, when, cancellation)).ToDictionary(found => found.Subject, found => found.Fix);
        LocalDate lastDay = when.AsOf is { } asOf && asOf < ChinaTime.StartOf(SealedTracks.Last) ? ChinaTime.DateOf(asOf) : SealedTracks.Last;
        Dictionary<SubjectId, LocalDate> until = subjects.Distinct().ToDictionary(subject => subject, _ => lastDay);
        while (until.Count > 0) // a day back at a time, for those of whom nothing was found yet
        {
            ILookup<SubjectId, TrackRecorded> days = (await sealedTracks.LastDaysAsync(until, cancellation)).ToLookup(part => part.SubjectId);
            foreach (SubjectId subject in until.Keys.ToArray())
            {
                Fix? sealedFix = days[subject].SelectMany(part => TrackCodec.Unpack(part))
                    .Where(fix => fix.Use == FixUse.Usable && when.Shows(fix.OccurredAt, fix.ReceivedAt)).MaxBy(fix => fix.OccurredAt);
                if (sealedFix is not null && (!last.TryGetValue(subject, out Fix? known) || known.OccurredAt < sealedFix.OccurredAt))
                {
                    last[subject] = sealedFix;
                }

                if (sealedFix is null && days[subject].FirstOrDefault() is { } day)
                {
                    until[subject] = day.Date.PlusDays(-1);
                }
                else
                {
                    until.Remove(subject);
                }
            }
        }

        return last.ToImmutableDictionary();
    }

    private async Task<List<(SubjectId Subject, Fix Fix)>> InInboxAsync(IReadOnlyCollection<SubjectId> subjects, ViewTime when, CancellationToken cancellation)
    {
        await using NpgsqlCommand find = database.CreateCommand(
            $"""
            select wanted.subject_id, {FixRows.Columns} from unnest($1) as wanted (subject_id) cross join lateral (
                select {FixRows.Columns} from correction.fix_inbox
                where subject_id = wanted.subject_id and use = {(int)FixUse.Usable}
                  and ($2::timestamptz is null or occurred_at <= $2) and ($3::timestamptz is null or received_at <= $3)
                order by occurred_at desc limit 1) as last
            """);
        foreach (object? value in (object?[])[subjects.Select(subject => subject.Value).Distinct().ToArray(), when.AsOf?.ToDateTimeUtc(), when.KnownAt?.ToDateTimeUtc()])
        {
            find.Parameters.Add(new() { Value = value ?? DBNull.Value });
        }

        return await FixRows.ReadOfSubjectsAsync(find, cancellation);
    }
}
