using System.Collections.Immutable;

namespace Correction.Domain.Access;

// Who looked at whose data (个人信息保护法 Art. 54, 56; Community Correction Law Art. 54): every read of a person's data is a
// fact of stream access/{account}/{date}.

/// <param name="Subjects">Whose data was shown.</param>
/// <param name="What">What was shown: one of <see cref="AccessWords.Things"/>.</param>
/// <param name="Via">One of <see cref="AccessWords.Ways"/>.</param>
/// <param name="Purpose">Why, as the reader stated it; null where none was asked.</param>
/// <param name="Persons">Keys of the streams of relatives and prisoners whose data was shown; absent where it was nobody's.</param>
public sealed record PersonalDataViewed(ImmutableArray<SubjectId> Subjects, string What, string Via, string? Purpose, ImmutableArray<string>? Persons = null) : IAccessEvent;

public interface IAccessEvent : IDomainEvent;

/// <summary>The words of the record, for who asks for them.</summary>
public static class AccessWords
{
    public static ImmutableArray<string> Things { get; } =
    [
        "alert", "alerts", "board", "caseFile", "caseFileProof", "commands", "events", "hindsight", "leaves", "paper", "position", "prisoner", "recording", "relative", "relatives", "replay",
        "subject", "subjectPage", "subjects", "track", "visit", "visits",
    ];

    public static ImmutableArray<string> Ways { get; } = ["api", "page", "hub", "export"];
}
