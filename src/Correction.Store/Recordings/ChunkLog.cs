using System.Security.Cryptography;
using Correction.Store.Objects;
using Npgsql;

namespace Correction.Store.Recordings;

/// <summary>One piece of a recording as the page sent it.</summary>
/// <param name="Segment">One unbroken recording of one party: a page that begins anew begins a new one. Letters, digits, hyphens.</param>
/// <param name="Sequence">From 0 within the segment, without gaps.</param>
/// <param name="Party">Whose picture and sound it is.</param>
public sealed record RecordingChunk(Guid Visit, string Segment, int Sequence, string Party, ReadOnlyMemory<byte> Bytes);

/// <summary>What became of a chunk.</summary>
public abstract record ChunkOutcome
{
    /// <summary>Durable, now or before.</summary>
    /// <param name="Chain">The segment's link after it (<see cref="HashChain"/>).</param>
    public sealed record Accepted(byte[] Chain, bool Repeated) : ChunkOutcome;

    /// <summary>One before it is missing: send from <paramref name="Expected"/>.</summary>
    public sealed record Missing(int Expected) : ChunkOutcome;

    /// <summary>Other bytes were accepted under this number, or the segment is another party's. Nothing was stored.</summary>
    public sealed record Differs : ChunkOutcome;

    /// <summary>The recording is closed.</summary>
    public sealed record Closed : ChunkOutcome;
}

/// <summary>
/// Takes the chunks of recordings. Acknowledged means durable: the bytes are on the disk before the row that tells of them
/// is committed. Safe for concurrent callers, also on several hosts.
/// </summary>
public sealed class ChunkLog(NpgsqlDataSource database, RecordingOptions options, TimeProvider time)
{
    public const int LargestChunk = 4 * 1024 * 1024;

    /// <summary>A page that begins anew without end fills no disk.</summary>
    private const int MostSegments = 200;

    public async Task<ChunkOutcome> AppendAsync(RecordingChunk chunk, CancellationToken cancellation = default)
    {
        byte[] hash = SHA256.HashData(chunk.Bytes.Span);
        while (true)
        {
            switch (await FindAsync(chunk, hash, cancellation))
            {
                case { Known: { } known }:
                    return known;
                case { Link: var link }:
                    var folder = new RecordingFolder(options, chunk.Visit);
                    RecordingFolder.Ensure(folder.Chunks);
                    await DurableFile.WriteAsync(folder.Chunk(chunk.Segment, chunk.Sequence, hash), chunk.Bytes, cancellation);
                    byte[] next = HashChain.Next(link, hash);
                    if (await InsertAsync(chunk, hash, next, cancellation))
                    {
                        return new ChunkOutcome.Accepted(next, Repeated: false);
                    }

                    break; // another host was first, or closed the recording: look again
            }
        }
    }

    /// <summary>No chunk is taken after this; one that is being taken is waited for.</summary>
    public async Task CloseAsync(Guid visit, CancellationToken cancellation = default)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellation);
        await LockAsync(transaction, "pg_advisory_xact_lock", visit, cancellation);
        await using NpgsqlCommand mark = new(
            "insert into correction.recording_closed (visit_id, closed_at) values ($1, $2) on conflict do nothing", connection, transaction)
        {
            Parameters = { new() { Value = visit }, new() { Value = time.GetUtcNow() } },
        };
        await mark.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>What is known of the chunk already, or the link that it follows.</summary>
    private async Task<(ChunkOutcome? Known, byte[] Link)> FindAsync(RecordingChunk chunk, byte[] hash, CancellationToken cancellation)
    {
        await using NpgsqlCommand find = database.CreateCommand(
            $"""
            select exists (select from correction.recording_closed where visit_id = $1)
                or (select count(*) from correction.recording_chunk where visit_id = $1 and sequence = 0) >= {MostSegments}, last.*
            from (values (1)) as one left join lateral (
                select sequence, sha256, chain, party from correction.recording_chunk
                where visit_id = $1 and segment = $2 and sequence >= least($3, (
                    select max(sequence) from correction.recording_chunk where visit_id = $1 and segment = $2))
                order by sequence limit 1) as last on true
            """);
        Add(find, chunk.Visit, chunk.Segment, chunk.Sequence);
        await using NpgsqlDataReader row = await find.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        bool closed = row.GetBoolean(0);
        if (row.IsDBNull(1))
        {
            return (closed ? new ChunkOutcome.Closed() : chunk.Sequence > 0 ? new ChunkOutcome.Missing(0) : null, HashChain.Begin(chunk.Visit, chunk.Segment, chunk.Party));
        }

        (int sequence, byte[] link) = (row.GetInt32(1), row.GetFieldValue<byte[]>(3));
        ChunkOutcome? known = row.GetString(4) != chunk.Party ? new ChunkOutcome.Differs()
            : sequence == chunk.Sequence && row.GetFieldValue<byte[]>(2).AsSpan().SequenceEqual(hash) ? new ChunkOutcome.Accepted(link, Repeated: true)
            : sequence == chunk.Sequence ? new ChunkOutcome.Differs()
            : closed ? new ChunkOutcome.Closed()
            : sequence + 1 < chunk.Sequence ? new ChunkOutcome.Missing(sequence + 1)
            : null;
        return (known, link);
    }

    private async Task<bool> InsertAsync(RecordingChunk chunk, byte[] hash, byte[] chain, CancellationToken cancellation)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellation);
        await LockAsync(transaction, "pg_advisory_xact_lock_shared", chunk.Visit, cancellation);
        await using NpgsqlCommand insert = new(
            """
            insert into correction.recording_chunk (visit_id, segment, sequence, party, sha256, chain, bytes, received_at)
            select $1, $2, $3, $4, $5, $6, $7, $8 where not exists (select from correction.recording_closed where visit_id = $1)
            on conflict do nothing
            """, connection, transaction);
        Add(insert, chunk.Visit, chunk.Segment, chunk.Sequence, chunk.Party, hash, chain, chunk.Bytes.Length, time.GetUtcNow());
        bool inserted = await insert.ExecuteNonQueryAsync(cancellation) == 1;
        await transaction.CommitAsync(cancellation);
        return inserted;
    }

    /// <summary>Chunks are taken side by side; closing waits for them, and they for it.</summary>
    private static async Task LockAsync(NpgsqlTransaction transaction, string how, Guid visit, CancellationToken cancellation)
    {
        await using NpgsqlCommand take = new($"select {how}(hashtextextended('recording/' || $1, 0))", transaction.Connection, transaction)
        {
            Parameters = { new() { Value = visit.ToString() } },
        };
        await take.ExecuteNonQueryAsync(cancellation);
    }

    private static void Add(NpgsqlCommand command, params ReadOnlySpan<object> values)
    {
        foreach (object value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
    }
}
