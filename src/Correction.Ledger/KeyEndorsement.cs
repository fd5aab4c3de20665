using System.Collections.Immutable;

namespace Correction.Ledger;

/// <summary>
/// A log's own word for a new key of its, signed with one that was known before: whoever trusts the old key may trust the new
/// one. Its second line is no number, so that it can never be read as a checkpoint.
/// </summary>
public static class KeyEndorsement
{
    private const string Words = "endorses the key";

    public static SignedNote Sign(VerifierKey added, IEnumerable<SignerKey> known)
    {
        string text = TextOf(added);
        return new SignedNote(text, [.. known.Select(key => key.Sign(text))]);
    }

    /// <summary>The keys that are trusted, and those that an endorsement leads to from them.</summary>
    /// <param name="endorsements">Each with the key it is for.</param>
    public static ImmutableArray<VerifierKey> Follow(VerifierKey trusted, IEnumerable<(VerifierKey Key, SignedNote Endorsement)> endorsements)
    {
        var left = endorsements.ToList();
        ImmutableArray<VerifierKey> keys = [trusted];
        while (left.FirstOrDefault(one => one.Endorsement.Text == TextOf(one.Key) && one.Endorsement.IsSignedBy(keys)) is { Key: not null } next)
        {
            left.Remove(next);
            keys = keys.Contains(next.Key) ? keys : keys.Add(next.Key);
        }

        return keys;
    }

    private static string TextOf(VerifierKey added) => $"{added.Name}\n{Words}\n{added}\n";
}
