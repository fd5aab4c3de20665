using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Store.Tracks;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Correction.Store.Journaling;

/// <summary>
/// The tables beside the event store that share its transaction: receipts, personal data, inbox, quarantine, deadlines, messages.
/// A fixed number of statements for a batch, whatever it holds but quarantined fixes and messages.
/// </summary>
public static class SideTables
{
    /// <summary>The inbox slot for this batch, its partition in place; null where the batch has no fixes.</summary>
    public static async Task<int?> PrepareInboxAsync(
        InboxPartitions partitions, IReadOnlyList<PendingEntry> batch, Instant now, CancellationToken cancellation)
    {
        if (batch.All(pending => pending.Entry.Fixes.IsEmpty))
        {
            return null;
        }

        int slot = partitions.SlotAt(now);
        await partitions.EnsureAsync(slot, cancellation);
        return slot;
    }

    /// <summary>Adds what is written beside the events, but for fixes.</summary>
    public static void Add(NpgsqlBatch batch, IReadOnlyList<JournalEntry> entries, Instant now)
    {
        AddReceipts(batch, [.. entries.SelectMany(Receipts)], now);
        AddPersonal(batch, [.. entries.SelectMany(entry => entry.Personal)], now);
        AddErasures(batch, [.. from entry in entries from append in entry.Streams from happened in append.Events where happened.Data is PersonalDataErased from row in ((PersonalDataErased)happened.Data).Rows select row], now);
        AddDeadlines(batch, entries);
        MessageTable.Add(batch, entries, now);
        foreach (Fix fix in entries.SelectMany(entry => entry.Quarantined))
        {
            batch.BatchCommands.Add(FixRows.InsertIntoQuarantine(fix));
        }
    }

    public static Task CopyFixesAsync(NpgsqlConnection connection, IEnumerable<PendingEntry> entries, int slot, CancellationToken cancellation) => FixCopy.RunAsync(
        connection, FixRows.CopyIntoInbox, slot, from pending in entries from fix in pending.Entry.Fixes select (Subject(pending.Entry), fix), cancellation);

    private static void AddReceipts(NpgsqlBatch batch, CommandReceipt[] receipts, Instant now)
    {
        if (receipts.Length > 0)
        {
            batch.Add(
                "insert into correction.command_receipt select c, f, s, v, t, $6 from unnest($1, $2, $3, $4, $5) as rows (c, f, s, v, t)",
                receipts.Select(receipt => receipt.CommandId).ToArray(),
                receipts.Select(receipt => receipt.Fingerprint).ToArray(),
                receipts.Select(receipt => receipt.StreamKey).ToArray(),
                receipts.Select(receipt => receipt.FromVersion).ToArray(),
                receipts.Select(receipt => receipt.ToVersion).ToArray(),
                now.ToDateTimeUtc());
        }
    }

    private static IEnumerable<CommandReceipt> Receipts(JournalEntry entry) => entry is { Command: { } command, Streams: [var first, ..] }
        ? entry.Receipts.Append(new CommandReceipt(command.Id, command.Fingerprint, first.Key, first.ExpectedVersion, first.ExpectedVersion + first.Events.Length))
        : entry.Receipts;

    private static void AddPersonal(NpgsqlBatch batch, PersonalRecord[] records, Instant now)
    {
        if (records.Length > 0)
        {
            batch.Add(
                "insert into correction.personal select i, k, b::json, s, $5 from unnest($1, $2, $3, $4) as rows (i, k, b, s)",
                records.Select(record => record.Id).ToArray(),
                records.Select(record => record.Kind).ToArray(),
                records.Select(record => record.Body.GetRawText()).ToArray(),
                records.Select(record => record.Salt).ToArray(),
                now.ToDateTimeUtc());
        }
    }

    /// <summary>What an event says is erased goes with its commit; the rest of the pages it stood on, with the next rewriting.</summary>
    private static void AddErasures(NpgsqlBatch batch, Guid[] rows, Instant now)
    {
        if (rows.Length > 0)
        {
            batch.Add(
                "with erased as (delete from correction.personal where id = any($1)) insert into correction.personal_rewrite (due_since) values ($2)",
                rows,
                now.ToDateTimeUtc());
        }
    }

    private static void AddDeadlines(NpgsqlBatch batch, IReadOnlyList<JournalEntry> entries)
    {
        var deadlines = new Dictionary<string, Instant?>();
        foreach (Deadline deadline in entries.SelectMany(entry => entry.Deadlines))
        {
            deadlines[deadline.StreamKey] = deadline.LookAt;
        }

        if (deadlines.Count == 0)
        {
            return;
        }

        NpgsqlBatchCommand write = batch.Add(
            """
            with given as (select * from unnest($1, $2) as rows (stream_key, look_at)),
                over as (delete from correction.deadline where stream_key in (select stream_key from given where look_at is null))
            insert into correction.deadline (stream_key, look_at) select stream_key, look_at from given where look_at is not null
            on conflict (stream_key) do update set look_at = excluded.look_at
            """,
            deadlines.Keys.ToArray(),
            deadlines.Values.Select(lookAt => lookAt?.ToDateTimeUtc()).ToArray());
        write.Parameters[1].NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz;
    }

    private static SubjectId Subject(JournalEntry entry) =>
        entry.Subject ?? throw new InvalidOperationException("Fixes belong to a subject; the entry names none.");
}
