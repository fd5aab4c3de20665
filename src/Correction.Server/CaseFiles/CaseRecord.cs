using System.Collections.Immutable;
using System.Security.Claims;
using Correction.Domain;
using Correction.Ledger;
using Correction.Server.Access;
using Correction.Server.Accounts;
using Correction.Server.Pages;
using Correction.Store.Ledger;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Server.CaseFiles;

/// <summary>What a case file tells beside the events themselves, whatever case it is.</summary>
/// <param name="LeafHashes">Of each event in the ledger, lower-case hex, by sequence.</param>
/// <param name="Notes">What was noted with them, by its row.</param>
/// <param name="Looks">Who looked; default where the reader may not know.</param>
internal sealed record CaseRecord(ImmutableSortedDictionary<long, string> LeafHashes, ImmutableDictionary<Guid, string> Notes, ImmutableArray<Look> Looks);

internal sealed class CaseRecordReader(LedgerLeaves leaves, Looks looks, LookBook book)
{
    /// <param name="seen">Ids of subjects and keys of persons: looks at one of them.</param>
    /// <param name="since">Looks from then on; null: all.</param>
    public async Task<CaseRecord> ReadAsync(
        ClaimsPrincipal reader, IReadOnlyCollection<RecordedEvent> told, ImmutableHashSet<string> seen, Instant? since, CancellationToken cancellation) => new(
        (await leaves.ReadAsync([.. told.Select(happened => happened.Sequence)], cancellation))
            .ToImmutableSortedDictionary(leaf => leaf.Key, leaf => Convert.ToHexStringLower(MerkleTree.LeafHash(leaf.Value))),
        await looks.NotesAsync([.. told.Select(happened => Details.NoteOf(happened.Data)).OfType<Guid>()], cancellation),
        reader.Actor().Role == Role.Auditor ? [.. await book.ReadAsync(reader, new LookFilter { Seen = seen, From = since }, cancellation).ToListAsync(cancellation)] : default);
}
