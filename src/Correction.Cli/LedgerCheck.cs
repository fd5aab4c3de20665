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
/// <param name="source">What is served below the log's prefix.</param>
/// <param name="take">Is given each entry that fits, by its leaf.</param>
public sealed class LedgerCheck(LogSource source, Action<long, EventName, byte[]>? take = null)
{
    private readonly TileFrontier _tree = new();
    private readonly Dictionary<(int Level, long Tile), List<byte[]>> _nodes = [];
    private readonly Dictionary<long, byte[]> _roots = [];
    private EventName? _last;

    /// <param name="trusted">Null: the log's own keys are believed.</param>
    /// <param name="earlier">Notes that were kept from before.</param>
    /// <returns>The checkpoint that all of it fits.</returns>
    /// <exception cref="LedgerUnfitException">The first thing that does not fit.</exception>
    public async Task<Checkpoint> RunAsync(VerifierKey? trusted, IReadOnlyCollection<string> earlier, CancellationToken cancellation)
    {
        VerifierKey[] keys = trusted is not null ? [trusted] : VerifierKey.ParseAll(await ReadAsync("key", cancellation));
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
            Require(kept.Origin == now.Origin, $"The log is {now.Origin}, and the checkpoint of {kept.Size} leaves is of {kept.Origin}.");
            Require(kept.Size <= now.Size, $"{(_last is null ? "The log is empty" : $"The log ends with {_last} (leaf {now.Size - 1})")}: every event after it is gone, up to leaf {kept.Size - 1} that a checkpoint was kept of.");
            Require(root.AsSpan().SequenceEqual(kept.Root), $"The log of {now.Size} leaves does not continue the checkpoint of {kept.Size}: one of the first {kept.Size} leaves was replaced.");
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
        EventName[] names = await NamesAsync(tile, cancellation);
        for (int at = 0; at < tile.Width; at++)
        {
            byte[] leaf = hashes[(at * MerkleTree.HashLength)..((at + 1) * MerkleTree.HashLength)];
            EventName? found = at < entries.Count ? EventName.Of(entries[at]) : null;
            bool fits = at < entries.Count && MerkleTree.LeafHash(entries[at]).AsSpan().SequenceEqual(leaf);
            Require(fits, Finding(tile.First + at, at < names.Length ? names[at] : null, found, at < entries.Count));
            Require(found is not null, $"Leaf {tile.First + at} is no event.");
            Require(found!.Sequence > (_last?.Sequence ?? 0), $"Leaf {tile.First + at} is out of order: {found}.");
            _last = found;
            take?.Invoke(tile.First + at, found, entries[at]);
            foreach (TileNode node in _tree.Append(leaf))
            {
                (_nodes.TryGetValue((node.Level, node.Index / Tile.FullWidth), out List<byte[]>? nodes) ? nodes : _nodes[(node.Level, node.Index / Tile.FullWidth)] = []).Add(node.Hash);
            }

            if (before.Any(kept => kept.Size == _tree.Size))
            {
                _roots[_tree.Size] = _tree.Root();
            }
        }

        Require(entries.Count == tile.Width, entries.Count > tile.Width ? Unsealed(tile.First + tile.Width, EventName.Of(entries[tile.Width])) : string.Empty);
    }

    /// <summary>What became of a leaf that is not the hash of what stands in its place, all before it being whole.</summary>
    /// <param name="named">As which event it was sealed; null where that is not told.</param>
    /// <param name="found">What stands in its place; null: nothing, or no event.</param>
    private static string Finding(long leaf, EventName? named, EventName? found, bool any) => (named, found) switch
    {
        ({ } gone, _) when !any || found?.Sequence > gone.Sequence => $"Gone: {gone} (leaf {leaf}).",
        ({ } sealedAs, { } other) when other.Sequence < sealedAs.Sequence => Unsealed(leaf, other),
        ({ } changed, { } same) when same.IsSame(changed) => $"Changed since it was sealed: {same} (leaf {leaf}).",
        ({ } replaced, { } other) => $"Replaced: {replaced} (leaf {leaf}); in its place stands {other}.",
        ({ } replaced, null) => $"Replaced: {replaced} (leaf {leaf}); what stands in its place is no event.",
        (null, { } other) => $"Leaf {leaf} is not what stands in its place: {other}.",
        (null, null) => any ? $"Leaf {leaf} is not what stands in its place, which is no event." : $"Gone: the event of leaf {leaf}.",
    };

    private static string Unsealed(long leaf, EventName? found) => $"Never sealed: {found?.ToString() ?? "something that is no event"}; no leaf is of it, and it stands before leaf {leaf}.";

    /// <summary>As which events the leaves of a tile were sealed; none where the log does not tell.</summary>
    private async Task<EventName[]> NamesAsync(Tile tile, CancellationToken cancellation)
    {
        string path = (tile with { Level = null }).ToString().Replace("tile/entries/", "leaves/", StringComparison.Ordinal);
        byte[] lines = await source.ReadAsync(path, cancellation) ?? [];
        return [.. Encoding.UTF8.GetString(lines).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => EventName.Read(JsonElement.Parse(line)))];
    }

    private static Checkpoint Open(string note, VerifierKey[] keys)
    {
        SignedNote signed = SignedNote.Parse(note);
        Require(signed.IsSignedBy(keys), "A checkpoint is signed by no known key, or its signature does not fit.");
        return Checkpoint.Parse(signed.Text);
    }

    private async Task<string> TextAsync(string path, CancellationToken cancellation) => Encoding.UTF8.GetString(await ReadAsync(path, cancellation));

    private async Task<byte[]> ReadAsync(string path, CancellationToken cancellation) =>
        await source.ReadAsync(path, cancellation) ?? throw new LedgerUnfitException($"{path} is missing.");

    private static void Require(bool fits, string otherwise)
    {
        if (!fits)
        {
            throw new LedgerUnfitException(otherwise);
        }
    }
}
