using Microsoft.AspNetCore.SignalR;

namespace Correction.Server.Live;

/// <summary>
/// One client that watches one board. It is sent what it is missing, one message after the other, as fast as it takes
/// them: one that stalls waits by itself, delays nobody, and is given a snapshot when it wakes.
/// </summary>
internal sealed class BoardWatcher(HubConnectionContext connection)
{
    private const long Nothing = -1; // no board has this number: a snapshot is due

    private readonly Lock _gate = new();
    private BoardReplica? _replica;
    private long _sequence = Nothing;
    private int _advancing;
    private Task _sending = Task.CompletedTask;

    /// <summary>From now on the client is served, after what it has already.</summary>
    public void Begin(BoardReplica replica, long? afterSequence)
    {
        Volatile.Write(ref _sequence, afterSequence ?? Nothing);
        Volatile.Write(ref _replica, replica);
        Advance();
    }

    /// <summary>The task ends when nothing of this board is under way to the client any more: what comes after cannot be overtaken.</summary>
    public Task EndAsync()
    {
        Interlocked.Exchange(ref _replica, null)?.Remove(this);
        lock (_gate)
        {
            return _sending;
        }
    }

    /// <summary>Something is new on the board. Returns at once; at most one send runs at a time.</summary>
    public void Advance()
    {
        if (connection.ConnectionAborted.IsCancellationRequested)
        {
            _ = EndAsync();
        }
        else if (Volatile.Read(ref _replica) is { } replica && Interlocked.Exchange(ref _advancing, 1) == 0)
        {
            lock (_gate)
            {
                _sending = AdvanceAsync(replica);
            }
        }
    }

    private async Task AdvanceAsync(BoardReplica replica)
    {
        do
        {
            while (IsServed(replica) && replica.Next(_sequence) is { } message)
            {
                await connection.WriteAsync(message.Content, connection.ConnectionAborted);
                Volatile.Write(ref _sequence, message.Sequence);
            }

            Volatile.Write(ref _advancing, 0); // what came between the last look and here is seen by the next look
        }
        while (IsServed(replica) && replica.Next(Volatile.Read(ref _sequence)) is not null && Interlocked.Exchange(ref _advancing, 1) == 0);
    }

    private bool IsServed(BoardReplica replica) =>
        ReferenceEquals(Volatile.Read(ref _replica), replica) && !connection.ConnectionAborted.IsCancellationRequested;
}
