using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;
using Correction.Domain.Law;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Visits;

// One visit, stream visit/{id}, from the application to the sealed recording. The prison decides who, when and how long; the
// judicial office receives, checks identity and kinship, hosts, watches and may stop. The prisoner's ledger and the day follow
// what this stream says.

public abstract record VisitCommand;

/// <summary>A fact of stream <c>visit/{id}</c>.</summary>
public interface IVisitEvent : IDomainEvent;

[JsonConverter(typeof(JsonStringEnumConverter<VisitKind>))]
public enum VisitKind
{
    /// <summary>亲属、监护人会见</summary>
    [JsonStringEnumMemberName("family")] Family,

    /// <summary>律师会见：不监听、不录音录像</summary>
    [JsonStringEnumMemberName("lawyer")] Lawyer,
}

[JsonConverter(typeof(JsonStringEnumConverter<VisitStage>))]
public enum VisitStage
{
    /// <summary>已申请</summary>
    [JsonStringEnumMemberName("applied")] Applied,

    /// <summary>亲属关系已核验</summary>
    [JsonStringEnumMemberName("kinshipChecked")] KinshipChecked,

    /// <summary>已批准</summary>
    [JsonStringEnumMemberName("approved")] Approved,

    /// <summary>已排期</summary>
    [JsonStringEnumMemberName("scheduled")] Scheduled,

    /// <summary>候见</summary>
    [JsonStringEnumMemberName("waiting")] Waiting,

    /// <summary>已核验入场</summary>
    [JsonStringEnumMemberName("admitted")] Admitted,

    /// <summary>会见中</summary>
    [JsonStringEnumMemberName("inProgress")] InProgress,

    /// <summary>中断</summary>
    [JsonStringEnumMemberName("interrupted")] Interrupted,

    /// <summary>已结束</summary>
    [JsonStringEnumMemberName("ended")] Ended,

    /// <summary>已中止</summary>
    [JsonStringEnumMemberName("cut")] Cut,

    /// <summary>录像已封存</summary>
    [JsonStringEnumMemberName("sealed")] Sealed,

    /// <summary>未批准</summary>
    [JsonStringEnumMemberName("declined")] Declined,

    /// <summary>已取消</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,

    /// <summary>未到场</summary>
    [JsonStringEnumMemberName("notAttended")] NotAttended,
}

/// <param name="Account">The family's account; null: none.</param>
public sealed record Visitor(RelativeId RelativeId, Relationship Relationship, string? Account, bool Minor);

/// <param name="Seconds">Of the time to talk.</param>
public sealed record LostTime(InterruptionCause Cause, int Seconds);

public abstract record VisitState
{
    public static VisitState Initial { get; } = new NotApplied();
}

public sealed record NotApplied : VisitState;

