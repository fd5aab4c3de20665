using Correction.Domain;
using Correction.Domain.Location;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Correction.Store.Tracks;

/// <summary>How a fix stands in a row; the one place that knows the columns and their order.</summary>
internal static class FixRows
{
    public const string Columns = "device_id, occurred_at, received_at, lon, lat, accuracy, speed, bearing, altitude, battery, source, use";

    public const string CopyIntoInbox = $"copy correction.fix_inbox (slot, subject_id, {Columns}) from stdin (format binary)";

    /// <summary>Writes the columns of one fix; the row has been started.</summary>
    public static void Write(NpgsqlBinaryImporter importer, Fix fix)
    {
        importer.Write(fix.DeviceId, NpgsqlDbType.Text);
        importer.Write(fix.OccurredAt.ToDateTimeUtc(), NpgsqlDbType.TimestampTz);
        importer.Write(fix.ReceivedAt.ToDateTimeUtc(), NpgsqlDbType.TimestampTz);
        importer.Write(fix.Position.Longitude, NpgsqlDbType.Double);
        importer.Write(fix.Position.Latitude, NpgsqlDbType.Double);
        Real(importer, fix.Accuracy);
        Real(importer, fix.Speed);
        Real(importer, fix.Bearing);
        Real(importer, fix.Altitude);
        if (fix.Battery is { } battery)
        {
            importer.Write((short)battery, NpgsqlDbType.Smallint);
        }
        else
        {
            importer.WriteNull();
        }

        importer.Write((short)fix.Source, NpgsqlDbType.Smallint);
        importer.Write((short)fix.Use, NpgsqlDbType.Smallint);
    }

    public static NpgsqlCommand InsertIntoQuarantine(NpgsqlConnection connection, Fix fix)
    {
        var insert = new NpgsqlCommand(
            $"insert into correction.quarantine ({Columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing", connection);
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

    private static void Real(NpgsqlBinaryImporter importer, double? value)
    {
        if (value is { } number)
        {
            importer.Write((float)number, NpgsqlDbType.Real);
        }
        else
        {
            importer.WriteNull();
        }
    }

    private static double? Real(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFloat(column);
}
