using System.Globalization;

namespace Correction.Store.Postgres;

/// <summary>The settings of every start. They stand on the command line, where no edited configuration file overrules them.</summary>
internal static class ClusterSettings
{
    /// <summary>Inside the cluster's directory: as private as the data.</summary>
    public const string LogDirectory = "log";

    /// <summary>Options for <c>pg_ctl -o</c>, which hands them to a shell. No value needs quoting but the empty one.</summary>
    public static string Options(int port) => string.Join(' ', Values(port).Select(value => $"-c {value.Name}={value.Text}"));

    private static IEnumerable<(string Name, string Text)> Values(int port) =>
    [
        ("listen_addresses", "127.0.0.1"),
        ("port", port.ToString(CultureInfo.InvariantCulture)),
        ("unix_socket_directories", "''"),
        ("max_connections", "300"),
        ("timezone", "UTC"),

        // Acknowledged means durable.
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),

        // A week of log, by day. Neither statements nor the DETAIL of an error: both can hold a person's data.
        ("logging_collector", "on"),
        ("log_directory", LogDirectory),
        ("log_filename", "postgresql-%a.log"),
        ("log_rotation_age", "1d"),
        ("log_rotation_size", "0"),
        ("log_truncate_on_rotation", "on"),
        ("log_timezone", "UTC"),
        ("log_error_verbosity", "terse"),
        ("log_min_error_statement", "panic"),
    ];
}
