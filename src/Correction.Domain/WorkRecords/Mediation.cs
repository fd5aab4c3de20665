using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NodaTime;

namespace Correction.Domain.WorkRecords;

// People's mediation (人民调解法 Art. 17: begun on application or of the committee's own motion; Art. 26: ended where it fails;
// Art. 27: registered and archived).

[JsonConverter(typeof(JsonStringEnumConverter<DisputeKind>))]
public enum DisputeKind
{
    /// <summary>婚姻家庭</summary>
    [JsonStringEnumMemberName("family")] Family,

    /// <summary>邻里</summary>
    [JsonStringEnumMemberName("neighbours")] Neighbours,

    /// <summary>房屋、宅基地</summary>
    [JsonStringEnumMemberName("housing")] Housing,

    /// <summary>山林土地</summary>
    [JsonStringEnumMemberName("land")] Land,

    /// <summary>合同</summary>
    [JsonStringEnumMemberName("contract")] Contract,

    /// <summary>损害赔偿</summary>
    [JsonStringEnumMemberName("damages")] Damages,

    /// <summary>劳动</summary>
    [JsonStringEnumMemberName("labour")] Labour,

    /// <summary>其他</summary>
    [JsonStringEnumMemberName("other")] Other,
}

[JsonConverter(typeof(JsonStringEnumConverter<MediationOutcome>))]
public enum MediationOutcome
{
    /// <summary>达成协议</summary>
    [JsonStringEnumMemberName("agreed")] Agreed,

    /// <summary>调解不成</summary>
    [JsonStringEnumMemberName("failed")] Failed,
}

public sealed record MediationAccepted(string Number, Jurisdiction Jurisdiction, DisputeKind Dispute, LocalDate On, string Source) : WorkRecordEvent(On, Source);

public sealed record MediationConcluded(MediationOutcome Outcome, LocalDate On, string Source) : WorkRecordEvent(On, Source);

public sealed record MediationRecord(
    string Number, Jurisdiction Jurisdiction, DisputeKind Dispute, LocalDate AcceptedOn, LocalDate? ConcludedOn, MediationOutcome? Outcome) : WorkRecord(Number, Jurisdiction)
{
    public override WorkKind Kind => WorkKind.Mediation;

    public override ImmutableArray<(string Field, LocalDate? On)> Dates => [("acceptedOn", AcceptedOn), ("concludedOn", ConcludedOn)];

    public override ImmutableArray<WorkRecordEvent> Events(string source) =>
    [
        new MediationAccepted(Number, Jurisdiction, Dispute, AcceptedOn, source),
        .. ConcludedOn is { } on && Outcome is { } outcome ? [new MediationConcluded(outcome, on, source)] : ImmutableArray<WorkRecordEvent>.Empty,
    ];

    protected override IEnumerable<RecordFlaw> OwnFlaws() =>
        ConcludedOn is null != Outcome is null ? [new("outcome", "Together with concludedOn: agreed or failed.")] : [];
}
