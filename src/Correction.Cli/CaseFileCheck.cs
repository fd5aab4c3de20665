using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Correction.Ledger;

namespace Correction.Cli;

/// <summary>
/// Verifies a case file by the hash of its bytes, which never leave the machine. That it was issued is not the server's word:
/// the signed ledger holds it, and the proof is checked here.
/// </summary>
/// <param name="get">Asks the server.</param>
/// <param name="keys">The log's keys that are believed.</param>
public sealed class CaseFileCheck(Func<string, CancellationToken, Task<JsonElement>> get, IReadOnlyCollection<VerifierKey> keys)
{
    /// <returns>What the file is, in a line.</returns>
    /// <exception cref="LedgerUnfitException">The file or one of its events does not fit.</exception>
    public async Task<string> RunAsync(Stream file, CancellationToken cancellation)
    {
        string sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation));
        JsonElement proof = await get($"api/v1/case-files/{sha256}", cancellation);
        if (proof.GetProperty("unfit").EnumerateArray().ToArray() is [var unfit, ..])
        {
            throw new LedgerUnfitException($"The file was issued, but event {unfit.GetProperty("sequence")} does not stand as it tells it: {unfit.GetProperty("misfit")}.");
        }

        if (proof.GetProperty("seal") is not { ValueKind: JsonValueKind.Object } seal)
        {
            throw new LedgerUnfitException("The file was issued, and no signed checkpoint covers it yet: verify it again in a few seconds.");
        }

        Checkpoint signed = Check(seal, sha256);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Issued at {proof.GetProperty("issuedAt")} to {proof.GetProperty("issuedBy")}: case of {proof.GetProperty("of")}, {proof.GetProperty("events")} events up to {proof.GetProperty("upTo")}. {signed.Origin}, {signed.Size} leaves, root {Convert.ToBase64String(signed.Root)}");
    }

    private Checkpoint Check(JsonElement seal, string sha256)
    {
        SignedNote note = SignedNote.Parse(seal.GetProperty("checkpoint").GetString()!);
        Require(note.IsSignedBy(keys), "The checkpoint is signed by no known key, or its signature does not fit.");
        string entry = seal.GetProperty("entry").GetString()!;
        Require(JsonElement.Parse(entry).GetProperty("stream").GetString() == $"case-file/{sha256}", "The proof is another file's.");
        Checkpoint signed = Checkpoint.Parse(note.Text);
        byte[][] path = [.. seal.GetProperty("path").EnumerateArray().Select(hash => hash.GetBytesFromBase64())];
        Require(
            MerkleProof.Includes(seal.GetProperty("index").GetInt64(), MerkleTree.LeafHash(Encoding.UTF8.GetBytes(entry)), signed.Size, path, signed.Root),
            "The signed ledger does not hold that the file was issued.");
        return signed;
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new LedgerUnfitException(otherwise);
        }
    }
}
