using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Correction.Domain.Law;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Subjects;

// Leave (外出请假): to go beyond the city's own districts a subject needs an approval. A short leave is approved by the
// station by delegation and filed with the county, a longer one by the county; beyond its power the level above decides.
// Who is not back in time raises an alert. A leave explains, it excuses no other duty: alerts are still raised.

[JsonConverter(typeof(JsonStringEnumConverter<LeaveReason>))]
public enum LeaveReason
{
    /// <summary>就医</summary>
    [JsonStringEnumMemberName("medical")] Medical,

    /// <summary>就学</summary>
    [JsonStringEnumMemberName("study")] Study,

    /// <summary>参与诉讼</summary>
    [JsonStringEnumMemberName("litigation")] Litigation,

    /// <summary>处理家庭重要事务</summary>
    [JsonStringEnumMemberName("family")] Family,

    /// <summary>处理工作重要事务</summary>
    [JsonStringEnumMemberName("work")] Work,

    /// <summary>其他正当理由</summary>
    [JsonStringEnumMemberName("other")] Other,
}

[JsonConverter(typeof(JsonStringEnumConverter<LeaveState>))]
public enum LeaveState
{
    [JsonStringEnumMemberName("applied")] Applied,
    [JsonStringEnumMemberName("approved")] Approved,
    [JsonStringEnumMemberName("refused")] Refused,
    [JsonStringEnumMemberName("cancelled")] Cancelled,
    [JsonStringEnumMemberName("returned")] Returned,
}

/// <summary>Who approved it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LeaveLevel>))]
public enum LeaveLevel
{
    /// <summary>司法所（受委托）</summary>
    [JsonStringEnumMemberName("station")] Station,

    /// <summary>县级社区矫正机构</summary>
    [JsonStringEnumMemberName("county")] County,

    /// <summary>上一级（市级）社区矫正机构</summary>
    [JsonStringEnumMemberName("city")] City,
}

/// <param name="Details">Destination and proof: they tell of a person.</param>
/// <param name="To">The last day: by its end the subject is back.</param>
public sealed record ApplyForLeave(LeaveReason Reason, ForgettableRef Details, LocalDate From, LocalDate To) : SubjectCommand;

public sealed record ApproveLeave(LeaveId LeaveId) : SubjectCommand;

public sealed record RefuseLeave(LeaveId LeaveId, ForgettableRef? Note) : SubjectCommand;

/// <summary>The subject is back and has reported so.</summary>
public sealed record ReportReturn(LeaveId LeaveId) : SubjectCommand;

/// <summary>Takes back a leave that has not begun.</summary>
public sealed record CancelLeave(LeaveId LeaveId) : SubjectCommand;

/// <summary>A look at the leaves because time has passed.</summary>
public sealed record LookForLeaves : SubjectCommand;

public sealed record LeaveAppliedFor(LeaveId LeaveId, LeaveReason Reason, ForgettableRef Details, LocalDate From, LocalDate To) : ISubjectEvent;

/// <param name="Days">From its first to its last day, both counted.</param>
/// <param name="Together">With the other leaves of the two months that hold most of them.</param>
public sealed record LeaveApproved(LeaveId LeaveId, LeaveLevel Level, int Days, int Together) : ISubjectEvent;

/// <summary>A leave that the station approved is filed with the county (备案).</summary>
public sealed record LeaveFiled(LeaveId LeaveId) : ISubjectEvent;

public sealed record LeaveRefused(LeaveId LeaveId, ForgettableRef? Note) : ISubjectEvent;

public sealed record LeaveReturned(LeaveId LeaveId, Instant At) : ISubjectEvent;

public sealed record LeaveCancelled(LeaveId LeaveId) : ISubjectEvent;

/// <param name="Deadline">When the subject should have been back.</param>
public sealed record LeaveOverstayed(LeaveId LeaveId, AlertId AlertId, Instant Deadline) : ISubjectEvent;

public sealed record Leave(LeaveId Id, LeaveReason Reason, ForgettableRef Details, LocalDate From, LocalDate To, LeaveState State)
{
    public LeaveLevel? Level { get; init; }

    /// <summary>When the subject was back.</summary>
    public Instant? ReturnedAt { get; init; }

    /// <summary>The alert that says that the subject is not back.</summary>
    public AlertId? OverstayAlert { get; init; }

    [JsonIgnore]
    public int Days => Periods.DaysFromTo(From, To);

    /// <summary>The end of its last day.</summary>
    [JsonIgnore]
    public Instant Deadline => ChinaTime.StartOf(To.PlusDays(1));

