using System.Collections.Immutable;
using NodaTime;

namespace Correction.Domain.Law;

/// <summary>How a period is counted belongs to its rule.</summary>
public enum PeriodUnit
{
    None,
    CalendarDays,
    Months,
    Minutes,
}

/// <summary>One rule in one version.</summary>
/// <param name="Value">The number of the rule ("within" includes it), null where it has none.</param>
/// <param name="Verified">False where the text was not at hand: the office confirms it before it is printed.</param>
public sealed record RuleVersion(
    string Id, LegalBasis Basis, LocalDate ValidFrom, LocalDate? ValidTo, int? Value, PeriodUnit Unit, bool Verified);

/// <summary>
/// The rules as dated data. A decision takes the version in force on its date, so that replay cites what was law then.
/// Provincial and office numbers are policy, not law: they stand in configuration.
/// </summary>
public static class LawBook
{
    private const string CorrectionLaw = "中华人民共和国社区矫正法";

    private static readonly LocalDate CorrectionLawInForce = new(2020, 7, 1);

    private static readonly ImmutableArray<RuleVersion> Rules =
    [
        Statute("reception", "22"),
        Statute("delegation", "9"),
        Statute("verification", "26 ¶1"),
        Statute("electronicPositioning", "29 ¶1"),
        Statute("electronicPositioningTerm", "29 ¶2", 3, PeriodUnit.Months),
        Statute("locationUse", "29 ¶3"),
        Statute("lostContact", "30"),
        Statute("breach", "31"),
        Statute("restrictions", "23"),
        Statute("minors", "58", 18),
        new("erasure", new LegalBasis("中华人民共和国个人信息保护法", "47 ¶1"), new LocalDate(2021, 11, 1), null, null, PeriodUnit.None, Verified: true),
        .. LeaveRules.All,
        .. PrisonRules.All,
    ];

    public static ImmutableArray<RuleVersion> All => Rules;

    /// <summary>Null where no version of the rule was in force on that date.</summary>
    public static RuleVersion? Find(string id, LocalDate on) =>
        Rules.FirstOrDefault(rule => rule.Id == id && rule.ValidFrom <= on && (rule.ValidTo is not { } end || on <= end));

    /// <exception cref="InvalidOperationException">No version of the rule was in force on that date.</exception>
    public static RuleVersion InForce(string id, LocalDate on) =>
        Find(id, on)
        ?? throw new InvalidOperationException($"No version of rule '{id}' is in force on {on:uuuu-MM-dd}.");

    public static LegalBasis Basis(string id, LocalDate on) => InForce(id, on).Basis;

    /// <summary>Whether someone is under age on a date, as the law in force on another day counts it.</summary>
    /// <exception cref="InvalidOperationException">No such law was in force then.</exception>
    public static bool IsMinor(LocalDate birthDate, LocalDate on, LocalDate lawOn) =>
        Periods.AgeOn(birthDate, on) < (InForce("minors", lawOn).Value ?? throw new InvalidOperationException("The age of majority has no value."));

    private static RuleVersion Statute(string id, string article, int? value = null, PeriodUnit unit = PeriodUnit.None) =>
        new(id, new LegalBasis(CorrectionLaw, article), CorrectionLawInForce, null, value, unit, Verified: true);
}
