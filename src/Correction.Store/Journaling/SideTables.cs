using Correction.Domain;
using Correction.Domain.Location;
using Correction.Store.Tracks;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Correction.Store.Journaling;

/// <summary>What a batch may write, and what not, with the answer each of those gets.</summary>
public sealed record Verdicts(List<PendingEntry> Sound, List<(PendingEntry Pending, CommitResult Result)> Unsound);

/// <summary>
/// The tables beside the event store that share its transaction: receipts, personal data, inbox, quarantine, deadlines.
/// A fixed number of statements for a batch, whatever it holds.
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

    /// <summary>Leaves the marker; false where it stands already.</summary>
    public static async Task<bool> MarkAsync(NpgsqlConnection connection, Guid marker, Instant now, CancellationToken cancellation)
    {
        await using NpgsqlCommand mark = new("insert into correction.commit_marker values ($1, $2) on conflict do nothing", connection);
        mark.Parameters.Add(new() { Value = marker });
        mark.Parameters.Add(new() { Value = now.ToDateTimeUtc() });
        return await mark.ExecuteNonQueryAsync(cancellation) == 1;
    }

    /// <summary>
    /// Finds the entries that must not be written: commands committed before, and appends that expect another version.
    /// The receipts of the rest are written.
    /// </summary>
    public static async Task<Verdicts> JudgeAsync(NpgsqlConnection connection, IReadOnlyList<PendingEntry> batch, Instant now, CancellationToken cancellation)
    {
        Dictionary<string, CommandReceipt> repeated = await RepeatedAsync(connection, batch, cancellation);
        Dictionary<string, long> versions = await VersionsAsync(connection, batch, cancellation);
        var verdicts = new Verdicts([], []);
        var commands = new HashSet<string>();
        foreach (PendingEntry pending in batch)
        {
            JournalEntry entry = pending.Entry;
            if (entry.Command is { } command && repeated.TryGetValue(command.Id, out CommandReceipt? receipt))
            {
                verdicts.Unsound.Add((pending, new CommitResult.Repeated(receipt)));
            }
            else if (entry.Streams.FirstOrDefault(append => versions.GetValueOrDefault(append.Key) != append.ExpectedVersion) is { } stale)
            {
                verdicts.Unsound.Add((pending, new CommitResult.Conflict(stale.Key)));
            }
            else if (entry.Command is { } first && !commands.Add(first.Id))
            {
                verdicts.Unsound.Add((pending, new CommitResult.Conflict(entry.Streams[0].Key))); // its twin is in this batch; the retry finds the receipt
            }
            else
            {
                verdicts.Sound.Add(pending);
            }
        }

        await WriteReceiptsAsync(connection, verdicts.Sound, now, cancellation);
        return verdicts;
    }

    /// <summary>Writes everything but the events.</summary>
    public static async Task WriteAsync(NpgsqlConnection connection, List<PendingEntry> entries, Instant now, int? slot, CancellationToken cancellation)
    {
        if (slot is { } open)
        {
            await CopyFixesAsync(connection, entries, open, cancellation);
        }

        await WritePersonalAsync(connection, entries, now, cancellation);
        await WriteDeadlinesAsync(connection, entries, cancellation);
        await WriteQuarantineAsync(connection, entries, cancellation);
    }

    private static async Task<Dictionary<string, CommandReceipt>> RepeatedAsync(
        NpgsqlConnection connection, IReadOnlyList<PendingEntry> batch, CancellationToken cancellation)
    {
        string[] ids = [.. batch.Where(pending => pending.Entry.Command is not null).Select(pending => pending.Entry.Command!.Id)];
        if (ids.Length == 0)
        {
            return [];
        }

        await using NpgsqlCommand find = new(
            "select command_id, fingerprint, stream_key, from_version, to_version from correction.command_receipt where command_id = any($1)", connection);
        find.Parameters.Add(new() { Value = ids });
        await using NpgsqlDataReader row = await find.ExecuteReaderAsync(cancellation);
        var found = new Dictionary<string, CommandReceipt>();
        while (await row.ReadAsync(cancellation))
        {
            found[row.GetString(0)] = new CommandReceipt(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetInt64(4));
        }

        return found;
    }

    private static async Task<Dictionary<string, long>> VersionsAsync(
        NpgsqlConnection connection, IReadOnlyList<PendingEntry> batch, CancellationToken cancellation)
    {
        string[] keys = [.. batch.SelectMany(pending => pending.Entry.Streams).Select(append => append.Key)];
        if (keys.Length == 0)
        {
            return [];
        }

        await using NpgsqlCommand find = new("select id, version from correction.mt_streams where id = any($1)", connection);
        find.Parameters.Add(new() { Value = keys });
        await using NpgsqlDataReader row = await find.ExecuteReaderAsync(cancellation);
        var versions = new Dictionary<string, long>();
        while (await row.ReadAsync(cancellation))
        {
            versions[row.GetString(0)] = row.GetInt64(1);
        }

        return versions;
    }

    private static async Task WriteReceiptsAsync(NpgsqlConnection connection, List<PendingEntry> entries, Instant now, CancellationToken cancellation)
    {
        JournalEntry[] commanded = [.. entries.Select(pending => pending.Entry).Where(entry => entry.Command is not null && entry.Streams.Length > 0)];
        if (commanded.Length == 0)
        {
            return;
        }

        await using NpgsqlCommand insert = new(
            "insert into correction.command_receipt select c, f, s, v, t, $6 from unnest($1, $2, $3, $4, $5) as rows (c, f, s, v, t)", connection);
        insert.Parameters.Add(new() { Value = commanded.Select(entry => entry.Command!.Id).ToArray() });
        insert.Parameters.Add(new() { Value = commanded.Select(entry => entry.Command!.Fingerprint).ToArray() });
        insert.Parameters.Add(new() { Value = commanded.Select(entry => entry.Streams[0].Key).ToArray() });
        insert.Parameters.Add(new() { Value = commanded.Select(entry => entry.Streams[0].ExpectedVersion).ToArray() });
        insert.Parameters.Add(new() { Value = commanded.Select(entry => entry.Streams[0].ExpectedVersion + entry.Streams[0].Events.Length).ToArray() });
        insert.Parameters.Add(new() { Value = now.ToDateTimeUtc() });
        await insert.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task CopyFixesAsync(NpgsqlConnection connection, List<PendingEntry> entries, int slot, CancellationToken cancellation)
    {
        await using NpgsqlBinaryImporter importer = await connection.BeginBinaryImportAsync(FixRows.CopyIntoInbox, cancellation);
        foreach (JournalEntry entry in entries.Select(pending => pending.Entry))
        {
            foreach (Fix fix in entry.Fixes)
            {
                importer.StartRow();
                importer.Write(slot, NpgsqlDbType.Integer);
                importer.Write(Subject(entry).Value, NpgsqlDbType.Uuid);
                FixRows.Write(importer, fix);
            }
        }

        await importer.CompleteAsync(cancellation);
    }

    private static async Task WritePersonalAsync(NpgsqlConnection connection, List<PendingEntry> entries, Instant now, CancellationToken cancellation)
    {
        PersonalRecord[] records = [.. entries.SelectMany(pending => pending.Entry.Personal)];
        if (records.Length == 0)
        {
            return;
        }

        await using NpgsqlCommand insert = new(
            "insert into correction.personal select i, k, b::json, s, $5 from unnest($1, $2, $3, $4) as rows (i, k, b, s)", connection);
        insert.Parameters.Add(new() { Value = records.Select(record => record.Id).ToArray() });
        insert.Parameters.Add(new() { Value = records.Select(record => record.Kind).ToArray() });
        insert.Parameters.Add(new() { Value = records.Select(record => record.Body.GetRawText()).ToArray() });
        insert.Parameters.Add(new() { Value = records.Select(record => record.Salt).ToArray() });
        insert.Parameters.Add(new() { Value = now.ToDateTimeUtc() });
        await insert.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task WriteDeadlinesAsync(NpgsqlConnection connection, List<PendingEntry> entries, CancellationToken cancellation)
    {
        Dictionary<Guid, DateTime> deadlines = [];
        foreach (JournalEntry entry in entries.Select(pending => pending.Entry).Where(entry => entry.LookAt is not null))
        {
            deadlines[Subject(entry).Value] = entry.LookAt!.Value.ToDateTimeUtc();
        }

        if (deadlines.Count == 0)
        {
            return;
        }

        await using NpgsqlCommand upsert = new(
            "insert into correction.deadline select * from unnest($1, $2) on conflict (subject_id) do update set look_at = excluded.look_at", connection);
        upsert.Parameters.Add(new() { Value = deadlines.Keys.ToArray() });
        upsert.Parameters.Add(new() { Value = deadlines.Values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz });
        await upsert.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task WriteQuarantineAsync(NpgsqlConnection connection, List<PendingEntry> entries, CancellationToken cancellation)
    {
        foreach (Fix fix in entries.SelectMany(pending => pending.Entry.Quarantined))
        {
            await using NpgsqlCommand insert = FixRows.InsertIntoQuarantine(connection, fix);
            await insert.ExecuteNonQueryAsync(cancellation);
        }
    }

    private static SubjectId Subject(JournalEntry entry) =>
        entry.Subject ?? throw new InvalidOperationException("Fixes and deadlines belong to a subject; the entry names none.");
}
