using Correction.Store.Tracks;
using JasperFx.Events;
using Marten;
using Marten.Services;
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
    NpgsqlDataSource database,
    InboxPartitions partitions,
    JournalOptions options,
    IClock clock,
    TimeProvider time,
    ILogger<GroupCommit> logger)
{
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
            await SplitAsync(batch, pending => pending.Outcome.TrySetResult(new CommitResult.Conflict(pending.Entry.Streams[0].Key)), cancellation);
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
        var marker = Guid.CreateVersion7();
        long begun = time.GetTimestamp();
        while (true)
        {
            try
            {
                Acknowledge(await TransactAsync(batch, marker, cancellation));
                return;
            }
            catch (Exception lost) when (IsTransient(lost))
            {
                if (time.GetElapsedTime(begun) > options.RetryFor)
                {
                    throw new JournalUnavailableException(lost);
                }

                LogDatabaseLost(logger, lost.GetType().Name);
                await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellation);
            }
        }
    }

    private async Task<List<(PendingEntry Pending, CommitResult Result)>> TransactAsync(
        IReadOnlyList<PendingEntry> batch, Guid marker, CancellationToken cancellation)
    {
        Instant now = clock.GetCurrentInstant();
        int? slot = await SideTables.PrepareInboxAsync(partitions, batch, now, cancellation);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellation);
        if (!await SideTables.MarkAsync(connection, marker, now, cancellation))
        {
            // The commit whose answer was lost took place: every entry that was in it is durable.
            return [.. batch.Select(pending => (pending, (CommitResult)new CommitResult.Committed(now)))];
        }

        Verdicts verdicts = await SideTables.JudgeAsync(connection, batch, now, cancellation);
        await SideTables.WriteAsync(connection, verdicts.Sound, now, slot, cancellation);
        await AppendAsync(transaction, verdicts.Sound, cancellation);
        await transaction.CommitAsync(cancellation);
        return [.. verdicts.Sound.Select(pending => (pending, (CommitResult)new CommitResult.Committed(now))), .. verdicts.Unsound];
    }

    private async Task AppendAsync(NpgsqlTransaction transaction, List<PendingEntry> entries, CancellationToken cancellation)
    {
        if (entries.All(pending => pending.Entry.Streams.IsEmpty))
        {
            return;
        }

        await using IDocumentSession session = documents.LightweightSession(SessionOptions.ForTransaction(transaction));
        foreach (JournalEntry entry in entries.Select(pending => pending.Entry))
        {
            foreach (StreamAppend append in entry.Streams)
            {
                EventWriter.Append(session, append.Key, append.ExpectedVersion, append.Events, entry.Command?.Id);
            }
        }

        await session.SaveChangesAsync(cancellation);
    }

    private static void Acknowledge(List<(PendingEntry Pending, CommitResult Result)> outcomes)
    {
        foreach ((PendingEntry pending, CommitResult result) in outcomes)
        {
            pending.Outcome.TrySetResult(result);
        }
    }

    private static bool IsConflict(Exception failure) =>
        failure is EventStreamUnexpectedMaxEventIdException or ExistingStreamIdCollisionException
        || Postgres(failure) is { SqlState: PostgresErrorCodes.UniqueViolation };

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
}