/// <summary>Applied for, and what became of it.</summary>
/// <param name="Account">Who applied.</param>
/// <param name="Jurisdiction">Of the judicial office that hosts or admits.</param>
/// <param name="Slot">Where it is booked now.</param>
public sealed record Visit(
    VisitId Id, VisitKind Kind, VisitStage Stage, PrisonerKey Prisoner, Jurisdiction Jurisdiction, string Account, ImmutableArray<Visitor> Visitors, VisitChannel Channel,
    SlotId Slot, Instant From, Instant To, string? Room, VisitTerms Terms) : VisitState
{
    /// <summary>What pages had still to send of the recording when the visit ended is taken for so long; then it is sealed.</summary>
    public static readonly Duration LastChunks = Duration.FromSeconds(30);

    /// <summary>Whether the prisoner's quota bears it.</summary>
    public bool Charged { get; init; } = Kind == VisitKind.Family;

    /// <summary>Where it was booked before it moved; the day is told to free them.</summary>
    public ImmutableArray<SlotId> Left { get; init; } = [];

    /// <summary>What stands in its way; a person decides.</summary>
    public ImmutableArray<VisitObstacle> Flags { get; init; } = [];

    /// <summary>What stands in its way still, and a person has let it stand.</summary>
    public ImmutableArray<VisitObstacle> Accepted { get; init; } = [];

    /// <summary>Who came, by the officer's check.</summary>
    public ImmutableArray<RelativeId> Attended { get; init; } = [];

    /// <summary>Why it was declined, cancelled, cut or ended: a code.</summary>
    public string? Reason { get; init; }

    public Instant? StartedAt { get; init; }

    public Instant? InterruptedAt { get; init; }

    public InterruptionCause? InterruptedBy { get; init; }

    public Instant? EndedAt { get; init; }

    /// <summary>Time to talk that interruptions took, in the order in which they ended.</summary>
    public ImmutableArray<LostTime> Lost { get; init; } = [];

    public int SecondsLost => Lost.Sum(lost => lost.Seconds);

    public int SecondsCredited { get; init; }

    public SealedRecording? Recording { get; init; }

    /// <summary>The officer hears and sees, and a recording is kept. Never with a lawyer (Prison Law Art. 70).</summary>
    public bool Monitored => Kind != VisitKind.Lawyer;

    /// <summary>Still to come or going on: it has its place.</summary>
    public bool IsOpen => Stage is not (VisitStage.Declined or VisitStage.Cancelled or VisitStage.NotAttended or VisitStage.Ended or VisitStage.Cut or VisitStage.Sealed);

    /// <summary>Not begun yet.</summary>
    public bool IsAhead => Stage is VisitStage.Applied or VisitStage.KinshipChecked or VisitStage.Approved or VisitStage.Scheduled;

    /// <summary>Something has come in its way, and nobody has decided yet what becomes of it.</summary>
    [JsonIgnore]
    public bool IsInDoubt => IsAhead && !Flags.IsEmpty;

    /// <summary>Whether its place on the day is its own still: who has attended, or has not come, has used it.</summary>
    public bool HasPlace => Stage is not (VisitStage.Declined or VisitStage.Cancelled);

    /// <summary>When the waiting room opens.</summary>
    public Instant OpensAt => From - Duration.FromMinutes(Terms.EarlyMinutes);

    /// <summary>Who cancels now has used the visit.</summary>
    public bool IsLateToCancel(Instant now) => now > From - Duration.FromHours(Terms.CancelHours);

    /// <summary>When time is up, while it goes on: what was lost by interruption is credited.</summary>
    public Instant? TimeIsUpAt => StartedAt is { } started ? started + Duration.FromSeconds(Terms.Seconds + SecondsCredited) : null;

    /// <summary>When to look although nobody calls; null: nothing can fall due.</summary>
    public Instant? NextLook(Instant now) => Stage switch
    {
        VisitStage.Applied or VisitStage.KinshipChecked or VisitStage.Approved => Instant.Min(From, NextNight(now)),
        VisitStage.Scheduled => Instant.Min(From + Duration.FromMinutes(Terms.NoShowMinutes), NextNight(now)),
        VisitStage.Waiting or VisitStage.Admitted => To,
        VisitStage.InProgress => TimeIsUpAt,
        VisitStage.Interrupted => InterruptedAt + Duration.FromMinutes(Terms.ResumeMinutes),
        VisitStage.Ended or VisitStage.Cut when Monitored => EndedAt + LastChunks,
        VisitStage.Sealed when Recording is { Deleted: true } => EndedAt, // until its files are gone
        VisitStage.Sealed => Recording?.EndsAt,
        _ => null,
    };

    /// <summary>With what the interruption that ends now took.</summary>
    internal ImmutableArray<LostTime> LostWith(int seconds) => InterruptedBy is { } cause && seconds > 0 ? [.. Lost, new LostTime(cause, seconds)] : Lost;

    /// <summary>One in the morning in China: restrictions and bans are checked every night.</summary>
    private static Instant NextNight(Instant now) => ChinaTime.StartOf(ChinaTime.DateOf(now - Duration.FromHours(1)).PlusDays(1)) + Duration.FromHours(1);
}

/// <summary>The decisions about a visit and how its state follows from its events.</summary>
public static class VisitDecider
{
    public static Decision<IVisitEvent> Decide(VisitState state, VisitCommand command, DecisionContext context) => (state, command) switch
    {
        (NotApplied, ApplyForVisit apply) => VisitApplication.Decide(apply, context),
        (Visit, ApplyForVisit) => Decision<IVisitEvent>.Refuse(RefusalKind.State, "alreadyApplied", "This visit was applied for."),
        (NotApplied, _) => Decision<IVisitEvent>.Refuse(RefusalKind.Unknown, "visitUnknown", "No such visit was applied for."),
        (Visit visit, ApproveVisit approve) => VisitApproval.Decide(visit, approve, context),
        (Visit visit, DeclineVisit decline) => VisitApproval.Decide(visit, decline, context),
        (Visit visit, RescheduleVisit reschedule) => VisitScheduling.Decide(visit, reschedule, context),
        (Visit visit, CancelVisit cancel) => VisitScheduling.Decide(visit, cancel, context),
        (Visit visit, FlagVisit flag) => VisitFlags.Decide(visit, flag, context),
        (Visit visit, ClearVisitFlags clear) => VisitFlags.Decide(visit, clear, context),
        (Visit visit, LookAtVisit look) => VisitLook.Decide(visit, look, context),
        (Visit visit, EnterWaitingRoom enter) => VisitAdmission.Decide(visit, enter, context),
        (Visit visit, AdmitVisitors admit) => VisitAdmission.Decide(visit, admit, context),
        (Visit visit, StartVisit start) => VisitConduct.Decide(visit, start, context),
        (Visit visit, WarnVisit warn) => VisitConduct.Decide(visit, warn, context),
        (Visit visit, InterruptVisit interrupt) => VisitConduct.Decide(visit, interrupt, context),
        (Visit visit, ResumeVisit resume) => VisitConduct.Decide(visit, resume, context),
        (Visit visit, CutVisit cut) => VisitConduct.Decide(visit, cut, context),
        (Visit visit, EndVisit end) => VisitConduct.Decide(visit, end, context),
        (Visit visit, SealRecording seal) => VisitRecordings.Decide(visit, seal, context),
        (Visit visit, HoldRecording hold) => VisitRecordings.Decide(visit, hold, context),
        (Visit visit, ReleaseRecording release) => VisitRecordings.Decide(visit, release, context),
        (Visit visit, DeleteRecording delete) => VisitRecordings.Decide(visit, delete, context),
        _ => throw new UnreachableException(),
    };

