using System.Globalization;
using Npgsql;

namespace Correction.Benchmarks;

/// <summary>
/// A whole country's subjects in the event store: one subject, registered and bound through its grains, copied with other
/// ids and stations by SQL, events, streams, dossiers and deadlines alike. Registering each through the service would
/// measure registration, and take a quarter of an hour.
/// </summary>
internal static class NationRegister
{
    private const int Counties = 2_900;

    /// <summary>Id of the nth subject: 32 hex digits of a UUIDv7.</summary>
    public static string SubjectOf(int number) => string.Create(CultureInfo.InvariantCulture, $"019a0000000070008000{number:x12}");

    public static string DeviceOf(int number) => string.Create(CultureInfo.InvariantCulture, $"nation-{number:x12}");

    /// <param name="dossiers">Table of the dossiers.</param>
    /// <param name="template">The subject to copy.</param>
    /// <param name="device">Its device.</param>
    /// <param name="station">Its station.</param>
    public static async Task CopyAsync(string connectionString, string dossiers, string template, string device, string station, int count)
    {
        await using NpgsqlConnection connection = new(new NpgsqlConnectionStringBuilder(connectionString) { CommandTimeout = 0 }.ConnectionString);
        await connection.OpenAsync();
        string copied(string text) => $"replace(replace(replace({text}, '{template}', hex), '{device}', dev), '{station}', station)";
        await ExecuteAsync(connection, $"""
            create temporary table nation as select
                '019a0000000070008000' || lpad(to_hex(n), 12, '0') as hex,
                'nation-' || lpad(to_hex(n), 12, '0') as dev,
                (110000 + n % {Counties})::text || '001' as station
            from generate_series(0, {count - 1}) as n
            """);
        await ExecuteAsync(connection, $"""
            insert into correction.mt_streams (id, type, version, timestamp, created, tenant_id, is_archived)
            select {copied("id")}, type, version, timestamp, created, tenant_id, is_archived
            from correction.mt_streams, nation where id in ('subject/{template}', 'device/{device}')
            """);
        await ExecuteAsync(connection, $"""
            insert into correction.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, causation_id, headers, is_archived)
            select (select max(seq_id) from correction.mt_events) + row_number() over (order by hex, version), gen_random_uuid(), {copied("stream_id")}, version,
                {copied("data::text")}::jsonb, type, timestamp, tenant_id, mt_dotnet_type, null, headers, is_archived
            from correction.mt_events, nation where stream_id in ('subject/{template}', 'device/{device}')
            """);
        await ExecuteAsync(connection, $"""
            insert into {dossiers} (id, data, mt_dotnet_type, mt_version, subject_id, jurisdiction, person_id)
            select {copied("id")}, {copied("data::text")}::jsonb, mt_dotnet_type, mt_version, hex, station, person_id
            from {dossiers}, nation where id = 'subject/{template}'
            """);
        await ExecuteAsync(connection, """
            insert into correction.deadline select 'subject/' || hex, now() + random() * interval '1 hour' from nation;
            select setval('correction.mt_events_sequence', (select max(seq_id) from correction.mt_events));
            update correction.mt_event_progression set last_seq_id = (select max(seq_id) from correction.mt_events);
            vacuum analyze correction.mt_events;
            vacuum analyze correction.mt_streams
            """);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string statements)
    {
        foreach (string statement in statements.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            await using NpgsqlCommand command = new(statement, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
