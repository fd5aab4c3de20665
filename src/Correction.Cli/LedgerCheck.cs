using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Correction.Ledger;

namespace Correction.Cli;

/// <summary>Something of the log does not fit; the message names the first event where it can be known.</summary>
public sealed class LedgerUnfitException(string message) : Exception(message);

/// <summary>
/// Verifies a log whole: signature, every leaf against its event, every tile against the leaves, the root against the
/// checkpoint, and each earlier checkpoint against the tree: those that were kept, and what each witness cosigned last.
/// </summary>
/// <param name="source">What is served below the log's prefix.</param>
/// <param name="take">Is given each entry that fits, by its leaf.</param>
public sealed class LedgerCheck(LogSource source, Action<long, EventName, byte[]>? take = null)
{
    private readonly TileFrontier _tree = new();
    private readonly Dictionary<(int Level, long Tile), List<byte[]>> _nodes = [];
    private readonly Dictionary<long, byte[]> _roots = [];
    private readonly List<string> _witnessed = [];
    private EventName? _last;

    /// <summary>Who cosigned the log, up to where and when, a line each.</summary>
    public IReadOnlyList<string> Witnessed => _witnessed;

    /// <param name="trusted">Null: the log's own keys are believed.</param>
    /// <param name="earlier">Notes that were kept from before.</param>
    /// <param name="witnesses">Who must have cosigned it; what other witnesses of the log cosigned must fit as well.</param>
    /// <returns>The checkpoint that all of it fits.</returns>
    /// <exception cref="LedgerUnfitException">The first thing that does not fit.</exception>
    public async Task<Checkpoint> RunAsync(VerifierKey? trusted, IReadOnlyCollection<string> earlier, IReadOnlyCollection<VerifierKey> witnesses, CancellationToken cancellation)
    {
        IReadOnlyCollection<VerifierKey> keys = await LogKeys.ReadAsync(source, trusted, cancellation);
        List<(Checkpoint Signed, string Whose)> before = [.. earlier.Select(note => (Open(note, keys), "a checkpoint was kept of"))];
        await foreach ((VerifierKey witness, SignedNote note) in CosignedAsync(witnesses, cancellation))
        {
            before.Add((Open(note.ToString(), keys), $"{witness.Name} cosigned"));
        }

        Checkpoint now = Open(await TextAsync("checkpoint", cancellation), keys);
        foreach (Tile tile in Tile.Of(now.Size))
        {
            await CheckAsync(tile, before, cancellation);
        }

        Require(_tree.Root().AsSpan().SequenceEqual(now.Root), $"The root of {now.Size} leaves is not the checkpoint's.");
        foreach ((Checkpoint kept, string whose) in before.OrderBy(kept => kept.Signed.Size))
        {
            byte[] root = kept.Size == 0 ? MerkleTree.EmptyRoot() : _roots.GetValueOrDefault(kept.Size) ?? [];
            Require(kept.Origin == now.Origin, $"The log is {now.Origin}, and the checkpoint of {kept.Size} leaves that {whose} is of {kept.Origin}.");
            Require(kept.Size <= now.Size, $"{(_last is null ? "The log is empty" : $"The log ends with {_last} (leaf {now.Size - 1})")}: every event after it is gone, up to leaf {kept.Size - 1} that {whose}.");
            Require(root.AsSpan().SequenceEqual(kept.Root), $"The log of {now.Size} leaves does not continue that of {kept.Size} which {whose}: one of the first {kept.Size} leaves was replaced.");
        }

        return now;
    }

    /// <summary>What each witness cosigned last.</summary>
    private async IAsyncEnumerable<(VerifierKey Witness, SignedNote Note)> CosignedAsync(IReadOnlyCollection<VerifierKey> demanded, [EnumeratorCancellation] CancellationToken cancellation)
    {
        VerifierKey[] named = VerifierKey.ParseAll(await source.ReadAsync("witnesses", cancellation) ?? []);
        foreach (VerifierKey witness in demanded.Union(named))
        {
            byte[]? served = await source.ReadAsync($"cosigned/{witness.IdText}", cancellation);
            Require(served is not null || !demanded.Contains(witness), $"The log shows no checkpoint that {witness.Name} cosigned.");
            if (served is not null)
            {
                SignedNote note = SignedNote.Parse(Encoding.UTF8.GetString(served));
                Require(note.IsSignedBy([witness]), $"The cosignature of {witness.Name} does not fit.");
                ulong at = note.Signatures.Single(line => witness.Verifies(line, note.Text)).CosignedAt!.Value;
                _witnessed.Add(string.Create(CultureInfo.InvariantCulture, $"Cosigned by {witness.Name} at {DateTimeOffset.FromUnixTimeSeconds((long)at):yyyy-MM-dd'T'HH:mm:ss'Z'}: {Checkpoint.Parse(note.Text).Size} leaves"));
                yield return (witness, note);
            }
        }
    }

    private async Task CheckAsync(Tile tile, List<(Checkpoint Signed, string Whose)> before, CancellationToken cancellation)
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

    private async Task AppendAsync(Tile tile, byte[] hashes, List<(Checkpoint Signed, string Whose)> before, CancellationToken cancellation)
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

            if (before.Exists(kept => kept.Signed.Size == _tree.Size))
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

    private static Checkpoint Open(string note, IReadOnlyCollection<VerifierKey> keys)
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
