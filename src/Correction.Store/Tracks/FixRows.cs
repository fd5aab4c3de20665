using Correction.Domain;
using Correction.Domain.Location;
using NodaTime;
using Npgsql;

namespace Correction.Store.Tracks;

/// <summary>How a fix stands in a row; the one place that knows the columns and their order.</summary>
internal static class FixRows
{
    public const string Columns = "device_id, occurred_at, received_at, lon, lat, accuracy, speed, bearing, altitude, battery, source, use";

    public const string CopyIntoInbox = $"copy correction.fix_inbox (slot, subject_id, {Columns}) from stdin (format binary)";

    public static NpgsqlBatchCommand InsertIntoQuarantine(Fix fix)
    {
        var insert = new NpgsqlBatchCommand(
            $"insert into correction.quarantine ({Columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing");
        object?[] values =
        [
            fix.DeviceId, fix.OccurredAt.ToDateTimeUtc(), fix.ReceivedAt.ToDateTimeUtc(), fix.Position.Longitude, fix.Position.Latitude,
            (float?)fix.Accuracy, (float?)fix.Speed, (float?)fix.Bearing, (float?)fix.Altitude, (short?)fix.Battery, (short)fix.Source, (short)fix.Use,
        ];
        foreach (object? value in values)
        {
            insert.Parameters.Add(new() { Value = value ?? DBNull.Value });
        }

        return insert;
    }

    /// <summary>Reads a fix from <see cref="Columns"/> that begin at <paramref name="first"/>.</summary>
    public static Fix Read(NpgsqlDataReader row, int first = 0) => new(
        row.GetString(first),
        Instant.FromDateTimeUtc(row.GetDateTime(first + 1)),
        Instant.FromDateTimeUtc(row.GetDateTime(first + 2)),
        new GeoPoint(row.GetDouble(first + 3), row.GetDouble(first + 4)),
        Real(row, first + 5),
        Real(row, first + 6),
        Real(row, first + 7),
        Real(row, first + 8),
        row.IsDBNull(first + 9) ? null : row.GetInt16(first + 9),
        (FixSource)row.GetInt16(first + 10),
        (FixUse)row.GetInt16(first + 11));

    /// <summary>Rows of a subject's id and <see cref="Columns"/>.</summary>
    public static async Task<List<(SubjectId Subject, Fix Fix)>> ReadOfSubjectsAsync(NpgsqlCommand select, CancellationToken cancellation)
    {
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellation);
        var fixes = new List<(SubjectId, Fix)>();
        while (await row.ReadAsync(cancellation))
        {
            fixes.Add((new SubjectId(row.GetGuid(0)), Read(row, 1)));
        }

        return fixes;
    }

    private static double? Real(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFloat(column);
}
