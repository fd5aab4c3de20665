using System.Text.Json.Serialization;
using Correction.Domain.Law;
using NodaTime;

namespace Correction.Domain.Visits;

// The visit itself. Breach of its rules: stop, warn, and where that does not help, cut (Prison Law Art. 71: the prison's
// police; the rules of 2016: the county too, which tells the prison). An interruption is no cut: the seconds lost are
// credited, whoever caused it: whether a family left or its network failed, nobody can tell from here.

[JsonConverter(typeof(JsonStringEnumConverter<CutReason>))]
public enum CutReason
{
    /// <summary>扰乱会见秩序</summary>
    [JsonStringEnumMemberName("orderDisturbed")] OrderDisturbed,

    /// <summary>使用隐语、暗语、非规定语种，不听劝阻</summary>
    [JsonStringEnumMemberName("codedLanguage")] CodedLanguage,

    /// <summary>携带、使用手机、录音、摄影摄像设备</summary>
    [JsonStringEnumMemberName("deviceUsed")] DeviceUsed,

    /// <summary>未经批准的人员在场、冒名顶替</summary>
    [JsonStringEnumMemberName("unapprovedPerson")] UnapprovedPerson,

    /// <summary>谈论有碍改造的内容</summary>
    [JsonStringEnumMemberName("harmfulTalk")] HarmfulTalk,

    /// <summary>其他</summary>
    [JsonStringEnumMemberName("other")] Other,
}

[JsonConverter(typeof(JsonStringEnumConverter<InterruptionCause>))]
public enum InterruptionCause
{
    /// <summary>工作人员暂停</summary>
    [JsonStringEnumMemberName("staff")] Staff,

    /// <summary>网络、设备</summary>
    [JsonStringEnumMemberName("network")] Network,

    /// <summary>家属一方离开</summary>
    [JsonStringEnumMemberName("family")] Family,
}

[JsonConverter(typeof(JsonStringEnumConverter<EndReason>))]
public enum EndReason
{
    /// <summary>双方结束</summary>
    [JsonStringEnumMemberName("finished")] Finished,

    /// <summary>时间到</summary>
    [JsonStringEnumMemberName("timeUp")] TimeUp,

    /// <summary>中断后未能恢复</summary>
    [JsonStringEnumMemberName("notResumed")] NotResumed,
}

public sealed record StartVisit : VisitCommand;

public sealed record WarnVisit(CutReason Reason) : VisitCommand;

/// <param name="Since">Where the service learned of it later than it happened; null: now.</param>
public sealed record InterruptVisit(InterruptionCause Cause, Instant? Since = null) : VisitCommand;

public sealed record ResumeVisit : VisitCommand;

public sealed record CutVisit(CutReason Reason) : VisitCommand;

public sealed record EndVisit(EndReason Reason) : VisitCommand;

public sealed record VisitStarted : IVisitEvent;

public sealed record VisitWarned(CutReason Reason) : IVisitEvent;

/// <param name="Since">When it began, where that is not when it was decided.</param>
public sealed record VisitInterrupted(InterruptionCause Cause, Instant? Since = null) : IVisitEvent;

/// <param name="SecondsCredited">Of those lost.</param>
public sealed record VisitResumed(int SecondsLost, int SecondsCredited) : IVisitEvent;

public sealed record VisitCut(CutReason Reason) : IVisitEvent;

/// <param name="SecondsLost">Time to talk that could not be used any more.</param>
public sealed record VisitEnded(EndReason Reason, int SecondsLost) : IVisitEvent;

internal static class VisitConduct
{
    /// <summary>The service itself starts the clock when supervision stands and both are there.</summary>
    public static Decision<IVisitEvent> Decide(Visit visit, StartVisit start, DecisionContext context) =>
        context.Actor.Role != Role.System && NotStaff(context) is { } refusal ? refusal : visit.Stage switch
        {
            VisitStage.Admitted when context.Now >= visit.To => Decision<IVisitEvent>.Refuse(RefusalKind.Rule, "tooLate", "The time of this visit is over.", VisitLaw.Arrangement(context.Now)),
            VisitStage.Admitted => Decision<IVisitEvent>.Accept(new VisitStarted(), VisitLaw.Arrangement(context.Now)),
            VisitStage.InProgress or VisitStage.Interrupted => Decision<IVisitEvent>.AlreadySo,
            _ when visit.IsOpen => Decision<IVisitEvent>.Refuse(RefusalKind.State, "notAdmitted", "Admit the visitors first."),
            _ => VisitApproval.Over(),
        };

