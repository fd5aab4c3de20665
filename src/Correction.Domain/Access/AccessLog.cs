using System.Collections.Immutable;
using NodaTime;

namespace Correction.Domain.Access;

// Who looked at whose data (个人信息保护法 Art. 54, 56; Community Correction Law Art. 54): every read of a person's data is a
// fact of stream access/{account}/{date}.

/// <param name="Subjects">Whose data was shown.</param>
/// <param name="What">What was shown: one of <see cref="AccessWords.Things"/>.</param>
/// <param name="Via">One of <see cref="AccessWords.Ways"/>.</param>
/// <param name="Purpose">Why, as the reader stated it; null where none was asked.</param>
/// <param name="Persons">Keys of the streams of relatives and prisoners whose data was shown; absent where it was nobody's.</param>
/// <param name="Export">Which export of events was ordered, or its file taken; null where none was.</param>
public sealed record PersonalDataViewed(
    ImmutableArray<SubjectId> Subjects, string What, string Via, string? Purpose, ImmutableArray<string>? Persons = null, ExportedEvents? Export = null) : IAccessEvent;

/// <summary>What an export holds, whoever its events are about; what is null does not restrict.</summary>
/// <param name="AfterSequence">Events after this one.</param>
/// <param name="UpToSequence">The last event there was when it was ordered.</param>
/// <param name="Account">Events by this account.</param>
/// <param name="From">Events that happened from then on.</param>
/// <param name="To">Events that happened before then.</param>
public sealed record ExportedEvents(string Id, long AfterSequence, long UpToSequence, string? Stream, string? Type, string? Account, Instant? From, Instant? To);

public interface IAccessEvent : IDomainEvent;

/// <summary>The words of the record, for who asks for them.</summary>
public static class AccessWords
{
    public static ImmutableArray<string> Things { get; } =
    [
        "alert", "alerts", "board", "caseFile", "caseFileProof", "commands", "events", "export", "hindsight", "leaves", "paper", "position", "prisoner", "recording", "relative", "relatives", "replay",
        "subject", "subjectPage", "subjects", "track", "visit", "visits",
    ];

    public static ImmutableArray<string> Ways { get; } = ["api", "page", "hub", "export"];
}
