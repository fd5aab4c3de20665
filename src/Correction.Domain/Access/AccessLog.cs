using System.Collections.Immutable;

namespace Correction.Domain.Access;

// Who looked at whose data (个人信息保护法 Art. 54, 56; Community Correction Law Art. 54): every read of a person's data is a
// fact of stream access/{account}/{date}.

/// <param name="Subjects">Whose data was shown.</param>
/// <param name="What">What was shown: <c>subject</c>, <c>subjects</c>, <c>track</c>, <c>position</c>, <c>events</c>, <c>alert</c>, <c>board</c>.</param>
/// <param name="Via"><c>api</c>, <c>page</c> or <c>hub</c>.</param>
/// <param name="Purpose">Why, as the reader stated it; null where none was asked.</param>
public sealed record PersonalDataViewed(ImmutableArray<SubjectId> Subjects, string What, string Via, string? Purpose) : IAccessEvent;

public interface IAccessEvent : IDomainEvent;
