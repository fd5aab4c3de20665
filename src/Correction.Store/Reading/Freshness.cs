using Correction.Projections;
using Npgsql;

namespace Correction.Store.Reading;

/// <summary>
/// Read your own writes: projections follow the events by a fraction of a second, and a list read right after a command
/// must show it.
/// </summary>
public sealed class Freshness(NpgsqlDataSource database, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Waits until the projections have taken in every event committed before the call, five seconds at most; then the
    /// caller shows what is there.
    /// </summary>
    public async Task WaitForProjectionsAsync(CancellationToken cancellation = default)
    {
        long begun = time.GetTimestamp();
        long target = await LastSequenceAsync(cancellation);
        while (await BehindAsync(target, cancellation) && time.GetElapsedTime(begun) < Patience)
        {
            await Task.Delay(Step, time, cancellation);
        }
    }

    /// <summary>A projection that has not begun yet has no row.</summary>
    private async Task<bool> BehindAsync(long target, CancellationToken cancellation)
    {
        if (target == 0)
        {
            return false;
        }

        await using NpgsqlCommand caughtUp = database.CreateCommand(
            "select count(*) from correction.mt_event_progression where name = any($1) and last_seq_id >= $2");
        caughtUp.Parameters.Add(new() { Value = ProjectionRegistration.Names.ToArray() });
        caughtUp.Parameters.Add(new() { Value = target });
        return (long)(await caughtUp.ExecuteScalarAsync(cancellation) ?? 0L) < ProjectionRegistration.Names.Length;
    }

    private async Task<long> LastSequenceAsync(CancellationToken cancellation)
    {
        await using NpgsqlCommand read = database.CreateCommand("select coalesce(max(seq_id), 0) from correction.mt_events");
        return (long)(await read.ExecuteScalarAsync(cancellation) ?? 0L);
    }
}
