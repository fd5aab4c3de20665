using System.Collections.Immutable;
using Correction.Domain.Law;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Visits;

// Application: relatives and guardians visit by right, others where the prison approves (Prison Law Art. 69 ¶1). What is known
// of prisoner, relatives and policy travels in the command. Begins the stream, in the commit that books the place.

/// <param name="Key">Whom the visitors name.</param>
/// <param name="Prisoner">As his prison knows him; null: no prisoner has the number.</param>
/// <param name="Visitors">As the office knows them.</param>
/// <param name="Room">Set by the day that books the place.</param>
public sealed record ApplyForVisit(
    VisitId VisitId, PrisonerKey Key, Prisoner? Prisoner, ImmutableArray<Relative> Visitors, VisitChannel Channel, Slot Slot, PolicyInForce Policy, Jurisdiction Jurisdiction, string? Room = null) : VisitCommand;

/// <param name="Jurisdiction">Of the judicial office that hosts or admits.</param>
/// <param name="Account">Who applied.</param>
public sealed record VisitApplied(
    VisitId VisitId, VisitKind Kind, string Prison, string PrisonerNumber, string Jurisdiction, string Account, ImmutableArray<Visitor> Visitors, VisitChannel Channel,
    SlotId Slot, Instant From, Instant To, string? Room, VisitTerms Terms) : IVisitEvent;

internal static class VisitApplication
{
    public static Decision<IVisitEvent> Decide(ApplyForVisit apply, DecisionContext context)
    {
        if ((Circle(apply, context) ?? Known(apply, context) ?? VisitRules.Untimely(apply.Policy.Policy, apply.Channel, apply.Slot, context)) is { } refusal)
        {
            return new Decision<IVisitEvent>.Refused(refusal);
        }

        VisitKind kind = apply.Visitors.All(visitor => visitor.Relationship == Relationship.Lawyer) ? VisitKind.Lawyer : VisitKind.Family;
        var applied = new VisitApplied(
            apply.VisitId, kind, apply.Key.Prison.Code, apply.Key.Number, apply.Jurisdiction.Code, context.Actor.Account,
            [.. apply.Visitors.Select(visitor => new Visitor(visitor.Id, visitor.Relationship, visitor.Account, visitor.Minor))],
            apply.Channel, apply.Slot.Id, apply.Slot.From, apply.Slot.To, apply.Room, apply.Policy.TermsOf(apply.Channel, apply.Slot));
        return new Decision<IVisitEvent>.Accepted(
            [applied, new VisitKinshipChecked()],
            [VisitLaw.Visit(context.Now), VisitLaw.Arrangement(context.Now), .. kind == VisitKind.Lawyer ? VisitLaw.Lawyer(context.Now) : []]);
    }

    public static Visit Evolve(VisitApplied happened) => new(
        happened.VisitId, happened.Kind, VisitStage.Applied, new PrisonerKey(Jurisdiction.Parse(happened.Prison), happened.PrisonerNumber),
        Jurisdiction.Parse(happened.Jurisdiction), happened.Account, happened.Visitors, happened.Channel, happened.Slot, happened.From, happened.To, happened.Room, happened.Terms);

    /// <summary>
    /// Who may come together; null: these. It looks at the visitors alone: whoever is not verified yet, or names another
    /// prisoner than the own, is refused alike whether or not there is such a prisoner.
    /// </summary>
    private static Refusal? Circle(ApplyForVisit apply, DecisionContext context)
    {
        ImmutableArray<Relative> visitors = apply.Visitors;
        LegalBasis who = VisitLaw.Visit(context.Now);
        return visitors.IsEmpty ? Rule("visitorRequired", "Name one visitor or more.", who)
            : visitors.Length > apply.Policy.Policy.MostVisitors
                ? Rule("tooManyVisitors", $"At most {apply.Policy.Policy.MostVisitors} visitors come to one visit at this prison.", VisitLaw.Arrangement(context.Now))
            : visitors.Any(visitor => visitor.Prisoner != apply.Key) ? Rule("notThisPrisoner", "A visitor has applied for another prisoner.", who)
            : visitors.Any(visitor => visitor.Stage == RelativeStage.Refused) ? Rule("relativeRefused", "The office has refused one of the visitors: see the reason there.", VisitLaw.Papers(context.Now))
            : visitors.Any(visitor => visitor.Stage != RelativeStage.Verified)
                ? Rule("kinshipNotChecked", "The office has still to verify a visitor: book when it has.", VisitLaw.Papers(context.Now))
            : visitors.Any(visitor => visitor.Relationship == Relationship.Lawyer) && visitors.Any(visitor => visitor.Relationship != Relationship.Lawyer)
                ? Rule("lawyerAlone", "A lawyer's visit is of its own kind: relatives come another time.", who)
            : visitors.Any(visitor => visitor.Minor && !visitors.Any(other => other.Id == visitor.Guardian && !other.Minor))
                ? Rule("guardianRequired", "A minor comes with the guardian: add the guardian to the visitors.", who)
            : null;
    }

