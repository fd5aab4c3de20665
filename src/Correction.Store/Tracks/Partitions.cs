using Npgsql;

namespace Correction.Store.Tracks;

/// <summary>What emptying a partition takes, whatever is in it: a walk through its subjects, and an end.</summary>
internal static class Partitions
{
    /// <summary>The last subject of the next step: as many whole subjects as make about so many rows; null: there is none left.</summary>
    public static async Task<Guid?> NextSubjectAsync(NpgsqlConnection connection, string table, Guid after, int rows, CancellationToken cancellation)
    {
        await using NpgsqlCommand find = new(
            $"select max(subject_id::text)::uuid from (select subject_id from {table} where subject_id > $1 order by subject_id limit $2) as step", connection);
        find.Parameters.Add(new() { Value = after });
        find.Parameters.Add(new() { Value = rows });
        return await find.ExecuteScalarAsync(cancellation) as Guid?;
    }

    /// <summary>
    /// Drops the partition when nothing is left in it; a row that came late leaves it to the next round. The parent is locked
    /// first, as readers and writers do; a reader who takes his time is not waited for, since all others would wait behind.
    /// </summary>
    public static async Task<bool> DropEmptyAsync(NpgsqlConnection connection, string parent, string table, CancellationToken cancellation)
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellation);
        try
        {
            await using NpgsqlCommand shut = new($"set local lock_timeout = '2s'; lock table only {parent} in access exclusive mode", connection);
            await shut.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return false; // it is empty and harms nobody: the next round drops it
        }

        if (!await AskAsync(connection, $"select not exists (select from {table})", cancellation))
        {
            return false;
        }

        await using NpgsqlCommand drop = new($"drop table {table}", connection);
        await drop.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    /// <summary>Work that one host does at a time; the lock is its session's and dies with it. Where another is at it, <paramref name="otherwise"/>.</summary>
    public static async Task<T> TakeTurnAsync<T>(NpgsqlDataSource database, long key, T otherwise, Func<Task<T>> work, CancellationToken cancellation)
    {
        await using NpgsqlConnection turn = await database.OpenConnectionAsync(cancellation);
        if (!await AskAsync(turn, $"select pg_try_advisory_lock({key})", cancellation))
        {
            return otherwise;
        }

        try
        {
            return await work();
        }
        finally
        {
            await AskAsync(turn, $"select pg_advisory_unlock({key})", CancellationToken.None);
        }
    }

    private static async Task<bool> AskAsync(NpgsqlConnection connection, string question, CancellationToken cancellation)
    {
        await using NpgsqlCommand ask = new(question, connection);
        return await ask.ExecuteScalarAsync(cancellation) is true;
    }
}
