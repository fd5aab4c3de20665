using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Correction.Domain.Law;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Subjects;

// Erasure of personal data (删除个人信息, Personal Information Protection Law Art. 47): the leader of the county orders that
// the rows which name a subject go. Events stay, each with the salted hash of a row that no longer stands: who the person
// was cannot be told any more, what happened and who decided can, and every proof over the events holds.

/// <summary>The grounds of Art. 47 ¶1 that a correction office can meet.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ErasureGround>))]
public enum ErasureGround
{
    /// <summary>处理目的已实现、无法实现或者为实现处理目的不再必要</summary>
    [JsonStringEnumMemberName("purposeFulfilled")] PurposeFulfilled = 1,

    /// <summary>保存期限已届满</summary>
    [JsonStringEnumMemberName("retentionOver")] RetentionOver = 2,

    /// <summary>违反法律、行政法规或者违反约定处理个人信息, such as the registration of the wrong person</summary>
    [JsonStringEnumMemberName("unlawfullyProcessed")] UnlawfullyProcessed = 4,
}

/// <param name="Rows">All rows of personal data that events about the subject refer to and that still stand.</param>
public sealed record ErasePersonalData(ErasureGround Ground, ImmutableArray<Guid> Rows) : SubjectCommand;

/// <summary>The Journal takes the rows out in the transaction that stores this event.</summary>
public sealed record PersonalDataErased(ErasureGround Ground, ImmutableArray<Guid> Rows) : ISubjectEvent;

internal static class Erasure
{
    public static Decision<ISubjectEvent> Decide(Registered subject, ErasePersonalData command, DecisionContext context)
    {
        LocalDate today = ChinaTime.DateOf(context.Now);
        LegalBasis basis = LawBook.Basis("erasure", today);
        if (context.Actor.Role != Role.Leader)
        {
            return Decision<ISubjectEvent>.Refuse(RefusalKind.Power, "leaderRequired", "Only the leader of the county orders an erasure.", basis);
        }

        if (command.Ground != ErasureGround.UnlawfullyProcessed && today <= subject.Term.To)
        {
            return Decision<ISubjectEvent>.Refuse(
                RefusalKind.Rule, "termRunning", "The data serve their purpose until the term of correction is over; before, only unlawful processing is a ground.", basis);
        }

        ImmutableArray<Guid> standing = [.. command.Rows.Except(subject.Erased)];
        return standing.IsEmpty ? Decision<ISubjectEvent>.AlreadySo : Decision<ISubjectEvent>.Accept(new PersonalDataErased(command.Ground, standing), basis);
    }
}
