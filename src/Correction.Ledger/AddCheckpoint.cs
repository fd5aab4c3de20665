using System.Collections.Immutable;
using System.Globalization;

namespace Correction.Ledger;

/// <summary>What a log sends to a witness to have a checkpoint cosigned (C2SP tlog-witness, <c>add-checkpoint</c>).</summary>
/// <param name="OldSize">Of the checkpoint that the witness cosigned last; 0: none.</param>
/// <param name="Proof">That the old tree is the beginning of the new one (RFC 6962 section 2.1.2); empty where the old size is 0.</param>
public sealed record AddCheckpoint(long OldSize, ImmutableArray<byte[]> Proof, SignedNote Checkpoint)
{
    /// <summary>The size that the witness knows, from its answer 409; null where that is no size.</summary>
    public static long? ParseSize(string answer) =>
        answer.EndsWith('\n') && long.TryParse(answer.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out long size) ? size : null;

    /// <summary>The checkpoint with the cosignatures of an answer that are this witness's and fit; null where none is.</summary>
    public static SignedNote? Cosigned(SignedNote checkpoint, string answer, VerifierKey witness)
    {
        NoteSignature[] valid;
        try
        {
            valid = [.. answer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(NoteSignature.Parse).Where(line => witness.Verifies(line, checkpoint.Text))];
        }
        catch (FormatException)
        {
            return null;
        }

        return valid is [] ? null : checkpoint with { Signatures = [.. checkpoint.Signatures, .. valid] };
    }

    /// <summary>The body of the request.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"old {OldSize}\n{string.Concat(Proof.Select(hash => Convert.ToBase64String(hash) + "\n"))}\n{Checkpoint}");
}
