using System.Collections.Immutable;
using System.Diagnostics;
using Correction.Domain.Law;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Visits;

// A prisoner (罪犯) as visits need him, stream prisoner/{prison}/{number}: his level of treatment decides how many visits he
// has, a restriction takes them away for a time. Only his prison writes here.

public abstract record PrisonerCommand;

/// <summary>A fact of stream <c>prisoner/{prison}/{number}</c>.</summary>
public interface IPrisonerEvent : IDomainEvent;

/// <param name="Person">Where the name stands.</param>
/// <param name="Level">Level of treatment (处遇级别), a code of the prison's policy.</param>
public sealed record ReceivePrisoner(ForgettableRef Person, string Level, bool Minor) : PrisonerCommand;

public sealed record GradePrisoner(string Level) : PrisonerCommand;

public sealed record RestrictPrisonerVisits(VisitRestriction Restriction) : PrisonerCommand;

/// <summary>Lifts every restriction from today on.</summary>
public sealed record LiftPrisonerRestrictions : PrisonerCommand;

/// <summary>Released, transferred, dead: there are no visits here any more.</summary>
public sealed record DischargePrisoner : PrisonerCommand;

public sealed record PrisonerReceived(string Prison, string Number, ForgettableRef Person, string Level, bool Minor) : IPrisonerEvent;

public sealed record PrisonerGraded(string Level) : IPrisonerEvent;

public sealed record PrisonerVisitsRestricted(VisitRestriction Restriction) : IPrisonerEvent;

/// <param name="On">The first day without restriction.</param>
public sealed record PrisonerRestrictionsLifted(LocalDate On) : IPrisonerEvent;

public sealed record PrisonerDischarged : IPrisonerEvent;

/// <summary>Which prisoner.</summary>
/// <param name="Number">His number in this prison (罪犯编号): letters, digits, hyphens.</param>
public sealed record PrisonerKey(Jurisdiction Prison, string Number)
{
    /// <summary>The stream's key behind its kind.</summary>
    public override string ToString() => $"{Prison}/{Number}";

    public static bool IsNumber(string text) => text.Length is > 0 and <= 32 && text.All(character => char.IsAsciiLetterOrDigit(character) || character == '-');
}

/// <summary>Received by his prison.</summary>
public sealed record Prisoner(PrisonerKey Key, ForgettableRef Person, string Level, bool Minor, ImmutableArray<VisitRestriction> Restrictions, bool Discharged);

public sealed record PrisonerState(Prisoner? Prisoner)
{
    public static PrisonerState Initial { get; } = new((Prisoner?)null);
}

public static class PrisonerDecider
{
    /// <param name="key">Whose stream this is.</param>
    public static Decision<IPrisonerEvent> Decide(PrisonerState state, PrisonerCommand command, PrisonerKey key, DecisionContext context) => (state.Prisoner, command) switch
    {
        (null, ReceivePrisoner receive) => Decision<IPrisonerEvent>.Accept(
            new PrisonerReceived(key.Prison.Code, key.Number, receive.Person, receive.Level, receive.Minor), VisitLaw.Arrangement(context.Now)),
        (_, ReceivePrisoner) => Decision<IPrisonerEvent>.Refuse(RefusalKind.State, "alreadyReceived", "A prisoner with this number is known here."),
        (null, _) => Decision<IPrisonerEvent>.Refuse(RefusalKind.Unknown, "prisonerUnknown", "No prisoner of this prison has this number."),
        ({ Discharged: true }, DischargePrisoner) => Decision<IPrisonerEvent>.AlreadySo,
        ({ Discharged: true }, _) => Decision<IPrisonerEvent>.Refuse(RefusalKind.State, "prisonerDischarged", "This prisoner is here no more."),
        ({ } prisoner, GradePrisoner grade) => grade.Level == prisoner.Level
            ? Decision<IPrisonerEvent>.AlreadySo
            : Decision<IPrisonerEvent>.Accept(new PrisonerGraded(grade.Level), VisitLaw.Arrangement(context.Now)),
        ({ } prisoner, RestrictPrisonerVisits restrict) => Restrict(prisoner, restrict.Restriction, context),
        ({ } prisoner, LiftPrisonerRestrictions) => prisoner.Restrictions.AnyFrom(ChinaTime.DateOf(context.Now))
            ? Decision<IPrisonerEvent>.Accept(new PrisonerRestrictionsLifted(ChinaTime.DateOf(context.Now)), VisitLaw.Arrangement(context.Now))
            : Decision<IPrisonerEvent>.AlreadySo,
        ({ }, DischargePrisoner) => Decision<IPrisonerEvent>.Accept(new PrisonerDischarged()),
        _ => throw new UnreachableException(),
    };

    public static PrisonerState Evolve(PrisonerState state, IPrisonerEvent happened, Instant occurredAt) => (state.Prisoner, happened) switch
    {
        (null, PrisonerReceived received) => new PrisonerState(new Prisoner(
            new PrisonerKey(Jurisdiction.Parse(received.Prison), received.Number), received.Person, received.Level, received.Minor, [], Discharged: false)),
        ({ } prisoner, PrisonerGraded graded) => new PrisonerState(prisoner with { Level = graded.Level }),
        ({ } prisoner, PrisonerVisitsRestricted restricted) => new PrisonerState(prisoner with { Restrictions = prisoner.Restrictions.Add(restricted.Restriction) }),
        ({ } prisoner, PrisonerRestrictionsLifted lifted) => new PrisonerState(prisoner with { Restrictions = prisoner.Restrictions.LiftedOn(lifted.On) }),
        ({ } prisoner, PrisonerDischarged) => new PrisonerState(prisoner with { Discharged = true }),
        _ => state,
    };

    private static Decision<IPrisonerEvent> Restrict(Prisoner prisoner, VisitRestriction restriction, DecisionContext context)
    {
        LegalBasis basis = VisitLaw.Arrangement(context.Now);
        return prisoner.Restrictions.Contains(restriction) ? Decision<IPrisonerEvent>.AlreadySo
            : restriction.To < restriction.From ? Decision<IPrisonerEvent>.Refuse(RefusalKind.Rule, "periodReversed", "The restriction must not end before it begins.", basis)
            : Decision<IPrisonerEvent>.Accept(new PrisonerVisitsRestricted(restriction), basis);
    }
}
