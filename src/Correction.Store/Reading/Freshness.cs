using Npgsql;

namespace Correction.Store.Reading;

/// <summary>
/// Read your own writes: projections follow the events by a fraction of a second, and a list read right after a command
/// must show it.
/// </summary>
public sealed class Freshness(NpgsqlDataSource database, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Waits until the projections have taken in every event committed before the call, two seconds at most; then the
    /// caller shows what is there.
    /// </summary>
    public async Task WaitForProjectionsAsync(CancellationToken cancellation = default)
    {
        long begun = time.GetTimestamp();
        long target = await ReadAsync("select coalesce(max(seq_id), 0) from correction.mt_events", cancellation);
        while (await BehindAsync(target, cancellation) && time.GetElapsedTime(begun) < Patience)
        {
            await Task.Delay(Step, time, cancellation);
        }
    }

    private async Task<bool> BehindAsync(long target, CancellationToken cancellation) =>
        await ReadAsync("select coalesce(min(last_seq_id), 0) from correction.mt_event_progression where name <> 'HighWaterMark'", cancellation) < target;

    private async Task<long> ReadAsync(string sql, CancellationToken cancellation)
    {
        await using NpgsqlCommand read = database.CreateCommand(sql);
        return (long)(await read.ExecuteScalarAsync(cancellation) ?? 0L);
    }
}
