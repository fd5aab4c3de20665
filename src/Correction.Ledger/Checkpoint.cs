using System.Globalization;

namespace Correction.Ledger;

/// <summary>What a log commits to (C2SP tlog-checkpoint): which log, how many leaves, which root.</summary>
/// <param name="Origin">The log's name; its keys sign under the same.</param>
public sealed record Checkpoint(string Origin, long Size, byte[] Root)
{
    /// <exception cref="FormatException">The text is no checkpoint.</exception>
    public static Checkpoint Parse(string text)
    {
        string[] lines = text.Split('\n');
        if (lines.Length < 4 || lines[0].Length == 0 || !long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out long size) || (lines[1][0] == '0' && lines[1] != "0"))
        {
            throw new FormatException("A checkpoint is three lines: the log's name, its size, its root.");
        }

        byte[] root = Convert.FromBase64String(lines[2]);
        return root.Length == MerkleTree.HashLength ? new Checkpoint(lines[0], size, root) : throw new FormatException("A root has 32 bytes.");
    }

    /// <summary>Signed by each of the keys.</summary>
    public SignedNote Sign(IEnumerable<SignerKey> keys) => new(ToString(), [.. keys.Select(key => key.Sign(ToString()))]);

    public bool IsSame(Checkpoint other) => Origin == other.Origin && Size == other.Size && Root.AsSpan().SequenceEqual(other.Root);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(Root)}\n");
}
