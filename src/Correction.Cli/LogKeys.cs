using Correction.Ledger;

namespace Correction.Cli;

/// <summary>The keys that a log's checkpoints are believed under.</summary>
public static class LogKeys
{
    /// <param name="trusted">The key that the auditor was given, with those that it leads to by endorsements; null: whatever keys the log names.</param>
    public static async Task<IReadOnlyCollection<VerifierKey>> ReadAsync(LogSource source, VerifierKey? trusted, CancellationToken cancellation)
    {
        VerifierKey[] named = VerifierKey.ParseAll(await source.ReadAsync("key", cancellation) ?? []);
        var endorsements = new List<(VerifierKey, SignedNote)>();
        foreach (VerifierKey key in named) // also where none is needed: a copy that is saved holds them for whoever needs them
        {
            if (await source.ReadAsync($"endorsement/{key.IdText}", cancellation) is { } note)
            {
                endorsements.Add((key, SignedNote.Parse(System.Text.Encoding.UTF8.GetString(note))));
            }
        }

        return trusted is null ? named : KeyEndorsement.Follow(trusted, endorsements);
    }
}