    internal bool IsOpen => State is LeaveState.Applied or LeaveState.Approved;

    /// <summary>Its last day as it was taken.</summary>
    internal LocalDate LastDay => ReturnedAt is { } back && ChinaTime.DateOf(back) is var day && day < To ? LocalDate.Max(day, From) : To;

    /// <summary>Whether the subject was away with leave at that instant.</summary>
    internal bool Covers(Instant at) =>
        State is LeaveState.Approved or LeaveState.Returned && ChinaTime.StartOf(From) <= at && at < Deadline && (ReturnedAt is not { } back || at < back);
}

/// <summary>Decisions on leaves.</summary>
public static class Leaves
{
    private const int Remembered = 100;

    internal static Decision<ISubjectEvent> Decide(Registered state, ApplyForLeave command, DecisionContext context)
    {
        LocalDate today = ChinaTime.DateOf(context.Now);
        if (command.To < command.From)
        {
            return Decision<ISubjectEvent>.Refuse(RefusalKind.Rule, "periodReversed", "The leave must not end before it begins.");
        }

        if (command.From < today)
        {
            return Decision<ISubjectEvent>.Refuse(RefusalKind.Rule, "leaveInThePast", "A leave is applied for before it begins.", LawBook.Basis("leaveByStation", today));
        }

        if (state.Leaves.FirstOrDefault(known => known.IsOpen && known.From <= command.To && command.From <= known.To) is { } other)
        {
            return other.State == LeaveState.Applied && (other.Reason, other.Details, other.From, other.To) == (command.Reason, command.Details, command.From, command.To)
                ? Decision<ISubjectEvent>.AlreadySo
                : Decision<ISubjectEvent>.Refuse(RefusalKind.State, "leaveOverlaps", "There is a leave for some of these days; cancel it first.");
        }

        return Decision<ISubjectEvent>.Accept(
            new LeaveAppliedFor(new LeaveId(context.NewId()), command.Reason, command.Details, command.From, command.To),
            LawBook.Basis("leave", today), LawBook.Basis("leaveReasons", today));
    }

    internal static Decision<ISubjectEvent> Decide(Registered state, ApproveLeave command, DecisionContext context) => Find(state, command.LeaveId) switch
    {
        null => Unknown,
        { State: LeaveState.Approved } => Decision<ISubjectEvent>.AlreadySo,
        { State: LeaveState.Applied } leave => Approve(state, leave, context),
        _ => Closed,
    };

    internal static Decision<ISubjectEvent> Decide(Registered state, RefuseLeave command, DecisionContext context) => Find(state, command.LeaveId) switch
    {
        null => Unknown,
        { State: LeaveState.Refused } => Decision<ISubjectEvent>.AlreadySo,
        { State: LeaveState.Applied } => Decision<ISubjectEvent>.Accept(new LeaveRefused(command.LeaveId, command.Note), LawBook.Basis("leave", ChinaTime.DateOf(context.Now))),
        _ => Closed,
    };

    internal static Decision<ISubjectEvent> Decide(Registered state, CancelLeave command, DecisionContext context) => Find(state, command.LeaveId) switch
    {
        null => Unknown,
        { State: LeaveState.Cancelled } => Decision<ISubjectEvent>.AlreadySo,
        { State: LeaveState.Approved, From: var from } when from <= ChinaTime.DateOf(context.Now) =>
            Decision<ISubjectEvent>.Refuse(RefusalKind.State, "leaveBegun", "The leave has begun: report the return instead."),
        { IsOpen: true } => Decision<ISubjectEvent>.Accept(new LeaveCancelled(command.LeaveId)),
        _ => Closed,
    };

    internal static Decision<ISubjectEvent> Decide(Registered state, ReportReturn command, DecisionContext context) => Find(state, command.LeaveId) switch
    {
        null => Unknown,
        { State: LeaveState.Returned } => Decision<ISubjectEvent>.AlreadySo,
        { State: LeaveState.Approved, From: var from } when from > ChinaTime.DateOf(context.Now) =>
            Decision<ISubjectEvent>.Refuse(RefusalKind.State, "leaveNotBegun", "The leave has not begun: cancel it instead."),
        { State: LeaveState.Approved } => Decision<ISubjectEvent>.Accept(
            new LeaveReturned(command.LeaveId, context.Now), LawBook.Basis("leaveReturn", ChinaTime.DateOf(context.Now))),
        _ => Closed,
    };

