using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Correction.Domain;
using Correction.Domain.WorkRecords;
using NodaTime;

namespace Correction.Projections;

/// <summary>What the work report counts, in the order in which it tells it. Each counts steps by when they happened.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WorkMeasure>))]
public enum WorkMeasure
{
    /// <summary>接收社区矫正对象</summary>
    [JsonStringEnumMemberName("subjectsReceived")] SubjectsReceived,

    /// <summary>远程视频会见（次）</summary>
    [JsonStringEnumMemberName("visitsHeld")] VisitsHeld,

    /// <summary>会见受惠群众（人次）</summary>
    [JsonStringEnumMemberName("visitorsMet")] VisitorsMet,

    /// <summary>调解矛盾纠纷（已结束）</summary>
    [JsonStringEnumMemberName("disputesMediated")] DisputesMediated,

    /// <summary>调解成功</summary>
    [JsonStringEnumMemberName("disputesSettled")] DisputesSettled,

    /// <summary>收到行政复议申请</summary>
    [JsonStringEnumMemberName("reconsiderationsReceived")] ReconsiderationsReceived,

    /// <summary>行政复议受理</summary>
    [JsonStringEnumMemberName("reconsiderationsAccepted")] ReconsiderationsAccepted,

    /// <summary>行政复议不予受理</summary>
    [JsonStringEnumMemberName("reconsiderationsNotAccepted")] ReconsiderationsNotAccepted,

    /// <summary>行政复议审结</summary>
    [JsonStringEnumMemberName("reconsiderationsConcluded")] ReconsiderationsConcluded,

    /// <summary>审查规范性文件</summary>
    [JsonStringEnumMemberName("documentsReviewed")] DocumentsReviewed,

    /// <summary>规范性文件备案</summary>
    [JsonStringEnumMemberName("documentsFiled")] DocumentsFiled,

    /// <summary>受理法律援助案件</summary>
    [JsonStringEnumMemberName("legalAidAccepted")] LegalAidAccepted,

    /// <summary>法律援助结案</summary>
    [JsonStringEnumMemberName("legalAidConcluded")] LegalAidConcluded,
}

/// <summary>One count as a share of another of the same period, in percent.</summary>
/// <param name="Name">camelCase.</param>
public sealed record WorkShare(string Name, WorkMeasure Part, WorkMeasure Whole)
{
    public static ImmutableArray<WorkShare> All { get; } =
    [
        new("settled", WorkMeasure.DisputesSettled, WorkMeasure.DisputesMediated),
        new("filed", WorkMeasure.DocumentsFiled, WorkMeasure.DocumentsReviewed),
        new("legalAidConcluded", WorkMeasure.LegalAidConcluded, WorkMeasure.LegalAidAccepted),
    ];
}

/// <summary>How a measure is counted over <see cref="WorkEntry"/>.</summary>
/// <param name="Step">Which of an entry's times counts.</param>
/// <param name="Events">The wire names of the events that such a step is.</param>
/// <param name="Examined">Only entries that were examined so.</param>
/// <param name="Outcome">Only entries that ended so.</param>
/// <param name="People">Whether people are counted, not entries.</param>
public sealed record MeasureRule(string Kind, WorkStep Step, ImmutableArray<string> Events, string? Examined = null, string? Outcome = null, bool People = false)
{
    public static ImmutableDictionary<WorkMeasure, MeasureRule> All { get; } = new Dictionary<WorkMeasure, MeasureRule>
    {
        [WorkMeasure.SubjectsReceived] = new(WorkEntry.Subject, WorkStep.Begun, ["subject_registered"]),
        [WorkMeasure.VisitsHeld] = Of(WorkKind.RemoteVisit, WorkStep.Begun, "visit_started", "remote_visit_held"),
        [WorkMeasure.VisitorsMet] = Of(WorkKind.RemoteVisit, WorkStep.Begun, "visitors_admitted", "remote_visit_held") with { People = true },
        [WorkMeasure.DisputesMediated] = Of(WorkKind.Mediation, WorkStep.Concluded, "mediation_concluded"),
        [WorkMeasure.DisputesSettled] = Of(WorkKind.Mediation, WorkStep.Concluded, "mediation_concluded") with { Outcome = WireNames<MediationOutcome>.Of(MediationOutcome.Agreed) },
        [WorkMeasure.ReconsiderationsReceived] = Of(WorkKind.Reconsideration, WorkStep.Begun, "reconsideration_received"),
        [WorkMeasure.ReconsiderationsAccepted] = Of(WorkKind.Reconsideration, WorkStep.Decided, "reconsideration_accepted") with { Examined = WorkEntry.Accepted },
        [WorkMeasure.ReconsiderationsNotAccepted] = Of(WorkKind.Reconsideration, WorkStep.Decided, "reconsideration_not_accepted") with { Examined = WorkEntry.NotAccepted },
        [WorkMeasure.ReconsiderationsConcluded] = Of(WorkKind.Reconsideration, WorkStep.Concluded, "reconsideration_concluded"),
        [WorkMeasure.DocumentsReviewed] = Of(WorkKind.NormativeDocument, WorkStep.Begun, "normative_document_reviewed"),
        [WorkMeasure.DocumentsFiled] = Of(WorkKind.NormativeDocument, WorkStep.Concluded, "normative_document_filed"),
        [WorkMeasure.LegalAidAccepted] = Of(WorkKind.LegalAid, WorkStep.Begun, "legal_aid_accepted"),
        [WorkMeasure.LegalAidConcluded] = Of(WorkKind.LegalAid, WorkStep.Concluded, "legal_aid_concluded"),
    }.ToImmutableDictionary();

    private static MeasureRule Of(WorkKind kind, WorkStep step, params ImmutableArray<string> events) => new(WireNames<WorkKind>.Of(kind), step, events);
}

/// <summary>One of the times of a <see cref="WorkEntry"/>.</summary>
public enum WorkStep
{
    Begun,
    Decided,
    Concluded,
}

/// <summary>The counts of one jurisdiction in one period.</summary>
/// <param name="From">First day, in China.</param>
/// <param name="To">Last day.</param>
public sealed record WorkReport(Jurisdiction Jurisdiction, LocalDate From, LocalDate To, ImmutableDictionary<WorkMeasure, long> Counts)
{
    public long this[WorkMeasure measure] => Counts[measure];

    /// <summary>
    /// Percent with one decimal, rounded half away from zero (四舍五入), as reports are: 1,159 of 1,181 is 98.1. More than 100 where
    /// more cases of earlier periods ended than new ones came. Null where the whole is 0.
    /// </summary>
    public decimal? Percent(WorkShare share) =>
        this[share.Whole] == 0 ? null : Math.Round(100m * this[share.Part] / this[share.Whole], 1, MidpointRounding.AwayFromZero);
}
