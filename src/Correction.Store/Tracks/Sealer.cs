using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Time;
using Correction.Domain.Tracks;
using Correction.Store.Journaling;
using Marten;
using Marten.Services;
using NodaTime;
using Npgsql;

namespace Correction.Store.Tracks;

/// <summary>
/// Packs closed inbox partitions, one part and <see cref="TrackSealed"/> event per subject and local day. It goes through a
/// partition by subjects; each step takes their rows out and appends their events in one transaction: a crash at any point
/// leaves either the rows or the events, never both or neither, and the next round goes on where it stopped. An emptied
/// partition is dropped. The only writer of <c>track/…</c> streams; one runs at a time, whatever the number of hosts.
/// </summary>
public sealed class Sealer(
    IDocumentStore documents, NpgsqlDataSource database, InboxPartitions partitions, SealedTracks tracks, SealingOptions options, IClock clock)
{
    private const long LockKey = 0x7365_616C_6572; // "sealer"

    /// <summary>Seals every slot that has been closed for the grace period. Returns how many fixes became events.</summary>
    public Task<int> SealClosedAsync(CancellationToken cancellation) =>
        SealBeforeAsync(partitions.SlotAt(clock.GetCurrentInstant() - options.Grace), cancellation);

    /// <summary>Seals every slot before the given one, oldest first.</summary>
    public Task<int> SealBeforeAsync(int slot, CancellationToken cancellation) => Partitions.TakeTurnAsync(
        database,
        LockKey,
        0,
        async () =>
        {
            int count = 0;
            foreach (int closed in (await partitions.ListAsync(cancellation)).Where(closed => closed < slot))
            {
                count += await SealAsync(closed, cancellation);
            }

            return count;
        },
        cancellation);

    private async Task<int> SealAsync(int slot, CancellationToken cancellation)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        string table = InboxPartitions.TableOf(slot);
        int count = 0;
        Guid after = Guid.Empty;
        while (await Partitions.NextSubjectAsync(connection, table, after, options.StepRows, cancellation) is { } last)
        {
            LocalDate month = await tracks.PrepareAsync(cancellation);
            count += await SealSubjectsAsync(connection, slot, month, after, last, cancellation);
            after = last;
        }

        if (await Partitions.DropEmptyAsync(connection, InboxPartitions.Parent, table, cancellation))
        {
            partitions.Forget(slot);
        }

        return count;
    }

    private async Task<int> SealSubjectsAsync(NpgsqlConnection connection, int slot, LocalDate month, Guid after, Guid last, CancellationToken cancellation)
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellation);
        List<(SubjectId Subject, Fix Fix)> rows = await TakeAsync(connection, slot, after, last, cancellation);
        await AppendAsync(transaction, connection, month, rows, cancellation);
        await KeepLastPositionsAsync(connection, rows, cancellation);
        await transaction.CommitAsync(cancellation);
        return rows.Count;
    }

    private static async Task<List<(SubjectId Subject, Fix Fix)>> TakeAsync(
        NpgsqlConnection connection, int slot, Guid after, Guid last, CancellationToken cancellation)
    {
        await using NpgsqlCommand take = new(
            $"delete from {InboxPartitions.TableOf(slot)} where subject_id > $1 and subject_id <= $2 returning subject_id, {FixRows.Columns}", connection);
        take.Parameters.Add(new() { Value = after });
        take.Parameters.Add(new() { Value = last });
        await using NpgsqlDataReader row = await take.ExecuteReaderAsync(cancellation);
        var rows = new List<(SubjectId Subject, Fix Fix)>();
        while (await row.ReadAsync(cancellation))
        {
            rows.Add((new SubjectId(row.GetGuid(0)), FixRows.Read(row, 1)));
        }

        return rows;
    }

    private async Task AppendAsync(
        NpgsqlTransaction transaction, NpgsqlConnection connection, LocalDate month, List<(SubjectId Subject, Fix Fix)> rows, CancellationToken cancellation)
    {
        ILookup<(SubjectId Subject, LocalDate Date), Fix> days = rows.ToLookup(row => (row.Subject, ChinaTime.DateOf(row.Fix.OccurredAt)), row => row.Fix);
        var known = (await tracks.ReadDaysAsync(connection, [.. days.Select(day => day.Key)], cancellation)).ToLookup(part => (part.SubjectId, part.Date));
        SealedPart[] parts = [.. days.Select(day => Pack(day.Key, day, known[day.Key])).OfType<SealedPart>()];
        await SealedTracks.WriteAsync(connection, month, parts, cancellation);
        await using IDocumentSession session = documents.LightweightSession(SessionOptions.ForTransaction(transaction));
        foreach (TrackSealed happened in parts.Select(part => part.Event))
        {
            EventWriter.Append(session, StreamKeys.Track(happened.SubjectId, happened.Date), null, [new NewEvent(happened, happened.To, Actor.System, [])], null);
        }

        await session.SaveChangesAsync(cancellation);
    }

    /// <summary>What of a day is not sealed yet; null: all is. A report that was repeated after its first copy was sealed is not sealed twice.</summary>
    private SealedPart? Pack((SubjectId Subject, LocalDate Date) day, IEnumerable<Fix> rows, IEnumerable<TrackRecorded> known)
    {
        HashSet<FixIdentity> seen = [.. known.SelectMany(part => TrackCodec.Unpack(part)).Select(fix => fix.Identity)];
        Fix[] fresh = [.. rows.OrderBy(fix => fix.OccurredAt).ThenBy(fix => fix.ReceivedAt).Where(fix => seen.Add(fix.Identity))];
        return fresh.Length == 0 ? null : SealedPart.Of(TrackCodec.Pack(day.Subject, day.Date, fresh), clock.GetCurrentInstant());
    }

    private static async Task KeepLastPositionsAsync(NpgsqlConnection connection, List<(SubjectId Subject, Fix Fix)> rows, CancellationToken cancellation)
    {
        await using (NpgsqlCommand begin = new("create temporary table if not exists sealing_last (like correction.last_position) on commit delete rows", connection))
        {
            await begin.ExecuteNonQueryAsync(cancellation);
        }

        IEnumerable<(SubjectId, Fix)> last = rows.Where(row => row.Fix.Use == FixUse.Usable).GroupBy(row => row.Subject).Select(subject => subject.MaxBy(row => row.Fix.OccurredAt));
        await FixCopy.RunAsync(connection, $"copy sealing_last (subject_id, {FixRows.Columns}) from stdin (format binary)", null, last, cancellation);
        await using NpgsqlCommand keep = new(
            $"""
            insert into correction.last_position (subject_id, {FixRows.Columns}) select subject_id, {FixRows.Columns} from sealing_last
            on conflict (subject_id) do update set
                device_id = excluded.device_id, occurred_at = excluded.occurred_at, received_at = excluded.received_at,
                lon = excluded.lon, lat = excluded.lat, accuracy = excluded.accuracy, speed = excluded.speed,
                bearing = excluded.bearing, altitude = excluded.altitude, battery = excluded.battery,
                source = excluded.source, use = excluded.use
            where correction.last_position.occurred_at <= excluded.occurred_at
            """,
            connection);
        await keep.ExecuteNonQueryAsync(cancellation);
    }
}
