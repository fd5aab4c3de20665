using Correction.Domain.Time;
using NodaTime;
using Npgsql;

namespace Correction.Store.Tracks;

/// <summary>When sealed tracks are archived, and where.</summary>
/// <param name="AfterMonths">Whole months between the end of a month and its archiving; null: none is archived.</param>
/// <param name="Tablespace">Where the archive's partitions are made; null: where the database is.</param>
public sealed record TrackArchiveOptions(int? AfterMonths = null, string? Tablespace = null)
{
    /// <summary>About how many rows move in one transaction; a row is a third of a day.</summary>
    public int StepRows { get; init; } = 5_000;

    /// <summary>About how many move in one round: what else the round is for must not wait for a country's month.</summary>
    public int RoundRows { get; init; } = 100_000;
}

/// <summary>
/// Moves the sealed tracks of old months into the archive, where each subject's lie side by side and nothing is written any
/// more. It goes through a month by subjects; each step moves whole subjects in one transaction: a crash at any point leaves
/// every row in one of the two tables, and the next round goes on where it stopped. An emptied month is dropped. One runs at
/// a time, whatever the number of hosts.
/// </summary>
public sealed class TrackArchive(NpgsqlDataSource database, MonthPartitions months, TrackArchiveOptions options, IClock clock)
{
    private const long LockKey = 0x6172_6368_6976; // "archiv"

    /// <summary>Archives what is old enough, as far as one round goes. Returns how many rows moved.</summary>
    public async Task<int> ArchiveOldAsync(CancellationToken cancellation) => options.AfterMonths is { } after
        ? await ArchiveBeforeAsync(SealedTracks.MonthOf(clock.GetCurrentInstant()).PlusMonths(-after), cancellation)
        : 0;

    /// <summary>Archives months before the given one, oldest first, as far as one round goes.</summary>
    public Task<int> ArchiveBeforeAsync(LocalDate month, CancellationToken cancellation) => Partitions.TakeTurnAsync(
        database,
        LockKey,
        0,
        async () =>
        {
            int count = 0;
            foreach (LocalDate old in (await months.ListAsync(MonthPartitions.Sealed, cancellation)).Where(old => old < month))
            {
                count += await ArchiveAsync(old, options.RoundRows - count, cancellation);
            }

            return count;
        },
        cancellation);

    private async Task<int> ArchiveAsync(LocalDate month, int atMost, CancellationToken cancellation)
    {
        await months.EnsureAsync(MonthPartitions.Archive, month, cancellation);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        string table = MonthPartitions.TableOf(MonthPartitions.Sealed, month);
        int count = 0;
        Guid after = Guid.Empty;
        while (count < atMost && await Partitions.NextSubjectAsync(connection, table, after, options.StepRows, cancellation) is { } last)
        {
            count += await MoveAsync(connection, table, MonthPartitions.TableOf(MonthPartitions.Archive, month), after, last, cancellation);
            after = last;
        }

        if (count < atMost && await Partitions.DropEmptyAsync(connection, MonthPartitions.Sealed, table, cancellation))
        {
            months.Forget(MonthPartitions.Sealed, month);
        }

        return count;
    }

    private static async Task<int> MoveAsync(NpgsqlConnection connection, string from, string to, Guid after, Guid last, CancellationToken cancellation)
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellation);
        await using NpgsqlCommand move = new(
            $"""
            with taken as (delete from {from} where subject_id > $1 and subject_id <= $2 returning {SealedTracks.Columns})
            insert into {to} ({SealedTracks.Columns}) select {SealedTracks.Columns} from taken order by subject_id, date, id
            """,
            connection);
        move.Parameters.Add(new() { Value = after });
        move.Parameters.Add(new() { Value = last });
        int count = await move.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return count;
    }
}
