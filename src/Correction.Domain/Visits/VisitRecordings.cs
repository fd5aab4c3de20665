using System.Text.Json.Serialization;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Visits;

// The recording as evidence: its manifest's hash is an event, so is its deletion when its time is over. A legal hold keeps it
// longer. Who plays it is on record as a look. A lawyer's visit is never recorded (Prison Law Art. 70).

/// <summary>Why a recording is kept beyond its time.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HoldGround>))]
public enum HoldGround
{
    /// <summary>投诉、申诉、控告</summary>
    [JsonStringEnumMemberName("complaint")] Complaint,

    /// <summary>调查、办案</summary>
    [JsonStringEnumMemberName("investigation")] Investigation,

    /// <summary>诉讼、复议</summary>
    [JsonStringEnumMemberName("litigation")] Litigation,
}

/// <param name="Manifest">SHA-256 of the manifest of its parts, lower-case hex.</param>
/// <param name="RetainUntil">By the prison's policy; null: until it is decided.</param>
public sealed record SealRecording(string Manifest, int Seconds, LocalDate? RetainUntil) : VisitCommand;

public sealed record HoldRecording(HoldGround Ground) : VisitCommand;

public sealed record ReleaseRecording : VisitCommand;

/// <summary>Its time is over. Early or repeated it changes nothing.</summary>
public sealed record DeleteRecording : VisitCommand;

public sealed record RecordingSealed(string Manifest, int Seconds, LocalDate? RetainUntil) : IVisitEvent;

public sealed record RecordingHeld(HoldGround Ground) : IVisitEvent;

public sealed record RecordingReleased : IVisitEvent;

/// <summary>Of this recording nothing but its hash is left.</summary>
public sealed record RecordingDeleted(string Manifest) : IVisitEvent;

public sealed record SealedRecording(string Manifest, int Seconds, LocalDate? RetainUntil)
{
    /// <summary>Null: nothing keeps it beyond its time.</summary>
    public HoldGround? Hold { get; init; }

    public bool Deleted { get; init; }

    /// <summary>The last day it is kept has ended.</summary>
    public bool IsOver(Instant now) => RetainUntil is { } last && ChinaTime.DateOf(now) > last;

    /// <summary>When its time is over; null: it is held, or it is not decided.</summary>
    public Instant? EndsAt => Hold is null && RetainUntil is { } last ? ChinaTime.StartOf(last.PlusDays(1)) : null;
}

/// <summary>Who may play a recording: the office, the prison and auditors, not the family (docs/adr/0010).</summary>
public static class RecordingRules
{
    /// <summary>Why it is not given to this reader, who may know of it; null: it is.</summary>
    public static Refusal? NotGiven(Role reader, Instant now) => reader != Role.Family ? null : new Refusal(
        RefusalKind.Power, "recordingNotGiven", "Visitors may not have recordings of visits. If you complain about this visit, the office keeps and examines it.", [VisitLaw.VideoVisit(now)]);
}

internal static class VisitRecordings
{
    public static Decision<IVisitEvent> Decide(Visit visit, SealRecording seal, DecisionContext context) => visit switch
    {
        { Monitored: false } => Decision<IVisitEvent>.Refuse(RefusalKind.Rule, "lawyerNotRecorded", "A lawyer's visit is not recorded.", [.. VisitLaw.Lawyer(context.Now)]),
        { Recording: { } known } => known.Manifest == seal.Manifest
            ? Decision<IVisitEvent>.AlreadySo
            : Decision<IVisitEvent>.Refuse(RefusalKind.State, "alreadySealed", "The recording of this visit is sealed."),
        { Stage: VisitStage.Ended or VisitStage.Cut } => Decision<IVisitEvent>.Accept(new RecordingSealed(seal.Manifest, seal.Seconds, seal.RetainUntil), VisitLaw.Arrangement(context.Now)),
        _ => Decision<IVisitEvent>.Refuse(RefusalKind.State, "notOver", "A recording is sealed after the visit is over."),
    };

    public static Decision<IVisitEvent> Decide(Visit visit, HoldRecording hold, DecisionContext context) =>
        NotDecider(context) ?? (visit.Recording is not { Deleted: false } kept ? NoRecording()
            : kept.Hold == hold.Ground ? Decision<IVisitEvent>.AlreadySo
            : Decision<IVisitEvent>.Accept(new RecordingHeld(hold.Ground)));

    public static Decision<IVisitEvent> Decide(Visit visit, ReleaseRecording release, DecisionContext context) =>
        NotDecider(context) ?? (visit.Recording is not { Deleted: false } kept ? NoRecording()
            : kept.Hold is null ? Decision<IVisitEvent>.AlreadySo
            : Decision<IVisitEvent>.Accept(new RecordingReleased()));

    public static Decision<IVisitEvent> Decide(Visit visit, DeleteRecording delete, DecisionContext context) =>
        visit.Recording is { Deleted: false, Hold: null } recording && recording.IsOver(context.Now)
            ? Decision<IVisitEvent>.Accept(new RecordingDeleted(recording.Manifest))
            : Decision<IVisitEvent>.AlreadySo;

    private static Decision<IVisitEvent> NoRecording() =>
        Decision<IVisitEvent>.Refuse(RefusalKind.Unknown, "recordingUnknown", "There is no recording of this visit, or none any more.");

    private static Decision<IVisitEvent>? NotDecider(DecisionContext context) => context.Actor.Role is Role.Approver or Role.Leader or Role.Prison
        ? null
        : Decision<IVisitEvent>.Refuse(RefusalKind.Power, "holdNotYours", "The head of the county office or the prison decides on holding a recording.");
}
