using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NodaTime;

namespace Correction.Domain.CaseFiles;

// A case file as it left the house: stream case-file/{SHA-256 of its bytes, lower-case hex}. Whoever holds the file finds by
// it what was put on record when it was issued; a file of which nothing is on record was not issued here, or was altered.

/// <summary>A command to one case file.</summary>
public abstract record CaseFileCommand;

/// <summary>A fact of stream <c>case-file/{SHA-256}</c>.</summary>
public interface ICaseFileEvent : IDomainEvent;

/// <summary>An event as the file tells it.</summary>
/// <param name="LeafHash">Its leaf hash in the ledger (RFC 6962) as it stood when the file was made; lower-case hex.</param>
public sealed record ToldEvent(long Sequence, string LeafHash);

/// <param name="Of">Key of the stream of the person or visit whose case it is.</param>
/// <param name="Jurisdiction">Whose auditors may verify it.</param>
/// <param name="Purpose">Why, as whoever asked for it stated it; null where nothing was stated.</param>
/// <param name="Events">What the file tells, in order of sequence.</param>
public sealed record IssueCaseFile(string Of, Jurisdiction Jurisdiction, string? Purpose, ImmutableArray<ToldEvent> Events) : CaseFileCommand;

public sealed record CaseFileIssued(string Of, Jurisdiction Jurisdiction, string? Purpose, ImmutableArray<ToldEvent> Events) : ICaseFileEvent
{
    /// <summary>Sequence of the last event that the file tells.</summary>
    [JsonIgnore]
    public long UpTo => Events[^1].Sequence;
}

/// <param name="Issued">Null: nothing is on record of such a file.</param>
public sealed record CaseFileState(CaseFileIssued? Issued)
{
    public static CaseFileState Initial { get; } = new(Issued: null);
}

/// <summary>A file is issued once: the same bytes say the same.</summary>
public static class CaseFileDecider
{
    public static Decision<ICaseFileEvent> Decide(CaseFileState state, CaseFileCommand command) => command switch
    {
        IssueCaseFile when state.Issued is not null => Decision<ICaseFileEvent>.AlreadySo,
        IssueCaseFile { Events.IsEmpty: true } => Decision<ICaseFileEvent>.Refuse(RefusalKind.Rule, "caseFileEmpty", "A case file tells at least how the case began."),
        IssueCaseFile issue => Decision<ICaseFileEvent>.Accept(new CaseFileIssued(issue.Of, issue.Jurisdiction, issue.Purpose, issue.Events)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Total: any event in any state yields a state.</summary>
    public static CaseFileState Evolve(CaseFileState state, ICaseFileEvent happened, Instant occurredAt) =>
        happened is CaseFileIssued issued ? new CaseFileState(state.Issued ?? issued) : state;
}