    /// <summary>Total: any event in any state yields a state.</summary>
    public static VisitState Evolve(VisitState state, IVisitEvent happened, Instant occurredAt) => (state, happened) switch
    {
        (NotApplied, VisitApplied applied) => VisitApplication.Evolve(applied),
        (Visit visit, VisitKinshipChecked) => visit with { Stage = VisitStage.KinshipChecked },
        (Visit visit, VisitApproved) => visit with { Stage = VisitStage.Approved },
        (Visit visit, VisitScheduled scheduled) => VisitScheduling.Evolve(visit, scheduled),
        (Visit visit, VisitRescheduled rescheduled) => VisitScheduling.Evolve(visit, rescheduled),
        (Visit visit, VisitDeclined declined) => visit with { Stage = VisitStage.Declined, Charged = false, Reason = WireNames<DeclineReason>.Of(declined.Reason), EndedAt = occurredAt },
        (Visit visit, VisitCancelled cancelled) => visit with
        {
            Stage = VisitStage.Cancelled, Charged = visit.Charged && !cancelled.Refunded, Reason = WireNames<CancelReason>.Of(cancelled.Reason), EndedAt = occurredAt,
        },
        (Visit visit, VisitNotAttended) => visit with { Stage = VisitStage.NotAttended, EndedAt = occurredAt },
        (Visit visit, VisitFlagged flagged) => visit with { Flags = [.. visit.Flags.Where(known => known != flagged.Obstacle), flagged.Obstacle] },
        (Visit visit, VisitFlagCleared cleared) => visit with
        {
            Flags = visit.Flags.Remove(cleared.Obstacle),
            Accepted = [.. visit.Accepted.Where(known => known != cleared.Obstacle), .. cleared.Accepted ? [cleared.Obstacle] : Array.Empty<VisitObstacle>()],
        },
        (Visit visit, VisitorsArrived) => visit with { Stage = VisitStage.Waiting },
        (Visit visit, VisitorsAdmitted admitted) => visit with { Stage = VisitStage.Admitted, Attended = admitted.Attended },
        (Visit visit, VisitStarted) => visit with { Stage = VisitStage.InProgress, StartedAt = occurredAt },
        (Visit visit, VisitInterrupted interrupted) => visit with
        {
            Stage = VisitStage.Interrupted, InterruptedAt = interrupted.Since ?? occurredAt, InterruptedBy = interrupted.Cause,
        },
        (Visit visit, VisitResumed resumed) => visit with
        {
            Stage = VisitStage.InProgress, InterruptedAt = null, InterruptedBy = null, Lost = visit.LostWith(resumed.SecondsLost), SecondsCredited = visit.SecondsCredited + resumed.SecondsCredited,
        },
        (Visit visit, VisitCut cut) => visit with { Stage = VisitStage.Cut, Reason = WireNames<CutReason>.Of(cut.Reason), EndedAt = occurredAt, InterruptedAt = null, InterruptedBy = null },
        (Visit visit, VisitEnded ended) => visit with
        {
            Stage = VisitStage.Ended, Reason = WireNames<EndReason>.Of(ended.Reason), EndedAt = occurredAt, InterruptedAt = null, InterruptedBy = null, Lost = visit.LostWith(ended.SecondsLost),
        },
        (Visit visit, RecordingSealed recorded) => visit with { Stage = VisitStage.Sealed, Recording = new SealedRecording(recorded.Manifest, recorded.Seconds, recorded.RetainUntil) },
        (Visit { Recording: { } recording } visit, RecordingHeld held) => visit with { Recording = recording with { Hold = held.Ground } },
        (Visit { Recording: { } recording } visit, RecordingReleased) => visit with { Recording = recording with { Hold = null } },
        (Visit { Recording: { } recording } visit, RecordingDeleted) => visit with { Recording = recording with { Deleted = true } },
        _ => state,
    };
}
