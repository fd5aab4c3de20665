using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NodaTime;

namespace Correction.Domain.Visits;

/// <summary>Why a prisoner or a visitor may not be visited or visit for a time.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RestrictionReason>))]
public enum RestrictionReason
{
    /// <summary>违反会见规定（暂停会见）</summary>
    [JsonStringEnumMemberName("visitRulesBroken")] VisitRulesBroken,

    /// <summary>严管</summary>
    [JsonStringEnumMemberName("strictManagement")] StrictManagement,

    /// <summary>禁闭</summary>
    [JsonStringEnumMemberName("confinement")] Confinement,

    /// <summary>案件侦查需要</summary>
    [JsonStringEnumMemberName("investigation")] Investigation,

    /// <summary>疾病</summary>
    [JsonStringEnumMemberName("illness")] Illness,

    /// <summary>其他</summary>
    [JsonStringEnumMemberName("other")] Other,
}

/// <summary>A time without visits; both days belong to it.</summary>
/// <param name="To">Null: until it is lifted.</param>
public sealed record VisitRestriction(RestrictionReason Reason, LocalDate From, LocalDate? To)
{
    public bool InForceOn(LocalDate date) => From <= date && !IsOverBy(date);

    public bool IsOverBy(LocalDate date) => To is { } end && end < date;
}

public static class VisitRestrictions
{
    /// <summary>In force on that day, or to come.</summary>
    public static ImmutableArray<VisitRestriction> NotOverBy(this ImmutableArray<VisitRestriction> restrictions, LocalDate date) => restrictions.RemoveAll(known => known.IsOverBy(date));

    internal static bool AnyOn(this ImmutableArray<VisitRestriction> restrictions, LocalDate date) => restrictions.Any(known => known.InForceOn(date));

    /// <summary>Ends on the day before what is in force on that day, and takes back what is to come.</summary>
    internal static ImmutableArray<VisitRestriction> LiftedOn(this ImmutableArray<VisitRestriction> restrictions, LocalDate date) =>
    [
        .. restrictions.Where(known => known.From < date).Select(known => known.IsOverBy(date) ? known : known with { To = date.PlusDays(-1) }),
    ];

    /// <summary>Whether there is anything to lift on that day.</summary>
    internal static bool AnyFrom(this ImmutableArray<VisitRestriction> restrictions, LocalDate date) => !restrictions.NotOverBy(date).IsEmpty;
}
