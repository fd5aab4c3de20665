using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Time;
using Correction.Domain.Tracks;
using Correction.Store.Journaling;
using JasperFx.Events;
using Marten;
using Marten.Services;
using NodaTime;
using Npgsql;

namespace Correction.Store.Tracks;

/// <summary>
/// Packs closed inbox partitions into <see cref="TrackRecorded"/> events, one per subject and local day, in the
/// transaction that drops the partition: a crash at any point leaves either the rows or the events, never both or
/// neither. The only writer of <c>track/…</c> streams; one runs at a time, whatever the number of hosts.
/// </summary>
public sealed class Sealer(
    IDocumentStore documents, NpgsqlDataSource database, InboxPartitions partitions, SealingOptions options, IClock clock)
{
    private const long LockKey = 0x7365_616C_6572; // "sealer"

    /// <summary>Seals every slot that has been closed for the grace period. Returns how many fixes became events.</summary>
    public Task<int> SealClosedAsync(CancellationToken cancellation) =>
        SealBeforeAsync(partitions.SlotAt(clock.GetCurrentInstant() - options.Grace), cancellation);

    /// <summary>Seals every slot before the given one, oldest first.</summary>
    public async Task<int> SealBeforeAsync(int slot, CancellationToken cancellation)
    {
        int count = 0;
        foreach (int closed in (await partitions.ListAsync(cancellation)).Where(closed => closed < slot))
        {
            count += await SealAsync(closed, cancellation);
        }

        return count;
    }

    private async Task<int> SealAsync(int slot, CancellationToken cancellation)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellation);
        if (!await TakeAsync(connection, slot, cancellation))
        {
            return 0; // another host seals it
        }

        List<(SubjectId Subject, Fix Fix)> rows = await ReadAsync(connection, slot, cancellation);
        await AppendAsync(transaction, rows, cancellation);
        await KeepLastPositionsAsync(connection, slot, cancellation);
        await using (NpgsqlCommand drop = new($"drop table {InboxPartitions.TableOf(slot)}", connection))
        {
            await drop.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        partitions.Forget(slot);
        return rows.Count;
    }

    /// <summary>Keeps other Sealers and late writers out; readers may go on reading until the drop.</summary>
    private static async Task<bool> TakeAsync(NpgsqlConnection connection, int slot, CancellationToken cancellation)
    {
        await using NpgsqlCommand mine = new($"select pg_try_advisory_xact_lock({LockKey}) and to_regclass('{InboxPartitions.TableOf(slot)}') is not null", connection);
        if (await mine.ExecuteScalarAsync(cancellation) is not true)
        {
            return false;
        }

        await using NpgsqlCommand take = new($"lock table {InboxPartitions.TableOf(slot)} in share row exclusive mode", connection);
        await take.ExecuteNonQueryAsync(cancellation);
        return true;
    }

    private static async Task<List<(SubjectId, Fix)>> ReadAsync(NpgsqlConnection connection, int slot, CancellationToken cancellation)
    {
        await using NpgsqlCommand read = new(
            $"select subject_id, {FixRows.Columns} from {InboxPartitions.TableOf(slot)} order by subject_id, occurred_at, received_at", connection);
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellation);
        var rows = new List<(SubjectId, Fix)>();
        while (await row.ReadAsync(cancellation))
        {
            rows.Add((new SubjectId(row.GetGuid(0)), FixRows.Read(row, 1)));
        }

        return rows;
    }

    private async Task AppendAsync(NpgsqlTransaction transaction, List<(SubjectId Subject, Fix Fix)> rows, CancellationToken cancellation)
    {
        await using IDocumentSession session = documents.LightweightSession(SessionOptions.ForTransaction(transaction));
        foreach (var day in rows.GroupBy(row => (row.Subject, Date: ChinaTime.DateOf(row.Fix.OccurredAt))))
        {
            string key = StreamKeys.Track(day.Key.Subject, day.Key.Date);
            ImmutableArray<Fix> known = await SealedAsync(session, key, cancellation);
            HashSet<FixIdentity> seen = [.. known.Select(fix => fix.Identity)];
            Fix[] fresh = [.. day.Select(row => row.Fix).Where(fix => seen.Add(fix.Identity))];
            if (fresh.Length > 0)
            {
                TrackRecorded packed = TrackCodec.Pack(day.Key.Subject, day.Key.Date, fresh);
                EventWriter.Append(session, key, null, [new NewEvent(packed, packed.To, Actor.System, [])], null);
            }
        }

        await session.SaveChangesAsync(cancellation);
    }

    private static async Task<ImmutableArray<Fix>> SealedAsync(IQuerySession session, string key, CancellationToken cancellation)
    {
        IReadOnlyList<IEvent> parts = await session.Events.FetchStreamAsync(key, token: cancellation);
        return [.. parts.Select(part => part.Data).OfType<TrackRecorded>().SelectMany(part => TrackCodec.Unpack(part))];
    }

    private static async Task KeepLastPositionsAsync(NpgsqlConnection connection, int slot, CancellationToken cancellation)
    {
        await using NpgsqlCommand keep = new(
            $"""
            insert into correction.last_position (subject_id, {FixRows.Columns})
            select distinct on (subject_id) subject_id, {FixRows.Columns}
            from {InboxPartitions.TableOf(slot)} where use = {(int)FixUse.Usable}
            order by subject_id, occurred_at desc
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
