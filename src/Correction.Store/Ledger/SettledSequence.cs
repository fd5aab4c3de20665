using Npgsql;

namespace Correction.Store.Ledger;

/// <summary>
/// Up to where the events stand fast: every number that was handed out is committed, or was rolled back and never will be.
/// A transaction that took a number holds a lock on the sequence until it has ended (PostgreSQL, <c>nextval</c>); so the last
/// number is read, then those who hold the lock are waited for. No gap is guessed at by its age, and none is crossed early.
/// The sequence MUST hand out numbers one by one (<c>cache 1</c>, Marten's).
/// </summary>
public sealed class SettledSequence(NpgsqlDataSource database, TimeProvider time)
{
    private const string Sequence = "correction.mt_events_sequence";

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    /// <summary>Returns when all who had a number at the call have ended; writers are not held up.</summary>
    public async Task<long> ReadAsync(CancellationToken cancellation)
    {
        long last = await LastAsync(cancellation);
        HashSet<string> outstanding = await HoldersAsync(cancellation);
        while (outstanding.Count > 0)
        {
            await Task.Delay(Step, time, cancellation);
            outstanding.IntersectWith(await HoldersAsync(cancellation));
        }

        return last;
    }

    private async Task<long> LastAsync(CancellationToken cancellation)
    {
        await using NpgsqlCommand read = database.CreateCommand($"select case when is_called then last_value else 0 end from {Sequence}");
        return (long)(await read.ExecuteScalarAsync(cancellation))!;
    }

    private async Task<HashSet<string>> HoldersAsync(CancellationToken cancellation)
    {
        await using NpgsqlCommand find = database.CreateCommand(
            $"""
            select virtualtransaction from pg_locks
            where locktype = 'relation' and mode = 'RowExclusiveLock' and granted and relation = '{Sequence}'::regclass
              and database = (select oid from pg_database where datname = current_database())
            """);
        await using NpgsqlDataReader row = await find.ExecuteReaderAsync(cancellation);
        var holders = new HashSet<string>(StringComparer.Ordinal);
        while (await row.ReadAsync(cancellation))
        {
            holders.Add(row.GetString(0));
        }

        return holders;
    }
}
