using System.Collections.Immutable;
using Correction.Domain.Law;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Visits;

/// <summary>The articles that decisions on visits stand on, as they were numbered on the day of the decision in China.</summary>
internal static class VisitLaw
{
    /// <summary>Who may visit.</summary>
    public static LegalBasis Visit(Instant now) => Basis("visit", now);

    /// <summary>Count, time and place, which the prison arranges.</summary>
    public static LegalBasis Arrangement(Instant now) => Basis("visitArrangement", now);

    /// <summary>Papers that prove identity and kinship.</summary>
    public static LegalBasis Papers(Instant now) => Basis("visitPapers", now);

    /// <summary>Who is not there at the fixed time has given the visit up; what may be stopped; that reasons are told.</summary>
    public static LegalBasis VideoVisit(Instant now) => Basis("videoVisit", now);

    /// <summary>Stopping a visit: the prison by the statute, once it has an article of its own; the county by the rules of 2016.</summary>
    public static ImmutableArray<LegalBasis> Stop(Instant now, Role role) =>
        role == Role.Prison && LawBook.Find("visitBreach", ChinaTime.DateOf(now)) is { } breach ? [breach.Basis, VideoVisit(now)] : [VideoVisit(now)];

    /// <summary>Lawyers: a defender is not listened to. Empty before the statute had the article.</summary>
    public static ImmutableArray<LegalBasis> Lawyer(Instant now) =>
        LawBook.Find("lawyerVisit", ChinaTime.DateOf(now)) is { } rule ? [rule.Basis] : [];

    private static LegalBasis Basis(string rule, Instant now) => LawBook.Basis(rule, ChinaTime.DateOf(now));
}
