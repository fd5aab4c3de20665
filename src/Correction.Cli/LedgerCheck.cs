using System.Globalization;
using System.Text;
using System.Text.Json;
using Correction.Ledger;

namespace Correction.Cli;

/// <summary>Something of the log does not fit; the message names the first event where it can be known.</summary>
public sealed class LedgerUnfitException(string message) : Exception(message);

/// <summary>
/// Verifies a log whole: signature, every leaf against its event, every tile against the leaves, the root against the
/// checkpoint, and each earlier checkpoint against the tree.
/// </summary>
/// <param name="read">Gives what is served at a path below the log's prefix; null where nothing is.</param>
public sealed class LedgerCheck(Func<string, CancellationToken, Task<byte[]?>> read)
{
    private readonly TileFrontier _tree = new();
    private readonly Dictionary<(int Level, long Tile), List<byte[]>> _nodes = [];
    private readonly Dictionary<long, byte[]> _roots = [];
    private long _sequence;

    /// <param name="trusted">Null: the log's own keys are believed.</param>
    /// <param name="earlier">Notes that were kept from before.</param>
    /// <returns>The checkpoint that all of it fits.</returns>
    /// <exception cref="LedgerUnfitException">The first thing that does not fit.</exception>
    public async Task<Checkpoint> RunAsync(VerifierKey? trusted, IReadOnlyCollection<string> earlier, CancellationToken cancellation)
    {
        VerifierKey[] keys = trusted is not null ? [trusted]
            : [.. (await TextAsync("key", cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(VerifierKey.Parse)];
        Checkpoint now = Open(await TextAsync("checkpoint", cancellation), keys);
        Checkpoint[] before = [.. earlier.Select(note => Open(note, keys)).OrderBy(checkpoint => checkpoint.Size)];
        foreach (Tile tile in Tile.Of(now.Size))
        {
            await CheckAsync(tile, before, cancellation);
        }

        Require(_tree.Root().AsSpan().SequenceEqual(now.Root), $"The root of {now.Size} leaves is not the checkpoint's.");
        foreach (Checkpoint kept in before)
        {
            byte[] root = kept.Size == 0 ? MerkleTree.EmptyRoot() : _roots.GetValueOrDefault(kept.Size) ?? [];
            Require(
                kept.Origin == now.Origin && root.AsSpan().SequenceEqual(kept.Root),
                $"The log of {now.Size} leaves does not continue the checkpoint of {kept.Size}: leaf {Math.Min(kept.Size, now.Size)} is the first that is gone, or what stands before it was replaced.");
        }

        return now;
    }

    private async Task CheckAsync(Tile tile, Checkpoint[] before, CancellationToken cancellation)
    {
        byte[] hashes = await ReadAsync(tile.ToString(), cancellation);
        Require(hashes.Length == tile.Width * MerkleTree.HashLength, $"{tile} has {hashes.Length} bytes.");
        if (tile.Level == 0)
        {
            await AppendAsync(tile, hashes, before, cancellation);
        }
        else
        {
            byte[] expected = [.. _nodes[(tile.Level!.Value, tile.Index)].SelectMany(hash => hash)];
            Require(hashes.AsSpan().SequenceEqual(expected), $"{tile} does not follow from the leaves.");
        }
    }

    private async Task AppendAsync(Tile tile, byte[] hashes, Checkpoint[] before, CancellationToken cancellation)
    {
        IReadOnlyList<byte[]> entries = EntryBundle.Read(await ReadAsync((tile with { Level = null }).ToString(), cancellation));
        for (int at = 0; at < tile.Width; at++)
        {
            byte[] leaf = hashes[(at * MerkleTree.HashLength)..((at + 1) * MerkleTree.HashLength)];
            Require(at < entries.Count, $"Leaf {tile.First + at}: its event is gone.");
            (long sequence, string name) = Describe(entries[at]);
            Require(MerkleTree.LeafHash(entries[at]).AsSpan().SequenceEqual(leaf), $"Leaf {tile.First + at} is not its event: {name}.");
            Require(sequence > _sequence, $"Leaf {tile.First + at} is out of order: {name}.");
            _sequence = sequence;
            foreach (TileNode node in _tree.Append(leaf))
            {
                (_nodes.TryGetValue((node.Level, node.Index / Tile.FullWidth), out List<byte[]>? nodes) ? nodes : _nodes[(node.Level, node.Index / Tile.FullWidth)] = []).Add(node.Hash);
            }

            if (before.Any(kept => kept.Size == _tree.Size))
            {
                _roots[_tree.Size] = _tree.Root();
            }
        }
    }

    private static (long Sequence, string Name) Describe(byte[] entry)
    {
        try
        {
            JsonElement happened = JsonElement.Parse(entry);
            long sequence = happened.GetProperty("sequence").GetInt64();
            return (sequence, string.Create(CultureInfo.InvariantCulture, $"stream {happened.GetProperty("stream")}, version {happened.GetProperty("version")}, sequence {sequence}"));
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return (0, "what stands there is no event");
        }
    }

    private static Checkpoint Open(string note, VerifierKey[] keys)
    {
        SignedNote signed = SignedNote.Parse(note);
        Require(signed.IsSignedBy(keys), "A checkpoint is signed by no known key, or its signature does not fit.");
        return Checkpoint.Parse(signed.Text);
    }

    private async Task<string> TextAsync(string path, CancellationToken cancellation) => Encoding.UTF8.GetString(await ReadAsync(path, cancellation));

    private async Task<byte[]> ReadAsync(string path, CancellationToken cancellation) =>
        await read(path, cancellation) ?? throw new LedgerUnfitException($"{path} is missing.");

    private static void Require(bool fits, string otherwise)
    {
        if (!fits)
        {
            throw new LedgerUnfitException(otherwise);
        }
    }
}
