using System.Collections.Immutable;
using Correction.Domain.Location;
using Correction.Store.Tracks;
using NodaTime;
using Npgsql;

namespace Correction.Store.Reading;

/// <summary>A device that is nobody's, and how much of it is kept.</summary>
public sealed record QuarantinedDevice(string DeviceId, int Count, Instant FirstReceivedAt, Instant LastReceivedAt);

/// <summary>Fixes of devices that are nobody's, kept for <see cref="Kept"/>.</summary>
public sealed class QuarantineStore(NpgsqlDataSource database)
{
    public static readonly Duration Kept = Duration.FromDays(7);

    /// <summary>A stranger who sends without end fills no disk.</summary>
    private const int MostPerDevice = 10_000;

    public async Task<ImmutableArray<QuarantinedDevice>> ListAsync(CancellationToken cancellation = default)
    {
        await using NpgsqlCommand list = database.CreateCommand(
            "select device_id, count(*)::int, min(received_at), max(received_at) from correction.quarantine group by 1 order by 4 desc limit 1000");
        await using NpgsqlDataReader row = await list.ExecuteReaderAsync(cancellation);
        var devices = ImmutableArray.CreateBuilder<QuarantinedDevice>();
        while (await row.ReadAsync(cancellation))
        {
            devices.Add(new(row.GetString(0), row.GetInt32(1), Instant.FromDateTimeUtc(row.GetDateTime(2)), Instant.FromDateTimeUtc(row.GetDateTime(3))));
        }

        return devices.DrainToImmutable();
    }

    /// <summary>The kept fixes of one device, oldest first.</summary>
    public async Task<ImmutableArray<Fix>> ReadAsync(string deviceId, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand read = database.CreateCommand(
            $"select {FixRows.Columns} from correction.quarantine where device_id = $1 order by occurred_at");
        read.Parameters.Add(new() { Value = deviceId });
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellation);
        var fixes = ImmutableArray.CreateBuilder<Fix>();
        while (await row.ReadAsync(cancellation))
        {
            fixes.Add(FixRows.Read(row));
        }

        return fixes.DrainToImmutable();
    }

    /// <summary>Removes what was admitted.</summary>
    public async Task RemoveAsync(string deviceId, Instant receivedUpTo, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand remove = database.CreateCommand("delete from correction.quarantine where device_id = $1 and received_at <= $2");
        remove.Parameters.Add(new() { Value = deviceId });
        remove.Parameters.Add(new() { Value = receivedUpTo.ToDateTimeUtc() });
        await remove.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Drops what is older than it may be kept, and what one device sent beyond its bound.</summary>
    public async Task PruneAsync(Instant now, CancellationToken cancellation)
    {
        await using NpgsqlCommand prune = database.CreateCommand(
            $"""
            delete from correction.quarantine where received_at < $1;
            delete from correction.quarantine where ctid in (
                select ctid from (select ctid, row_number() over (partition by device_id order by received_at desc) as place from correction.quarantine) as ranked
                where place > {MostPerDevice})
            """.Replace("$1", $"'{NodaTime.Text.InstantPattern.ExtendedIso.Format(now - Kept)}'", StringComparison.Ordinal));
        await prune.ExecuteNonQueryAsync(cancellation);
    }
}
