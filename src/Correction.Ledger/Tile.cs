using System.Globalization;

namespace Correction.Ledger;

/// <summary>
/// Where a part of the tree is served (C2SP tlog-tiles): <c>tile/{level}/{index}[.p/{width}]</c>, or
/// <c>tile/entries/…</c> for the leaves themselves. The index stands in groups of three digits, all but the last led by an x.
/// </summary>
/// <param name="Level">Of the hashes, from 0; null: the entries.</param>
/// <param name="Width">How many hashes or entries, <see cref="FullWidth"/> at most.</param>
public readonly record struct Tile(int? Level, long Index, int Width)
{
    public const int FullWidth = 256;

    /// <summary>Powers of two in <see cref="FullWidth"/>.</summary>
    internal const int Height = 8;

    private const string Entries = "entries";
    private const int DeepestLevel = 63;

    /// <summary>Index of the first hash of its level that it holds.</summary>
    public long First => Index * FullWidth;

    public bool IsFull => Width == FullWidth;

    /// <summary>Every tile of hashes that a tree of this size has, level by level.</summary>
    /// <param name="since">Without those that the tree of its first so many leaves had, as wide as they are.</param>
    public static IEnumerable<Tile> Of(long size, long since = 0)
    {
        int level = 0;
        for (long nodes = size, had = since; nodes > had; nodes /= FullWidth, had /= FullWidth, level++)
        {
            for (long index = had / FullWidth; index * FullWidth < nodes; index++)
            {
                yield return new Tile(level, index, (int)Math.Min(FullWidth, nodes - (index * FullWidth)));
            }
        }
    }

    /// <summary>The tile of hashes that holds this hash, in a tree of this size.</summary>
    public static Tile Holding(int level, long index, long size)
    {
        long nodes = size >> (level * Height), tile = index / FullWidth;
        return new Tile(level, tile, (int)Math.Min(FullWidth, nodes - (tile * FullWidth)));
    }

    /// <summary>What stands in the path after <c>tile/</c>; false where it is no tile.</summary>
    public static bool TryParse(string path, out Tile tile)
    {
        tile = default;
        string[] parts = path.Split('/');
        int width = FullWidth;
        if (parts.Length > 2 && parts[^2].EndsWith(".p", StringComparison.Ordinal))
        {
            if (!TryParseNumber(parts[^1], FullWidth - 1, out width) || width == 0)
            {
                return false;
            }

            parts = [.. parts[..^2], parts[^2][..^2]];
        }

        int level = 0;
        if (parts.Length < 2 || (parts[0] != Entries && !TryParseNumber(parts[0], DeepestLevel, out level)) || !TryParseIndex(parts.AsSpan(1), out long index))
        {
            return false;
        }

        tile = new Tile(parts[0] == Entries ? null : level, index, width);
        return true;
    }

    /// <summary>The path from the log's prefix on.</summary>
    public override string ToString()
    {
        string index = string.Create(CultureInfo.InvariantCulture, $"{Index % 1000:D3}");
        for (long rest = Index / 1000; rest > 0; rest /= 1000)
        {
            index = string.Create(CultureInfo.InvariantCulture, $"x{rest % 1000:D3}/{index}");
        }

        string level = Level?.ToString(CultureInfo.InvariantCulture) ?? Entries;
        return string.Create(CultureInfo.InvariantCulture, $"tile/{level}/{index}{(IsFull ? string.Empty : $".p/{Width}")}");
    }

    private static bool TryParseIndex(ReadOnlySpan<string> groups, out long index)
    {
        index = 0;
        for (int at = 0; at < groups.Length; at++)
        {
            bool last = at == groups.Length - 1;
            string digits = last ? groups[at] : groups[at].TrimStart('x');
            if (digits.Length != 3 || groups[at].Length != (last ? 3 : 4) || !digits.All(char.IsAsciiDigit) || index > long.MaxValue / (1000L * FullWidth) - 1)
            {
                return false;
            }

            index = (index * 1000) + int.Parse(digits, CultureInfo.InvariantCulture);
        }

        return groups.Length == 1 || groups[0] != "x000";
    }

    /// <summary>Decimal without a leading zero.</summary>
    private static bool TryParseNumber(string text, int most, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= most && (text == "0" || text[0] != '0');
}
