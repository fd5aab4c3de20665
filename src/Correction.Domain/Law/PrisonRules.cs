using System.Collections.Immutable;
using NodaTime;

namespace Correction.Domain.Law;

/// <summary>
/// Visits to prisoners. The Prison Law was wholly revised on 2026-04-30; the new text is in force from 2026-11-01. The
/// ministry's rules of 2016 were written under the old one and are still in force; of their clauses on video visits no
/// article number was at hand.
/// </summary>
internal static class PrisonRules
{
    private const string PrisonLaw = "中华人民共和国监狱法";
    private const string Ministry = "罪犯会见通信规定（司发通〔2016〕118号）";

    private static readonly LocalDate OldLaw = new(1994, 12, 29);
    private static readonly LocalDate NewLaw = new(2026, 11, 1);
    private static readonly LocalDate MinistryRules = new(2016, 12, 5);

    public static ImmutableArray<RuleVersion> All { get; } =
    [
        .. Renumbered("visit", "48", "69 ¶1"),
        .. Renumbered("visitArrangement", "48", "69 ¶2"),
        New("lawyerVisit", "70"),
        New("visitBreach", "71"),
        New("minorPrisonerVisits", "111"),
        Rule2016("visitForms", "2", verified: true),
        Rule2016("visitPapers", "6", verified: true),
        Rule2016("videoVisit", "视频会见", verified: false),
    ];

    private static RuleVersion[] Renumbered(string id, string old, string now) =>
    [
        new(id, new LegalBasis(PrisonLaw, old), OldLaw, NewLaw.PlusDays(-1), null, PeriodUnit.None, Verified: true),
        New(id, now),
    ];

    private static RuleVersion New(string id, string article) => new(id, new LegalBasis(PrisonLaw, article), NewLaw, null, null, PeriodUnit.None, Verified: true);

    private static RuleVersion Rule2016(string id, string article, bool verified) =>
        new(id, new LegalBasis(Ministry, article), MinistryRules, null, null, PeriodUnit.None, verified);
}
