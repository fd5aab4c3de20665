using System.Text.Json.Serialization;
using Correction.Domain.Law;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Subjects;

// Registration (登记接收, Community Correction Law Art. 22): the correction agency receives the subject, checks the
// documents and opens the file. Begins stream subject/{id}.

/// <summary>The four categories of Art. 2.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CorrectionCategory>))]
public enum CorrectionCategory
{
    /// <summary>管制</summary>
    [JsonStringEnumMemberName("publicSurveillance")] PublicSurveillance,

    /// <summary>缓刑</summary>
    [JsonStringEnumMemberName("probation")] Probation,

    /// <summary>假释</summary>
    [JsonStringEnumMemberName("parole")] Parole,

    /// <summary>暂予监外执行</summary>
    [JsonStringEnumMemberName("temporaryServiceOutsidePrison")] TemporaryServiceOutsidePrison,
}

/// <summary>The decision that sent the subject into correction.</summary>
public sealed record Judgment(string Court, string DocumentNumber, LocalDate EffectiveOn);

/// <summary>The term of correction; both days belong to it.</summary>
public sealed record CorrectionTerm(LocalDate From, LocalDate To)
{
    public bool Contains(LocalDate date) => From <= date && date <= To;
}

/// <param name="Person">Where name, identity number and contact stand.</param>
/// <param name="BirthDate">Only to decide whether the rules for minors apply; it does not enter the event.</param>
public sealed record RegisterSubject(
    SubjectId SubjectId,
    ForgettableRef Person,
    LocalDate BirthDate,
    CorrectionCategory Category,
    Jurisdiction Jurisdiction,
    Judgment Judgment,
    CorrectionTerm Term) : SubjectCommand;

/// <param name="MinorAtStart">
/// Under 18 when correction began: the rules for minors then apply to its end (Art. 58), so this is never recomputed.
/// </param>
public sealed record SubjectRegistered(
    SubjectId SubjectId,
    ForgettableRef Person,
    CorrectionCategory Category,
    string Jurisdiction,
    Judgment Judgment,
    CorrectionTerm Term,
    bool MinorAtStart) : ISubjectEvent;

internal static class Registration
{
    public static Decision<ISubjectEvent> Decide(SubjectState state, RegisterSubject command, DecisionContext context)
    {
        LocalDate today = ChinaTime.DateOf(context.Now);
        LegalBasis reception = LawBook.Basis("reception", today);
        if (state is not Unregistered)
        {
            return Decision<ISubjectEvent>.Refuse(RefusalKind.State, "alreadyRegistered", "This subject is registered.", reception);
        }

        if (!command.Jurisdiction.IsStation)
        {
            return Decision<ISubjectEvent>.Refuse(
                RefusalKind.Rule, "stationRequired", "A subject is registered with a judicial station: give its nine-digit code.", LawBook.Basis("delegation", today));
        }

        if (command.Term.To < command.Term.From)
        {
            return Decision<ISubjectEvent>.Refuse(RefusalKind.Rule, "termReversed", "The term must not end before it begins.", reception);
        }

        bool minor = LawBook.IsMinor(command.BirthDate, command.Term.From, lawOn: today);
        return Decision<ISubjectEvent>.Accept(
            new SubjectRegistered(
                command.SubjectId, command.Person, command.Category, command.Jurisdiction.Code, command.Judgment, command.Term, minor),
            minor ? [reception, LawBook.Basis("minors", today)] : [reception]);
    }

    public static SubjectState Evolve(SubjectRegistered happened) => new Registered
    {
        Id = happened.SubjectId,
        Person = happened.Person,
        Category = happened.Category,
        Jurisdiction = Jurisdiction.Parse(happened.Jurisdiction),
        Judgment = happened.Judgment,
        Term = happened.Term,
        MinorAtStart = happened.MinorAtStart,
    };
}
