using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Correction.Ledger;

/// <param name="Bytes">Without the key's id.</param>
public sealed record NoteSignature(string Name, uint KeyId, byte[] Bytes)
{
    private const string Dash = "— ";

    /// <summary>Of a cosignature: when the witness saw the checkpoint, in seconds since 1970-01-01 UTC; null where there is none.</summary>
    public ulong? CosignedAt => Bytes.Length > sizeof(ulong) ? BinaryPrimitives.ReadUInt64BigEndian(Bytes) : null;

    /// <exception cref="FormatException">The line is no signature.</exception>
    public static NoteSignature Parse(string line)
    {
        string[] parts = line.StartsWith(Dash, StringComparison.Ordinal) ? line[Dash.Length..].Split(' ') : [];
        byte[] bytes = parts.Length == 2 ? Convert.FromBase64String(parts[1]) : [];
        return bytes.Length > sizeof(uint) && parts[0].Length > 0
            ? new NoteSignature(parts[0], BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes[sizeof(uint)..])
            : throw new FormatException("A signature line is a dash, a name and base64.");
    }

    /// <summary>The line, without its newline.</summary>
    public override string ToString()
    {
        byte[] id = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(id, KeyId);
        return $"{Dash}{Name} {Convert.ToBase64String([.. id, .. Bytes])}";
    }
}

/// <summary>A text with signatures (C2SP signed-note).</summary>
/// <param name="Text">Ends in a newline.</param>
public sealed record SignedNote(string Text, ImmutableArray<NoteSignature> Signatures)
{
    /// <exception cref="FormatException">It is no signed note.</exception>
    public static SignedNote Parse(string note)
    {
        int blank = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (blank < 0 || !note.EndsWith('\n') || note.Any(letter => letter < ' ' && letter != '\n'))
        {
            throw new FormatException("A signed note is a text, an empty line and signatures, each line ended.");
        }

        string[] lines = note[(blank + 2)..^1].Split('\n');
        return new SignedNote(note[..(blank + 1)], [.. lines.Select(NoteSignature.Parse)]);
    }

    /// <summary>
    /// Whether a key that is trusted signed it. A signature of such a key that does not fit spoils the note; those of others
    /// say nothing.
    /// </summary>
    public bool IsSignedBy(IReadOnlyCollection<VerifierKey> trusted)
    {
        bool[] known = [.. from signature in Signatures from key in trusted where key.Name == signature.Name && key.Id == signature.KeyId select key.Verifies(signature, Text)];
        return known.Length > 0 && known.All(valid => valid);
    }

    public override string ToString() => $"{Text}\n{string.Concat(Signatures.Select(signature => $"{signature}\n"))}";
}
