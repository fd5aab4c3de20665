using Correction.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace Correction.Store.Ledger;

/// <summary>Writes leaves and the nodes that they complete.</summary>
internal static class LedgerCopy
{
    public static async Task WriteAsync(NpgsqlConnection connection, TileFrontier edge, IReadOnlyCollection<LedgerEvent> events, CancellationToken cancellation)
    {
        byte[][] hashes = [.. events.AsParallel().AsOrdered().Select(happened => MerkleTree.LeafHash(happened.Leaf()))];
        var nodes = new List<TileNode>();
        await using (NpgsqlBinaryImporter leaves = await connection.BeginBinaryImportAsync(
            "copy correction.ledger_leaf (index, sequence, stream_id, version, hash) from stdin (format binary)", cancellation))
        {
            foreach ((LedgerEvent happened, byte[] hash) in events.Zip(hashes))
            {
                await leaves.StartRowAsync(cancellation);
                await leaves.WriteAsync(edge.Size, NpgsqlDbType.Bigint, cancellation);
                await leaves.WriteAsync(happened.Sequence, NpgsqlDbType.Bigint, cancellation);
                await leaves.WriteAsync(happened.Stream, NpgsqlDbType.Text, cancellation);
                await leaves.WriteAsync(happened.Version, NpgsqlDbType.Bigint, cancellation);
                await leaves.WriteAsync(hash, NpgsqlDbType.Bytea, cancellation);
                nodes.AddRange(edge.Append(hash));
            }

            await leaves.CompleteAsync(cancellation);
        }

        await using NpgsqlBinaryImporter copy = await connection.BeginBinaryImportAsync(
            "copy correction.ledger_node (level, index, hash) from stdin (format binary)", cancellation);
        foreach (TileNode node in nodes)
        {
            await copy.StartRowAsync(cancellation);
            await copy.WriteAsync((short)node.Level, NpgsqlDbType.Smallint, cancellation);
            await copy.WriteAsync(node.Index, NpgsqlDbType.Bigint, cancellation);
            await copy.WriteAsync(node.Hash, NpgsqlDbType.Bytea, cancellation);
        }

        await copy.CompleteAsync(cancellation);
    }
}
