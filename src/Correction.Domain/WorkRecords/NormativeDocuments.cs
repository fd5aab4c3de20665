using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NodaTime;

namespace Correction.Domain.WorkRecords;

// Normative documents (规范性文件): their legality is reviewed before they are issued; issued, they are filed.

[JsonConverter(typeof(JsonStringEnumConverter<DocumentIssuer>))]
public enum DocumentIssuer
{
    /// <summary>政府</summary>
    [JsonStringEnumMemberName("government")] Government,

    /// <summary>部门</summary>
    [JsonStringEnumMemberName("department")] Department,
}

public sealed record NormativeDocumentReviewed(string Number, Jurisdiction Jurisdiction, DocumentIssuer Issuer, LocalDate On, string Source) : WorkRecordEvent(On, Source);

public sealed record NormativeDocumentFiled(LocalDate On, string Source) : WorkRecordEvent(On, Source);

public sealed record NormativeDocumentRecord(string Number, Jurisdiction Jurisdiction, DocumentIssuer Issuer, LocalDate ReviewedOn, LocalDate? FiledOn)
    : WorkRecord(Number, Jurisdiction)
{
    public override WorkKind Kind => WorkKind.NormativeDocument;

    public override ImmutableArray<(string Field, LocalDate? On)> Dates => [("reviewedOn", ReviewedOn), ("filedOn", FiledOn)];

    public override ImmutableArray<WorkRecordEvent> Events(string source) =>
    [
        new NormativeDocumentReviewed(Number, Jurisdiction, Issuer, ReviewedOn, source),
        .. FiledOn is { } on ? [new NormativeDocumentFiled(on, source)] : ImmutableArray<WorkRecordEvent>.Empty,
    ];
}
