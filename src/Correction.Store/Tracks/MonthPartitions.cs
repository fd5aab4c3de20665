using System.Collections.Concurrent;
using NodaTime;
using Npgsql;

namespace Correction.Store.Tracks;

/// <summary>The partitions, one per month of sealing, of the sealed tracks and of their archive.</summary>
public sealed class MonthPartitions(NpgsqlDataSource database, TrackArchiveOptions options)
{
    public const string Sealed = "correction.track";
    public const string Archive = "correction.track_archive";

    private readonly ConcurrentDictionary<string, bool> _known = new();

    /// <param name="parent"><see cref="Sealed"/> or <see cref="Archive"/>.</param>
    public static string TableOf(string parent, LocalDate month) => FormattableString.Invariant($"{parent}_{month.Year:d4}_{month.Month:d2}");

    /// <summary>
    /// Makes a month's partition, in a transaction of its own, where it does not stand yet. An archived month is put where the
    /// archive is kept. Two callers at once MUST NOT ask for the same one: the Sealer and the archive each run once.
    /// </summary>
    public async Task EnsureAsync(string parent, LocalDate month, CancellationToken cancellation)
    {
        string table = TableOf(parent, month);
        if (_known.ContainsKey(table))
        {
            return;
        }

        string place = parent == Archive && options.Tablespace is { } tablespace ? $"tablespace {new NpgsqlCommandBuilder().QuoteIdentifier(tablespace)}" : "";
        await using NpgsqlCommand create = database.CreateCommand(
            FormattableString.Invariant($"create table if not exists {table} partition of {parent} for values in ('{month.ToDateOnly():yyyy-MM-dd}') {place}"));
        await create.ExecuteNonQueryAsync(cancellation);
        _known.TryAdd(table, true);
    }

    /// <summary>A month whose partition is gone.</summary>
    public void Forget(string parent, LocalDate month) => _known.TryRemove(TableOf(parent, month), out _);

    /// <summary>Months that hold a partition of sealed tracks, oldest first.</summary>
    public async Task<IReadOnlyList<LocalDate>> ListAsync(string parent, CancellationToken cancellation)
    {
        await using NpgsqlCommand list = database.CreateCommand(
            """
            select to_date(right(child.relname, 7), 'YYYY_MM') from pg_inherits join pg_class child on child.oid = inhrelid
            where inhparent = $1::regclass order by 1
            """);
        list.Parameters.Add(new() { Value = parent });
        await using NpgsqlDataReader row = await list.ExecuteReaderAsync(cancellation);
        var months = new List<LocalDate>();
        while (await row.ReadAsync(cancellation))
        {
            months.Add(LocalDate.FromDateOnly(row.GetFieldValue<DateOnly>(0)));
        }

        return months;
    }
}
