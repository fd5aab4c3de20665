using NodaTime;
using Npgsql;

namespace Correction.Store.Journaling;

/// <summary>What a batch may write, and what not, with the answer each of those gets.</summary>
public sealed record Verdicts(List<PendingEntry> Sound, List<(PendingEntry Pending, CommitResult Result)> Unsound);

/// <summary>
/// Finds, in one round trip, the entries that must not be written: commands committed before, and appends that expect
/// another version. Who gets in between this look and the append makes the append fail.
/// </summary>
internal static class Judgement
{
    /// <summary>Leaves the marker and judges; null where the marker stands already.</summary>
    public static async Task<Verdicts?> PassAsync(
        NpgsqlConnection connection, Guid marker, IReadOnlyList<PendingEntry> batch, Instant now, CancellationToken cancellation)
    {
        await using var ask = new NpgsqlBatch(connection);
        ask.Add("insert into correction.commit_marker values ($1, $2) on conflict do nothing returning id", marker, now.ToDateTimeUtc());
        ask.Add(
            "select command_id, fingerprint, stream_key, from_version, to_version from correction.command_receipt where command_id = any($1)",
            [batch.Select(pending => pending.Entry.Command?.Id).OfType<string>().ToArray()]);
        ask.Add(
            "select id, version from correction.mt_streams where id = any($1)",
            [batch.SelectMany(pending => pending.Entry.Streams).Select(append => append.Key).ToArray()]);
        await using NpgsqlDataReader row = await ask.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? Judge(
                batch,
                await NextAsync(row, () => new CommandReceipt(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetInt64(4)), cancellation),
                await NextAsync(row, () => row.GetInt64(1), cancellation))
            : null;
    }

    /// <summary>The next statement's rows by their first column.</summary>
    private static async Task<Dictionary<string, T>> NextAsync<T>(NpgsqlDataReader row, Func<T> read, CancellationToken cancellation)
    {
        var found = new Dictionary<string, T>();
        await row.NextResultAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            found[row.GetString(0)] = read();
        }

        return found;
    }

    private static Verdicts Judge(IReadOnlyList<PendingEntry> batch, Dictionary<string, CommandReceipt> receipts, Dictionary<string, long> versions)
    {
        var verdicts = new Verdicts([], []);
        var commands = new HashSet<string>();
        foreach (PendingEntry pending in batch)
        {
            JournalEntry entry = pending.Entry;
            if (entry.Command is { } command && receipts.TryGetValue(command.Id, out CommandReceipt? receipt))
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

        return verdicts;
    }
}
