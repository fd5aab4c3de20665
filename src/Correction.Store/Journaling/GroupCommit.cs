using Correction.Store.Tracks;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;
using Npgsql;

namespace Correction.Store.Journaling;

/// <summary>
/// Commits a batch of entries in one transaction and tells each how it ended. Where one entry spoils the batch, the batch
/// is split in halves and tried again, so that only the guilty one fails. Where the connection is lost at the commit, a
/// marker row tells whether it took place.
/// </summary>
public sealed partial class GroupCommit(
    IDocumentStore documents,
    [FromKeyedServices(ConnectionPools.Standing)] NpgsqlDataSource database,
    InboxPartitions partitions,
    JournalOptions options,
    IClock clock,
    TimeProvider time,
    ILogger<GroupCommit> logger)
{
    private readonly EventTable _events = new(documents);

    /// <summary>Returns when every entry of the batch has its outcome; never throws but on cancellation.</summary>
    public async Task CommitAsync(IReadOnlyList<PendingEntry> batch, CancellationToken cancellation)
    {
        if (batch.Count == 0)
        {
            return;
        }

        try
        {
            await CommitOnceAsync(batch, cancellation);
        }
        catch (Exception guilty) when (IsConflict(guilty))
        {
            await SplitAsync(batch, pending => Refuse(pending, guilty), cancellation);
        }
        catch (JournalUnavailableException unavailable)
        {
            foreach (PendingEntry pending in batch)
            {
                pending.Outcome.TrySetException(unavailable);
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            LogEntryFailed(logger, failure, batch.Count);
            await SplitAsync(batch, pending => pending.Outcome.TrySetException(failure), cancellation);
        }
    }

    private async Task SplitAsync(IReadOnlyList<PendingEntry> batch, Action<PendingEntry> fail, CancellationToken cancellation)
    {
        if (batch.Count == 1)
        {
            fail(batch[0]);
            return;
        }

        int half = batch.Count / 2;
        await CommitAsync([.. batch.Take(half)], cancellation);
        await CommitAsync([.. batch.Skip(half)], cancellation);
    }

    /// <summary>Tries until the database answers; a commit whose answer was lost is looked up, not repeated.</summary>
    private async Task CommitOnceAsync(IReadOnlyList<PendingEntry> batch, CancellationToken cancellation)
    {
        var attempt = new Attempt();
        long begun = time.GetTimestamp();
        while (true)
        {
            try
            {
                long started = time.GetTimestamp();
                Acknowledge(await TransactAsync(batch, attempt, cancellation));
                Telemetry.Committed(batch.Count, batch.Sum(pending => pending.Entry.Fixes.Length), time.GetElapsedTime(started));
                return;
            }
            catch (Exception lost) when (IsTransient(lost))
            {
                if (time.GetElapsedTime(begun) > options.RetryFor)
                {
                    throw new JournalUnavailableException(lost);
                }

                partitions.Forget(partitions.SlotAt(clock.GetCurrentInstant())); // another host may have sealed it: a slot remembered would be refused for ever
                LogDatabaseLost(logger, lost.GetType().Name);
                await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellation);
            }
        }
    }

    private async Task<List<(PendingEntry Pending, CommitResult Result)>> TransactAsync(
        IReadOnlyList<PendingEntry> batch, Attempt attempt, CancellationToken cancellation)
    {
        Instant now = clock.GetCurrentInstant();
        int? slot = await SideTables.PrepareInboxAsync(partitions, batch, now, cancellation);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        if (batch.All(pending => pending.Entry.HasOnlyFixes))
        {
            // One COPY is a transaction of its own. Where its answer is lost it is repeated: readers and Sealer know a fix again.
            await SideTables.CopyFixesAsync(connection, batch, slot!.Value, cancellation);
            return [.. batch.Select(pending => (pending, (CommitResult)new CommitResult.Committed(now)))];
        }

        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellation);
        if (await Judgement.PassAsync(connection, attempt.Marker, batch, now, cancellation) is not { } verdicts)
        {
            return attempt.Sent; // the commit whose answer was lost took place
        }

        if (slot is { } open)
        {
            await SideTables.CopyFixesAsync(connection, verdicts.Sound, open, cancellation);
        }

        await WriteAsync(connection, [.. verdicts.Sound.Select(pending => pending.Entry)], now, cancellation);
        attempt.Sent = [.. verdicts.Sound.Select(pending => (pending, (CommitResult)new CommitResult.Committed(now))), .. verdicts.Unsound];
        await transaction.CommitAsync(cancellation);
        return attempt.Sent;
    }

    /// <summary>One round trip, whatever the entries hold.</summary>
    private async Task WriteAsync(NpgsqlConnection connection, JournalEntry[] entries, Instant now, CancellationToken cancellation)
    {
        await using var write = new NpgsqlBatch(connection);
        SideTables.Add(write, entries, now);
        _events.Add(write, entries, now);
        if (write.BatchCommands.Count > 0)
        {
            await write.ExecuteNonQueryAsync(cancellation);
        }
    }

    private static void Acknowledge(List<(PendingEntry Pending, CommitResult Result)> outcomes)
    {
        foreach ((PendingEntry pending, CommitResult result) in outcomes)
        {
            pending.Outcome.TrySetResult(result);
        }
    }

    /// <summary>An entry that writes to no stream conflicts with nobody: what refused it is a fault.</summary>
    private static void Refuse(PendingEntry pending, Exception guilty)
    {
        if (pending.Entry.Streams is [var first, ..])
        {
            pending.Outcome.TrySetResult(new CommitResult.Conflict(first.Key));
        }
        else
        {
            pending.Outcome.TrySetException(guilty);
        }
    }

    private static bool IsConflict(Exception failure) => Postgres(failure) is { SqlState: PostgresErrorCodes.UniqueViolation };

    /// <summary>The database went away, or the inbox slot was sealed under our hands: try the whole batch again.</summary>
    private static bool IsTransient(Exception failure) =>
        Postgres(failure) is { } answer
            ? answer.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
                or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.UndefinedTable
                or PostgresErrorCodes.CheckViolation or PostgresErrorCodes.TooManyConnections
            : Chain(failure).Any(cause => cause is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException or EndOfStreamException);

    private static PostgresException? Postgres(Exception failure) => Chain(failure).OfType<PostgresException>().FirstOrDefault();

    private static IEnumerable<Exception> Chain(Exception failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }

    [LoggerMessage(101, LogLevel.Warning, "The database does not answer ({Failure}); the commit is tried again.")]
    private static partial void LogDatabaseLost(ILogger logger, string failure);

    [LoggerMessage(102, LogLevel.Error, "A commit of {Entries} entries failed and is tried in halves.")]
    private static partial void LogEntryFailed(ILogger logger, Exception failure, int entries);

    /// <summary>One batch on its way, over as many tries as it takes.</summary>
    private sealed class Attempt
    {
        /// <summary>Stands in the database if one of the tries was committed, and then of that one only.</summary>
        public Guid Marker { get; } = Guid.CreateVersion7();

        /// <summary>The outcomes of the try whose commit was sent last: true if the marker stands, whatever was heard of it.</summary>
        public List<(PendingEntry Pending, CommitResult Result)> Sent { get; set; } = [];
    }
}
