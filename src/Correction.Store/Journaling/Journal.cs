using System.Threading.Channels;
using Microsoft.Extensions.Hosting;

namespace Correction.Store.Journaling;

/// <summary>
/// The one way to disk. Collects the entries that arrive while a commit runs and commits them together: many streams and
/// the fix inbox in one transaction. No timer: a lone entry goes at once.
/// </summary>
/// <remarks>
/// An entry is acknowledged only after its commit. Of one stream never two entries are in one transaction; who wants
/// them in order waits for the first before handing over the next, as a grain does, or hears of a conflict. Safe for
/// concurrent callers.
/// </remarks>
public sealed class Journal(GroupCommit commits, JournalOptions options) : BackgroundService
{
    private readonly Channel<PendingEntry> _queue =
        Channel.CreateBounded<PendingEntry>(new BoundedChannelOptions(options.Capacity) { SingleReader = options.Committers == 1 });

    /// <summary>Makes the entry durable. A caller that stops waiting does not stop the commit.</summary>
    /// <exception cref="JournalOverloadedException">There was no room within the patience; nothing is stored.</exception>
    /// <exception cref="JournalUnavailableException">The database does not answer.</exception>
    public async Task<CommitResult> CommitAsync(JournalEntry entry, CancellationToken cancellation = default)
    {
        var pending = new PendingEntry(entry);
        if (!_queue.Writer.TryWrite(pending))
        {
            await WaitForRoomAsync(pending, cancellation);
        }

        return await pending.Outcome.Task.WaitAsync(cancellation);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Committers).Select(_ => CommitLoopAsync(stoppingToken)));

    private async Task WaitForRoomAsync(PendingEntry pending, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(options.Patience);
        try
        {
            await _queue.Writer.WriteAsync(pending, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new JournalOverloadedException();
        }
    }

    private async Task CommitLoopAsync(CancellationToken stopping)
    {
        var heldBack = new List<PendingEntry>();
        var batch = new List<PendingEntry>();
        try
        {
            while (heldBack.Count > 0 || await _queue.Reader.WaitToReadAsync(stopping))
            {
                Collect(batch, heldBack);
                await commits.CommitAsync(batch, stopping);
                batch.Clear();
            }
        }
        finally
        {
            foreach (PendingEntry left in batch.Concat(heldBack))
            {
                left.Outcome.TrySetException(new JournalUnavailableException(new OperationCanceledException("The service is stopping.")));
            }
        }
    }

    /// <summary>Fills a batch; an entry whose stream is in it already waits for the next one.</summary>
    private void Collect(List<PendingEntry> batch, List<PendingEntry> heldBack)
    {
        var streams = new HashSet<string>();
        PendingEntry[] waiting = [.. heldBack];
        heldBack.Clear();
        foreach (PendingEntry entry in waiting)
        {
            (TakesPart(entry, streams) ? batch : heldBack).Add(entry);
        }

        int fixes = batch.Sum(pending => pending.Entry.Fixes.Length);
        while (batch.Count < options.BatchEntries && fixes < options.BatchFixes && heldBack.Count < options.BatchEntries && _queue.Reader.TryRead(out PendingEntry? entry))
        {
            fixes += entry.Entry.Fixes.Length;
            (TakesPart(entry, streams) ? batch : heldBack).Add(entry);
        }
    }

    private static bool TakesPart(PendingEntry entry, HashSet<string> streams)
    {
        bool free = entry.Entry.Streams.All(append => !streams.Contains(append.Key));
        foreach (StreamAppend append in entry.Entry.Streams)
        {
            streams.Add(append.Key); // also when it waits: nothing of that stream may overtake it
        }

        return free;
    }
}

/// <summary>An entry and who waits for it.</summary>
public sealed class PendingEntry(JournalEntry entry)
{
    public JournalEntry Entry { get; } = entry;

    public TaskCompletionSource<CommitResult> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
