using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NodaTime;

namespace Correction.Domain.WorkRecords;

// Administrative reconsideration (行政复议法 Art. 30 as revised from 2024: an application is examined, then accepted or not;
// Art. 62: decided within its period).

[JsonConverter(typeof(JsonStringEnumConverter<ReconsiderationOutcome>))]
public enum ReconsiderationOutcome
{
    /// <summary>维持</summary>
    [JsonStringEnumMemberName("upheld")] Upheld,

    /// <summary>撤销</summary>
    [JsonStringEnumMemberName("revoked")] Revoked,

    /// <summary>变更</summary>
    [JsonStringEnumMemberName("varied")] Varied,

    /// <summary>确认违法、无效</summary>
    [JsonStringEnumMemberName("declaredUnlawful")] DeclaredUnlawful,

    /// <summary>责令履行</summary>
    [JsonStringEnumMemberName("ordered")] Ordered,

    /// <summary>驳回</summary>
    [JsonStringEnumMemberName("dismissed")] Dismissed,

    /// <summary>调解、和解、终止</summary>
    [JsonStringEnumMemberName("terminated")] Terminated,
}

public sealed record ReconsiderationReceived(string Number, Jurisdiction Jurisdiction, LocalDate On, string Source) : WorkRecordEvent(On, Source);

public sealed record ReconsiderationAccepted(LocalDate On, string Source) : WorkRecordEvent(On, Source)
{
    internal override string Step() => ReconsiderationRecord.Examined;
}

public sealed record ReconsiderationNotAccepted(LocalDate On, string Source) : WorkRecordEvent(On, Source)
{
    internal override string Step() => ReconsiderationRecord.Examined;
}

public sealed record ReconsiderationConcluded(ReconsiderationOutcome Outcome, LocalDate On, string Source) : WorkRecordEvent(On, Source);

/// <param name="NotAcceptedOn">Excludes the two others.</param>
public sealed record ReconsiderationRecord(
    string Number, Jurisdiction Jurisdiction, LocalDate ReceivedOn, LocalDate? AcceptedOn, LocalDate? NotAcceptedOn, LocalDate? ConcludedOn, ReconsiderationOutcome? Outcome)
    : WorkRecord(Number, Jurisdiction)
{
    internal const string Examined = "examined";

    public override WorkKind Kind => WorkKind.Reconsideration;

    public override ImmutableArray<(string Field, LocalDate? On)> Dates =>
        [("receivedOn", ReceivedOn), ("acceptedOn", AcceptedOn), ("notAcceptedOn", NotAcceptedOn), ("concludedOn", ConcludedOn)];

    public override ImmutableArray<WorkRecordEvent> Events(string source)
    {
        var events = ImmutableArray.CreateBuilder<WorkRecordEvent>();
        events.Add(new ReconsiderationReceived(Number, Jurisdiction, ReceivedOn, source));
        if (AcceptedOn is { } accepted)
        {
            events.Add(new ReconsiderationAccepted(accepted, source));
        }

        if (NotAcceptedOn is { } notAccepted)
        {
            events.Add(new ReconsiderationNotAccepted(notAccepted, source));
        }

        if (ConcludedOn is { } concluded && Outcome is { } outcome)
        {
            events.Add(new ReconsiderationConcluded(outcome, concluded, source));
        }

        return events.DrainToImmutable();
    }

    protected override IEnumerable<RecordFlaw> OwnFlaws()
    {
        if (AcceptedOn is not null && NotAcceptedOn is not null)
        {
            yield return new("notAcceptedOn", "Either acceptedOn or notAcceptedOn.");
        }

        if (ConcludedOn is not null && AcceptedOn is null)
        {
            yield return new("concludedOn", "Only what was accepted is concluded: give acceptedOn.");
        }

        if (ConcludedOn is null != Outcome is null)
        {
            yield return new("outcome", $"Together with concludedOn: one of {string.Join(", ", WireNames<ReconsiderationOutcome>.All)}.");
        }
    }
}
