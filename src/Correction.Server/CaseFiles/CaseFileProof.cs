using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Correction.Domain.CaseFiles;
using Correction.Ledger;
using Correction.Store.Reading;

namespace Correction.Server.CaseFiles;

/// <summary>How an event that a case file tells differs from what is stored or sealed now.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Misfit>))]
internal enum Misfit
{
    /// <summary>It is not stored any more.</summary>
    [JsonStringEnumMemberName("gone")] Gone,

    /// <summary>It is stored with another content than the file tells.</summary>
    [JsonStringEnumMemberName("altered")] Altered,

    /// <summary>The signed ledger does not hold it as the file tells it.</summary>
    [JsonStringEnumMemberName("notSealed")] NotSealed,
}

/// <param name="Sequence">Of the event.</param>
internal sealed record UnfitEvent(long Sequence, Misfit Misfit);

/// <summary>The proof that the signed ledger holds the event that a file was issued.</summary>
/// <param name="Note">The signed checkpoint.</param>
/// <param name="Entry">The event as an entry of the ledger: canonical JSON.</param>
/// <param name="Index">Of the leaf.</param>
/// <param name="Path">From the leaf's sibling up to the checkpoint's root.</param>
internal sealed record Seal(SignedNote Note, Checkpoint Checkpoint, byte[] Entry, long Index, ImmutableArray<byte[]> Path);

/// <summary>What is on record of a case file, and whether it still stands.</summary>
/// <param name="Happened">The event by which it was issued.</param>
/// <param name="Seal">Null: no signed checkpoint covers that event yet; one does within seconds.</param>
/// <param name="Unfit">The events of the file that do not stand as it tells them, in order of sequence.</param>
internal sealed record CaseFileProof(string Sha256, CaseFileIssued Issued, RecordedEvent Happened, Seal? Seal, ImmutableArray<UnfitEvent> Unfit);
