using System.Collections.Concurrent;
using NodaTime;
using Npgsql;

namespace Correction.Store.Tracks;

/// <summary>
/// The inbox's partitions, one per slot of time. A writer stamps the slot just before it copies; a writer that comes
/// after the Sealer took its slot is refused by the database (the partition is gone) and stamps again.
/// </summary>
public sealed class InboxPartitions(NpgsqlDataSource database, SealingOptions options)
{
    public const string Parent = "correction.fix_inbox";

    private readonly ConcurrentDictionary<int, bool> _known = new();

    public int SlotAt(Instant instant) => (int)(instant.ToUnixTimeSeconds() / (long)options.Slot.TotalSeconds);

    public static string TableOf(int slot) => FormattableString.Invariant($"{Parent}_{slot}");

    /// <summary>Makes the partition of a slot, in a transaction of its own, where it does not stand yet.</summary>
    public async Task EnsureAsync(int slot, CancellationToken cancellation)
    {
        if (_known.ContainsKey(slot))
        {
            return;
        }

        string table = TableOf(slot);
        try
        {
            await using NpgsqlCommand create = database.CreateCommand(
                $"""
                create table if not exists {table} partition of {Parent} for values in ({slot});
                create index if not exists fix_inbox_{slot}_subject on {table} (subject_id, occurred_at)
                """);
            await create.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException raced) when (raced.SqlState is PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DuplicateObject)
        {
            // Another host made the same partition in this moment: it stands.
        }

        _known.TryAdd(slot, true);
    }

    /// <summary>The partition is gone: the next writer of that slot must not rely on it.</summary>
    public void Forget(int slot) => _known.TryRemove(slot, out _);

    /// <summary>Slots that hold a partition, oldest first.</summary>
    public async Task<IReadOnlyList<int>> ListAsync(CancellationToken cancellation)
    {
        await using NpgsqlCommand list = database.CreateCommand(
            """
            select replace(child.relname, 'fix_inbox_', '')::int
            from pg_inherits join pg_class child on child.oid = inhrelid
            where inhparent = 'correction.fix_inbox'::regclass
            order by 1
            """);
        await using NpgsqlDataReader rows = await list.ExecuteReaderAsync(cancellation);
        var slots = new List<int>();
        while (await rows.ReadAsync(cancellation))
        {
            slots.Add(rows.GetInt32(0));
        }

        return slots;
    }
}

/// <summary>How the inbox is cut and sealed.</summary>
public sealed record SealingOptions
{
    /// <summary>
    /// Length of one partition; a whole number of seconds that divides a day. Eight hours, which meet midnight in China
    /// (16:00 UTC): three events a subject and day, so that what an event costs by itself hardly counts.
    /// </summary>
    public Duration Slot { get; init; } = Duration.FromHours(8);

    /// <summary>How long after its end a slot is left to writers that still hold it.</summary>
    public Duration Grace { get; init; } = Duration.FromSeconds(10);

    /// <summary>About how many rows become events in one transaction.</summary>
    public int StepRows { get; init; } = 20_000;
}
