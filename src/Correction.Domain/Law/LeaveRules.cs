using System.Collections.Immutable;
using NodaTime;

namespace Correction.Domain.Law;

/// <summary>
/// Leave of correction subjects. The statute asks for an approval; reasons, levels and days stand in the implementation
/// measures, whose text was not at hand: these numbers are unverified until the office confirms them.
/// </summary>
internal static class LeaveRules
{
    private const string CorrectionLaw = "中华人民共和国社区矫正法";
    private const string Measures = "中华人民共和国社区矫正法实施办法";

    private static readonly LocalDate InForce = new(2020, 7, 1);

    public static ImmutableArray<RuleVersion> All { get; } =
    [
        new("leave", new LegalBasis(CorrectionLaw, "27 ¶1"), InForce, null, null, PeriodUnit.None, Verified: true),
        Measure("leaveReasons", "26"),
        Measure("leaveByStation", "27", 7, PeriodUnit.CalendarDays),
        Measure("leaveByCounty", "27", 30, PeriodUnit.CalendarDays),
        Measure("leaveTogether", "27", 30, PeriodUnit.CalendarDays),
        Measure("leaveWindow", "27", 2, PeriodUnit.Months),
        Measure("leaveReturn", "28"),
    ];

    private static RuleVersion Measure(string id, string article, int? value = null, PeriodUnit unit = PeriodUnit.None) =>
        new(id, new LegalBasis(Measures, article), InForce, null, value, unit, Verified: false);
}
