using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NodaTime;

namespace Correction.Domain.WorkRecords;

// Legal aid (法律援助法 Art. 43: decided on application, Art. 36: on notice of court, procuratorate or police).

[JsonConverter(typeof(JsonStringEnumConverter<LegalAidMatter>))]
public enum LegalAidMatter
{
    /// <summary>民事</summary>
    [JsonStringEnumMemberName("civil")] Civil,

    /// <summary>刑事</summary>
    [JsonStringEnumMemberName("criminal")] Criminal,

    /// <summary>行政</summary>
    [JsonStringEnumMemberName("administrative")] Administrative,
}

public sealed record LegalAidAccepted(string Number, Jurisdiction Jurisdiction, LegalAidMatter Matter, LocalDate On, string Source) : WorkRecordEvent(On, Source);

public sealed record LegalAidConcluded(LocalDate On, string Source) : WorkRecordEvent(On, Source);

public sealed record LegalAidRecord(string Number, Jurisdiction Jurisdiction, LegalAidMatter Matter, LocalDate AcceptedOn, LocalDate? ConcludedOn)
    : WorkRecord(Number, Jurisdiction)
{
    public override WorkKind Kind => WorkKind.LegalAid;

    public override ImmutableArray<(string Field, LocalDate? On)> Dates => [("acceptedOn", AcceptedOn), ("concludedOn", ConcludedOn)];

    public override ImmutableArray<WorkRecordEvent> Events(string source) =>
    [
        new LegalAidAccepted(Number, Jurisdiction, Matter, AcceptedOn, source),
        .. ConcludedOn is { } on ? [new LegalAidConcluded(on, source)] : ImmutableArray<WorkRecordEvent>.Empty,
    ];
}