    internal static Decision<ISubjectEvent> Look(Registered state, DecisionContext context) => new Decision<ISubjectEvent>.Accepted(
        [
            .. state.Leaves.Where(known => known is { State: LeaveState.Approved, OverstayAlert: null } && known.Deadline <= context.Now)
                .Select(known => (ISubjectEvent)new LeaveOverstayed(known.Id, new AlertId(context.NewId()), known.Deadline)),
        ],
        []);

    /// <summary>When the next leave is over; null: none is open.</summary>
    public static Instant? NextLook(Registered state) =>
        state.Leaves.Where(known => known is { State: LeaveState.Approved, OverstayAlert: null }).Select(known => (Instant?)known.Deadline).Min();

    internal static Registered Evolve(Registered state, LeaveAppliedFor happened) => state with
    {
        Leaves = [.. state.Leaves.Append(new Leave(happened.LeaveId, happened.Reason, happened.Details, happened.From, happened.To, LeaveState.Applied)).TakeLast(Remembered)],
    };

    internal static Registered Evolve(Registered state, LeaveId id, Func<Leave, Leave> change) =>
        state with { Leaves = [.. state.Leaves.Select(known => known.Id == id ? change(known) : known)] };

    /// <summary>Up to which days who may approve; "within" and "at most" hold the number, "over" does not (Art. 58 of the measures).</summary>
    private static Decision<ISubjectEvent> Approve(Registered state, Leave leave, DecisionContext context)
    {
        LocalDate today = ChinaTime.DateOf(context.Now);
        (RuleVersion station, RuleVersion county, RuleVersion together) =
            (LawBook.InForce("leaveByStation", today), LawBook.InForce("leaveByCounty", today), LawBook.InForce("leaveTogether", today));
        int all = MostTogether(state, leave, LawBook.InForce("leaveWindow", today).Value!.Value);
        bool above = Jurisdiction.TryParse(context.Actor.Jurisdiction, out Jurisdiction office) && office == state.Jurisdiction.County?.Parent;
        if ((leave.Days > county.Value || all > together.Value) && !above)
        {
            return Decision<ISubjectEvent>.Refuse(
                RefusalKind.Power, "leaveBeyondCounty",
                $"More than {county.Value} days, at once or with other leaves: the agency one level above the county (市级) decides.", county.Basis);
        }

        bool byStation = leave.Days <= station.Value;
        return context.Actor.Role switch
        {
            Role.Officer when byStation => new Decision<ISubjectEvent>.Accepted(
                [new LeaveApproved(leave.Id, LeaveLevel.Station, leave.Days, all), new LeaveFiled(leave.Id)], [station.Basis, LawBook.Basis("delegation", today)]),
            Role.Approver or Role.Leader => Decision<ISubjectEvent>.Accept(
                new LeaveApproved(leave.Id, above ? LeaveLevel.City : LeaveLevel.County, leave.Days, all), county.Basis),
            Role.Officer => Decision<ISubjectEvent>.Refuse(
                RefusalKind.Power, "leaveBeyondStation", $"A leave of more than {station.Value} days is the county's to approve.", station.Basis),
            _ => Decision<ISubjectEvent>.Refuse(RefusalKind.Power, "leaveNotYours", "Officers of the station and of the county decide on leaves.", station.Basis),
        };
    }

    /// <summary>Days of leave in those months, of all that hold some of this leave, which hold most of them.</summary>
    private static int MostTogether(Registered state, Leave leave, int months)
    {
        (LocalDate From, LocalDate To)[] taken =
        [
            .. state.Leaves.Where(known => known.Id != leave.Id && known.State is LeaveState.Approved or LeaveState.Returned).Select(known => (known.From, known.LastDay)),
            (leave.From, leave.To),
        ];
        return taken.Select(other => other.To).Where(end => end >= leave.From).DefaultIfEmpty(leave.To).Max(end =>
        {
            LocalDate begin = Periods.FirstDayWithinMonths(end, months);
            return begin > leave.To ? 0 : taken.Sum(other => Periods.DaysFromTo(LocalDate.Max(other.From, begin), LocalDate.Min(other.To, end)));
        });
    }

    private static Leave? Find(Registered state, LeaveId id) => state.Leaves.FirstOrDefault(known => known.Id == id);

    private static Decision<ISubjectEvent> Unknown => Decision<ISubjectEvent>.Refuse(RefusalKind.Unknown, "leaveUnknown", "This subject has no such leave.");

    private static Decision<ISubjectEvent> Closed => Decision<ISubjectEvent>.Refuse(RefusalKind.State, "leaveClosed", "This leave is decided or over.");
}