    /// <summary>What the prison says of him; null: he may be visited.</summary>
    private static Refusal? Known(ApplyForVisit apply, DecisionContext context) => apply.Prisoner is not { } prisoner
        ? new Refusal(RefusalKind.Unknown, "prisonerUnknown", "No prisoner of this prison has this number.")
        : VisitRules.Restricted(prisoner, apply.Visitors, ChinaTime.DateOf(apply.Slot.From), context.Now);

    private static Refusal Rule(string code, string detail, LegalBasis basis) => new(RefusalKind.Rule, code, detail, [basis]);
}

/// <summary>What is checked at application, at approval, every night and at admission.</summary>
internal static class VisitRules
{
    /// <summary>Why they may not meet on that day; null: they may.</summary>
    public static Refusal? Restricted(Prisoner prisoner, ImmutableArray<Relative> visitors, LocalDate date, Instant now)
    {
        LegalBasis basis = VisitLaw.Arrangement(now);
        return prisoner.Discharged ? new Refusal(RefusalKind.Rule, "prisonerDischarged", "The prisoner is not in this prison any more.", [basis])
            : prisoner.Restrictions.AnyOn(date) ? new Refusal(RefusalKind.Rule, "prisonerRestricted", "The prisoner may not be visited on this day: the prison knows for how long.", [basis])
            : visitors.Any(visitor => visitor.Bans.AnyOn(date)) ? new Refusal(RefusalKind.Rule, "visitorRestricted", "A visitor may not visit on this day.", [basis])
            : null;
    }

    /// <summary>Lead and window bind families; the office and the prison may arrange at short notice. Null: the time is right.</summary>
    public static Refusal? Untimely(VisitPolicy policy, VisitChannel channel, Slot slot, DecisionContext context)
    {
        LegalBasis basis = VisitLaw.Arrangement(context.Now);
        int daysAhead = Period.Between(ChinaTime.DateOf(context.Now), ChinaTime.DateOf(slot.From), PeriodUnits.Days).Days;
        return channel is not (VisitChannel.Station or VisitChannel.Phone) || policy.MinutesBy(channel) <= 0
                ? new Refusal(RefusalKind.Rule, "placeNotOffered", "This prison does not offer visits from there.", [basis])
            : context.Actor.Role != Role.Family ? null
            : daysAhead < policy.LeadDays ? new Refusal(RefusalKind.Rule, "tooLate", $"Apply at least {policy.LeadDays} days ahead.", [basis])
            : daysAhead > policy.WindowDays ? new Refusal(RefusalKind.Rule, "tooEarly", $"Apply at most {policy.WindowDays} days ahead.", [basis])
            : null;
    }

    /// <summary>The same, as flags: all that stands in the way.</summary>
    public static ImmutableArray<VisitObstacle> Flags(Prisoner prisoner, ImmutableArray<Relative> visitors, LocalDate date) =>
    [
        .. prisoner.Discharged || prisoner.Restrictions.AnyOn(date) ? new[] { VisitObstacle.PrisonerRestricted } : [],
        .. visitors.Any(visitor => visitor.Bans.AnyOn(date)) ? new[] { VisitObstacle.VisitorRestricted } : [],
        .. visitors.Any(visitor => visitor.Stage != RelativeStage.Verified) ? new[] { VisitObstacle.KinshipRefused } : [],
    ];
}
