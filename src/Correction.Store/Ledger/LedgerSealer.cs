using System.Collections.Immutable;
using Correction.Ledger;
using Microsoft.Extensions.Logging;
using NodaTime;
using Npgsql;

namespace Correction.Store.Ledger;

/// <summary>
/// Appends a leaf for every event, in the order of sequences, and signs what the tree has become. Leaves, nodes, keys and
/// checkpoints are written in transactions under one lock: whichever host holds it goes on where the last leaf stands, and a
/// crash leaves a shorter tree, never another one. A checkpoint is signed after its leaves are durable, and only where the
/// checkpoint before it is a beginning of the tree.
/// </summary>
public sealed partial class LedgerSealer(
    NpgsqlDataSource database, SettledSequence settled, LedgerTree tree, LedgerKeys keys, LedgerOptions options, IClock clock, ILogger<LedgerSealer> logger)
{
    private const long LockKey = 0x6C65_6467_6572; // "ledger"

    /// <summary>The edge of the tree where this host left it; another host may have gone on since.</summary>
    private TileFrontier? _edge;

    /// <summary>Seals every event that was committed before the call. Returns how many became leaves here.</summary>
    /// <exception cref="InvalidDataException">The stored tree is not the one that was signed.</exception>
    public async Task<int> SealAsync(CancellationToken cancellation = default)
    {
        long until = await settled.ReadAsync(cancellation);
        int count = 0;
        for (int step = options.Batch; step == options.Batch; count += step)
        {
            step = await AppendAsync(until, cancellation);
        }

        await SignAsync(cancellation);
        return count;
    }

    private async Task<int> AppendAsync(long until, CancellationToken cancellation)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellation);
        if (!await TakeAsync(connection, cancellation))
        {
            return 0;
        }

        (TileFrontier edge, long sequence) = await EdgeAsync(connection, cancellation);
        _edge = null; // until the commit nobody knows where it stands
        List<LedgerEvent> events = await ReadAsync(connection, sequence, until, cancellation);
        await LedgerCopy.WriteAsync(connection, edge, events, cancellation);
        await transaction.CommitAsync(cancellation);
        _edge = edge;
        return events.Count;
    }

    private async Task<List<LedgerEvent>> ReadAsync(NpgsqlConnection connection, long after, long until, CancellationToken cancellation)
    {
        await using NpgsqlCommand read = new(LedgerEvents.Range, connection);
        read.Parameters.Add(new() { Value = after });
        read.Parameters.Add(new() { Value = until });
        read.Parameters.Add(new() { Value = options.Batch });
        return await LedgerEvents.ReadAsync(read, cancellation).ToListAsync(cancellation);
    }

    /// <summary>Signs the tree where it grew since the last checkpoint, or where a key came or went.</summary>
    private async Task SignAsync(CancellationToken cancellation)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellation);
        if (!await TakeAsync(connection, cancellation))
        {
            return;
        }

        (TileFrontier edge, _) = await EdgeAsync(connection, cancellation);
        ImmutableArray<SignerKey> signers = await keys.SignersAsync(connection, edge.Size, cancellation);
        SignedNote? last = await LedgerCheckpoints.LatestAsync(connection, cancellation);
        if (signers.IsEmpty || (last is not null && Checkpoint.Parse(last.Text).Size == edge.Size && signers.All(key => last.IsSignedBy([key.Verifier])) && last.Signatures.Length == signers.Length))
        {
            await transaction.CommitAsync(cancellation);
            return;
        }

        await ExtendsAsync(last, edge, cancellation);
        SignedNote note = new Checkpoint(signers[0].Verifier.Name, edge.Size, edge.Root()).Sign(signers);
        await LedgerCheckpoints.AddAsync(connection, edge.Size, note, clock.GetCurrentInstant(), cancellation);
        await transaction.CommitAsync(cancellation);
        LogSigned(logger, edge.Size);
    }

    /// <summary>A log must never sign a tree that is not what it signed before, grown.</summary>
    private async Task ExtendsAsync(SignedNote? before, TileFrontier edge, CancellationToken cancellation)
    {
        if (before is not null
            && (Checkpoint.Parse(before.Text) is var signed && (signed.Size > edge.Size || !(await tree.Of(edge.Size).RootAsync(signed.Size, cancellation)).AsSpan().SequenceEqual(signed.Root))))
        {
            throw new InvalidDataException($"The ledger's tables do not hold the tree of {signed.Size} leaves that was signed: they were changed, and nothing is signed until they are restored.");
        }
    }

    private async Task<(TileFrontier Edge, long Sequence)> EdgeAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        (long size, long sequence) = await LedgerTree.LastAsync(connection, cancellation);
        _edge = _edge?.Size == size ? _edge : await LedgerTree.EdgeAsync(connection, size, cancellation);
        return (_edge, sequence);
    }

    /// <summary>One host at a time, until the transaction ends.</summary>
    private static async Task<bool> TakeAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using NpgsqlCommand take = new($"select pg_try_advisory_xact_lock({LockKey})", connection);
        return await take.ExecuteScalarAsync(cancellation) is true;
    }

    [LoggerMessage(122, LogLevel.Debug, "The ledger is signed at {Size} leaves.")]
    private static partial void LogSigned(ILogger logger, long size);
}
