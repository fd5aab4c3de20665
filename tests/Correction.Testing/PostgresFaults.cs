using System.Text;
using Npgsql;
using Xunit.Sdk;

namespace Correction.Testing;

/// <summary>Where in a transaction the connection breaks.</summary>
public enum FaultPoint
{
    /// <summary>The named statement does not reach the server.</summary>
    Statement,

    /// <summary>The COMMIT of a transaction with that statement does not reach the server.</summary>
    BeforeCommit,

    /// <summary>The transaction with that statement, or the statement itself where it is its own transaction, is committed; the answer does not reach the client.</summary>
    AfterCommit,
}

/// <summary>
/// A way to PostgreSQL that breaks once, at a chosen point of a chosen transaction: exactly there and not by luck,
/// because the messages of the wire protocol are watched. Nothing in the product knows of it.
/// </summary>
public sealed class PostgresFaults : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly CutProxy _proxy;
    private Fault? _fault;

    private PostgresFaults(NpgsqlConnectionStringBuilder target)
    {
        _proxy = CutProxy.To(target.Port, () => new Tap(this));
        ConnectionString = new NpgsqlConnectionStringBuilder(target.ConnectionString) { Host = "127.0.0.1", Port = _proxy.Port, SslMode = SslMode.Disable }.ConnectionString;
    }

    /// <summary>The database, by way of the faults.</summary>
    public string ConnectionString { get; }

    public static PostgresFaults On(string connectionString) => new(new NpgsqlConnectionStringBuilder(connectionString));

    /// <summary>Arms one fault; the task ends when it has struck, and fails where it has not within three minutes.</summary>
    /// <param name="statement">Text by which the transaction, or the statement, is known.</param>
    /// <param name="also">What else happens at that point, before the client hears of it: the server crashes, the client is killed.</param>
    /// <param name="time">The first time that it comes there, or a later one.</param>
    public Task StrikeAsync(FaultPoint point, string statement, Func<Task>? also = null, int time = 1)
    {
        var fault = new Fault(point, Encoding.UTF8.GetBytes(statement), also, time);
        _fault = fault;
        return StruckAsync(fault, $"{point} of {statement}");
    }

    private static async Task StruckAsync(Fault fault, string where)
    {
        try
        {
            await fault.Struck.Task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new XunitException($"Nothing came within {Patience} to the fault at the {where}.");
        }
    }

    public ValueTask DisposeAsync() => _proxy.DisposeAsync();

    private sealed record Fault(FaultPoint Point, byte[] Statement, Func<Task>? Also, int Time)
    {
        private int _met;

        public bool IsDue => Interlocked.Increment(ref _met) == Time;

        public TaskCompletionSource Struck { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Tap(PostgresFaults faults) : IWireTap
    {
        /// <summary>Query message, as Npgsql sends it.</summary>
        private static readonly byte[] Commit = [(byte)'Q', 0, 0, 0, 11, .. "COMMIT\0"u8];

        /// <summary>CommandComplete, as PostgreSQL answers it.</summary>
        private static readonly byte[] Committed = [(byte)'C', 0, 0, 0, 11, .. "COMMIT\0"u8];

        /// <summary>ReadyForQuery outside of a transaction.</summary>
        private static readonly byte[] Idle = [(byte)'Z', 0, 0, 0, 5, (byte)'I'];

        private readonly Passage _sent = new();
        private readonly Passage _received = new();
        private Fault? _within;

        public async ValueTask<bool> CutsAsync(bool toServer, ReadOnlyMemory<byte> bytes)
        {
            if (Volatile.Read(ref faults._fault) is not { } fault || !Meets(fault, toServer, bytes.Span) || !fault.IsDue
                || Interlocked.CompareExchange(ref faults._fault, null, fault) != fault)
            {
                return false;
            }

            if (fault.Also is not null)
            {
                await fault.Also();
            }

            fault.Struck.TrySetResult();
            return true;
        }

        private bool Meets(Fault fault, bool toServer, ReadOnlySpan<byte> bytes)
        {
            if (!toServer)
            {
                bool ended = _received.Holds(bytes, Committed) || IsCopied(bytes);
                bool meets = ended && fault.Point == FaultPoint.AfterCommit && _within == fault;
                _within = ended ? null : _within; // the connection goes back to its pool
                return meets;
            }

            bool named = _sent.Holds(bytes, fault.Statement);
            _within = named ? fault : _within;
            return (fault.Point == FaultPoint.Statement && named)
                || (fault.Point == FaultPoint.BeforeCommit && _within == fault && bytes.IndexOf(Commit) >= 0);
        }

        /// <summary>A COPY that is its own transaction: its CommandComplete, and no transaction goes on after it.</summary>
        private static bool IsCopied(ReadOnlySpan<byte> bytes) =>
            bytes.IndexOf("COPY "u8) is >= 0 and var copied && bytes[copied..].IndexOf(Idle) >= 0;
    }

    /// <summary>Finds texts in a stream of chunks, also where one begins in one chunk and ends in the next.</summary>
    private sealed class Passage
    {
        private byte[] _tail = [];

        public bool Holds(ReadOnlySpan<byte> chunk, ReadOnlySpan<byte> text)
        {
            byte[] seen = [.. _tail, .. chunk];
            _tail = seen[Math.Max(0, seen.Length - text.Length + 1)..];
            return seen.AsSpan().IndexOf(text) >= 0;
        }
    }
}
