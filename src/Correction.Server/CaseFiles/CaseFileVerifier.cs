using System.Collections.Immutable;
using System.Security.Claims;
using System.Security.Cryptography;
using Correction.Domain;
using Correction.Domain.CaseFiles;
using Correction.Domain.Visits;
using Correction.Grains.Visits;
using Correction.Ledger;
using Correction.Server.Access;
using Correction.Server.Accounts;
using Correction.Server.Api.Visits;
using Correction.Store.Ledger;
using Correction.Store.Reading;

namespace Correction.Server.CaseFiles;

/// <summary>
/// Proves a case file by the hash of its bytes: that it was issued, that the signed ledger holds the event which says so, and
/// that each event which the file tells stands and is sealed as the file tells it. The look is on record before anything is told.
/// </summary>
internal sealed class CaseFileVerifier(EventReader events, LedgerLeaves leaves, LedgerTree ledger, LedgerCheckpoints checkpoints, IGrainFactory grains, AccessRecorder access)
{
    /// <summary>By what a file is known: SHA-256 of its bytes, lower-case hex.</summary>
    public static async Task<string> HashOfAsync(Stream file, CancellationToken cancellation) => Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation));

    /// <summary>Null where no such file was issued within the reader's jurisdiction.</summary>
    public async Task<CaseFileProof?> FindAsync(ClaimsPrincipal reader, string sha256, string via, string? purpose, CancellationToken cancellation)
    {
        if (await events.ReadStreamAsync(StreamKeys.CaseFile(sha256), cancellation) is not [{ Data: CaseFileIssued issued } happened, ..] || !reader.Covers(issued.Jurisdiction))
        {
            return null;
        }

        await RecordAsync(reader.Actor(), StreamKeys.Parse(issued.Of), via, purpose);
        long[] sequences = [.. issued.Events.Select(told => told.Sequence), happened.Sequence];
        ImmutableSortedDictionary<long, byte[]> stored = await leaves.ReadAsync(sequences, cancellation);
        var found = new CaseFileProof(sha256, issued, happened, Seal: null, [.. issued.Events.Select(told => Compare(told, stored)).OfType<UnfitEvent>()]);
        return await SealingAsync(sequences, cancellation) is { } sealing && sealing.Places.ContainsKey(happened.Sequence)
            ? await ProveAsync(found, stored, sealing, cancellation)
            : found;
    }

    private async Task RecordAsync(Actor actor, (string Kind, string Id) of, string via, string? purpose)
    {
        const string What = "caseFileProof";
        if (of.Kind == "subject" && SubjectId.TryParse(of.Id, out SubjectId subject))
        {
            await access.RecordAsync(actor, [subject], What, via, purpose);
        }
        else if (of.Kind == "visit" && VisitId.TryParse(of.Id, out VisitId visit) && await grains.Visit(visit).Read() is { } found)
        {
            await access.RecordAsync(actor, found.Persons(), What, via, purpose);
        }
    }

    private static async Task<CaseFileProof> ProveAsync(CaseFileProof found, ImmutableSortedDictionary<long, byte[]> stored, Sealing sealing, CancellationToken cancellation)
    {
        var unfit = found.Unfit.ToDictionary(known => known.Sequence);
        ImmutableArray<byte[]>? path = null;
        foreach ((long sequence, byte[] leaf) in stored.Where(leaf => !unfit.ContainsKey(leaf.Key)))
        {
            path = await sealing.PathAsync(sequence, MerkleTree.LeafHash(leaf), cancellation);
            if (path is null)
            {
                unfit[sequence] = new(sequence, Misfit.NotSealed);
            }
        }

        long issued = found.Happened.Sequence; // later than all that the file tells: the last path is its own
        return found with
        {
            Seal = path is { } proven ? new Seal(sealing.Note, sealing.Signed, stored[issued], sealing.Places[issued], proven) : null,
            Unfit = [.. unfit.Values.OrderBy(known => known.Sequence)],
        };
    }

    private static UnfitEvent? Compare(ToldEvent told, ImmutableSortedDictionary<long, byte[]> stored) =>
        !stored.TryGetValue(told.Sequence, out byte[]? leaf) ? new(told.Sequence, Misfit.Gone)
        : Convert.ToHexStringLower(MerkleTree.LeafHash(leaf)) != told.LeafHash ? new(told.Sequence, Misfit.Altered)
        : null;

    /// <summary>The latest checkpoint that a key of the log signed, and where events stand in it; null before the first.</summary>
    private async Task<Sealing?> SealingAsync(long[] sequences, CancellationToken cancellation)
    {
        if (await checkpoints.LatestAsync(cancellation) is not { } note || !note.IsSignedBy([.. (await checkpoints.KeysAsync(cancellation)).Select(key => key.Key)]))
        {
            return null;
        }

        Checkpoint signed = Checkpoint.Parse(note.Text);
        return new Sealing(ledger.Of(signed.Size), note, signed, await leaves.PlacesAsync(sequences, signed.Size, cancellation));
    }

    private sealed record Sealing(TiledTree Tree, SignedNote Note, Checkpoint Signed, ImmutableDictionary<long, long> Places)
    {
        /// <summary>The path that proves it; null where the signed tree does not hold this leaf for this event.</summary>
        public async Task<ImmutableArray<byte[]>?> PathAsync(long sequence, byte[] leafHash, CancellationToken cancellation)
        {
            if (!Places.TryGetValue(sequence, out long place))
            {
                return null;
            }

            try
            {
                ImmutableArray<byte[]> path = await Tree.InclusionAsync(place, cancellation);
                return MerkleProof.Includes(place, leafHash, Signed.Size, path, Signed.Root) ? path : null;
            }
            catch (InvalidDataException)
            {
                return null; // the ledger's own tables lack what was signed
            }
        }
    }
}
