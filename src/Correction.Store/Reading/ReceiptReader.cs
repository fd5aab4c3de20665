using Correction.Store.Journaling;
using Npgsql;

namespace Correction.Store.Reading;

/// <summary>Finds what a repeated command once led to.</summary>
public sealed class ReceiptReader(NpgsqlDataSource database)
{
    public async Task<CommandReceipt?> FindAsync(string commandId, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand find = database.CreateCommand(
            "select command_id, fingerprint, stream_key, from_version, to_version from correction.command_receipt where command_id = $1");
        find.Parameters.Add(new() { Value = commandId });
        await using NpgsqlDataReader row = await find.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? new CommandReceipt(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetInt64(4))
            : null;
    }
}