    /// <summary>Every warning counts; one sent again with its Idempotency-Key is one.</summary>
    public static Decision<IVisitEvent> Decide(Visit visit, WarnVisit warn, DecisionContext context) => NotStaff(context) ?? (IsOn(visit)
        ? new Decision<IVisitEvent>.Accepted([new VisitWarned(warn.Reason)], VisitLaw.Stop(context.Now, context.Actor.Role))
        : NotOn());

    /// <summary>The service itself interrupts where a connection is lost.</summary>
    public static Decision<IVisitEvent> Decide(Visit visit, InterruptVisit interrupt, DecisionContext context) =>
        visit.Stage == VisitStage.Interrupted ? Decision<IVisitEvent>.AlreadySo
        : context.Actor.Role != Role.System && NotStaff(context) is { } refusal ? refusal
        : visit.Stage == VisitStage.InProgress
            ? Decision<IVisitEvent>.Accept(Interrupted(visit, interrupt, context.Now), VisitLaw.Arrangement(context.Now))
            : NotOn();

    /// <summary>Never before the visit began, never in the future.</summary>
    internal static VisitInterrupted Interrupted(Visit visit, InterruptVisit interrupt, Instant now) => new(
        interrupt.Cause, interrupt.Since is { } since && since < now ? Instant.Max(since, visit.StartedAt ?? since) : null);

    public static Decision<IVisitEvent> Decide(Visit visit, ResumeVisit resume, DecisionContext context)
    {
        if (visit.Stage == VisitStage.InProgress)
        {
            return Decision<IVisitEvent>.AlreadySo;
        }

        if (context.Actor.Role != Role.System && NotStaff(context) is { } refusal)
        {
            return refusal;
        }

        if (visit is not { Stage: VisitStage.Interrupted, InterruptedAt: { } since })
        {
            return NotOn();
        }

        int lost = (int)Math.Max(0, Math.Round((context.Now - since).TotalSeconds));
        return Decision<IVisitEvent>.Accept(new VisitResumed(lost, lost), VisitLaw.Arrangement(context.Now));
    }

    public static Decision<IVisitEvent> Decide(Visit visit, CutVisit cut, DecisionContext context) => NotStaff(context) ?? visit switch
    {
        { Stage: VisitStage.Cut } => Decision<IVisitEvent>.AlreadySo,
        { Stage: VisitStage.Waiting or VisitStage.Admitted or VisitStage.InProgress or VisitStage.Interrupted } =>
            new Decision<IVisitEvent>.Accepted([new VisitCut(cut.Reason)], VisitLaw.Stop(context.Now, context.Actor.Role)),
        _ => NotOn(),
    };

    public static Decision<IVisitEvent> Decide(Visit visit, EndVisit end, DecisionContext context) =>
        visit.Stage is VisitStage.Ended or VisitStage.Sealed ? Decision<IVisitEvent>.AlreadySo
        : context.Actor.Role != Role.System && NotStaff(context) is { } refusal ? refusal
        : IsOn(visit)
            ? Decision<IVisitEvent>.Accept(new VisitEnded(end.Reason, visit.InterruptedAt is { } since ? SecondsLeft(visit, since) : 0), VisitLaw.Arrangement(context.Now))
            : NotOn();

    /// <summary>Time to talk that was left at that moment.</summary>
    public static int SecondsLeft(Visit visit, Instant at) => visit.TimeIsUpAt is { } end ? (int)Math.Max(0, Math.Round((end - at).TotalSeconds)) : 0;

    private static bool IsOn(Visit visit) => visit.Stage is VisitStage.InProgress or VisitStage.Interrupted;

    private static Decision<IVisitEvent>? NotStaff(DecisionContext context) => context.Actor.Role is Role.Officer or Role.Approver or Role.Prison
        ? null
        : Decision<IVisitEvent>.Refuse(RefusalKind.Power, "staffRequired", "Only the office or the prison conducts a visit.", [.. VisitLaw.Stop(context.Now, context.Actor.Role)]);

    private static Decision<IVisitEvent> NotOn() => Decision<IVisitEvent>.Refuse(RefusalKind.State, "notInProgress", "This visit is not going on.");
}
