using System.Text;
using System.Text.Json;
using Correction.Projections;
using Correction.Store.Reading;
using Marten;
using Npgsql;

namespace Correction.Store.Ledger;

/// <summary>
/// The states of a read model as they stand, for an auditor who folds the log's events and compares. The daemon commits its
/// rows together with its place, so a snapshot of both is the fold of the events up to that place and of no other.
/// </summary>
public sealed class LedgerStates(IDocumentStore documents, NpgsqlDataSource database, TimeProvider time)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Writes newline-delimited JSON: first the read model's name, its revision and the sequence of the last event that is in it;
    /// then of each stream its key and its state. Nothing is written before a signed checkpoint covers these events.
    /// </summary>
    /// <returns>False where none did in time: nothing was written.</returns>
    public async Task<bool> WriteAsync(ReadModel model, Stream lines, CancellationToken cancellation)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        await using NpgsqlTransaction snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation);
        long place = await PlaceAsync(connection, model, cancellation);
        if (!await WaitUntilSignedAsync(place, cancellation))
        {
            return false;
        }

        await using var writer = new StreamWriter(lines, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        await writer.WriteLineAsync(JsonSerializer.Serialize(new { name = model.Name, revision = model.Revision, sequence = place }));
        await using NpgsqlCommand read = new($"select jsonb_build_object('stream', id, 'state', data)::text from {documents.TableOf(model.Document)} order by id", connection) { CommandTimeout = 0 };
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            await writer.WriteLineAsync(row.GetString(0).AsMemory(), cancellation);
        }

        await writer.FlushAsync(cancellation);
        return true;
    }

    private static async Task<long> PlaceAsync(NpgsqlConnection connection, ReadModel model, CancellationToken cancellation)
    {
        await using NpgsqlCommand read = new("select coalesce(max(last_seq_id), 0) from correction.mt_event_progression where name = $1", connection);
        read.Parameters.Add(new() { Value = model.Progress });
        return (long)(await read.ExecuteScalarAsync(cancellation))!;
    }

    private async Task<bool> WaitUntilSignedAsync(long place, CancellationToken cancellation)
    {
        long begun = time.GetTimestamp();
        while (!await IsSignedAsync(place, cancellation))
        {
            if (time.GetElapsedTime(begun) > Patience)
            {
                return false;
            }

            await Task.Delay(Step, time, cancellation);
        }

        return true;
    }

    private async Task<bool> IsSignedAsync(long place, CancellationToken cancellation)
    {
        await using NpgsqlCommand find = database.CreateCommand(
            """
            select not exists (
                select from correction.mt_events where seq_id <= $1 and seq_id > coalesce((
                    select leaf.sequence from correction.ledger_checkpoint as signed join correction.ledger_leaf as leaf on leaf.index = signed.size - 1
                    order by signed.id desc limit 1), 0))
            """);
        find.Parameters.Add(new() { Value = place });
        return await find.ExecuteScalarAsync(cancellation) is true;
    }
}
