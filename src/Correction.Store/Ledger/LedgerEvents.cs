using System.Runtime.CompilerServices;
using System.Text.Json;
using Correction.Ledger;
using Npgsql;

namespace Correction.Store.Ledger;

/// <summary>Reads the rows of events as they stand, past Marten and past every type: a leaf must not depend on code that changes.</summary>
internal static class LedgerEvents
{
    private const string Columns =
        """
        e.seq_id, e.id, e.stream_id, e.version, e.type, e.timestamp, e.causation_id, e.headers ->> 'occurredAt', e.headers ->> 'account',
        e.headers ->> 'role', e.headers ->> 'jurisdiction', e.headers ->> 'basis', case when e.bdata is null then e.data::text end, e.bdata
        """;

    /// <summary>After one sequence, up to another, in order; so many at most.</summary>
    public const string Range = $"select {Columns} from correction.mt_events e where e.seq_id > $1 and e.seq_id <= $2 order by e.seq_id limit $3";

    /// <summary>These, in order. One that is gone is missing.</summary>
    public const string OfSequences = $"select {Columns} from correction.mt_events e where e.seq_id = any($1) order by e.seq_id";

    /// <summary>
    /// What stands where some leaves were sealed, in order: every event after the leaf before them, up to the last of them. One
    /// that is gone is missing, and one that was never sealed is there too. What one tile leaves out the next one shows.
    /// </summary>
    public const string OfLeaves =
        $"""
        select {Columns} from correction.mt_events e
        where e.seq_id > coalesce((select sequence from correction.ledger_leaf where index = $1 - 1), '-9223372036854775808'::bigint) and e.seq_id <= (select sequence from correction.ledger_leaf where index = $2 - 1)
        order by e.seq_id
        """;

    public static async IAsyncEnumerable<LedgerEvent> ReadAsync(NpgsqlCommand select, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            bool isBinary = !row.IsDBNull(13);
            JsonElement data = isBinary ? JsonSerializer.SerializeToElement(row.GetFieldValue<byte[]>(13)) : JsonElement.Parse(row.GetString(12));
            yield return new LedgerEvent(
                row.GetGuid(1), row.GetInt64(0), row.GetString(2), row.GetInt64(3), row.GetString(4), Text(row, 7), row.GetDateTime(5),
                Text(row, 8), Text(row, 9), Text(row, 10), Text(row, 11), Text(row, 6), data, isBinary);
        }
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
