using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;
using Correction.Domain.Location;
using NodaTime;

namespace Correction.Domain.Subjects;

/// <summary>A command to one correction subject.</summary>
public abstract record SubjectCommand;

/// <summary>A fact of stream <c>subject/{id}</c>: one person's correction term, from registration on.</summary>
public interface ISubjectEvent : IDomainEvent;

/// <summary>What decisions about a subject need to know.</summary>
public abstract record SubjectState
{
    public static SubjectState Initial { get; } = new Unregistered();
}

/// <summary>Nothing has happened yet.</summary>
public sealed record Unregistered : SubjectState;

/// <summary>Received and under supervision.</summary>
public sealed record Registered : SubjectState
{
    public required SubjectId Id { get; init; }

    public required ForgettableRef Person { get; init; }

    public required CorrectionCategory Category { get; init; }

    public required Jurisdiction Jurisdiction { get; init; }

    public required Judgment Judgment { get; init; }

    public required CorrectionTerm Term { get; init; }

    public required bool MinorAtStart { get; init; }

    public ImmutableArray<MonitoringOrder> Orders { get; init; } = [];

    public ImmutableDictionary<string, BoundDevice> Devices { get; init; } = ImmutableDictionary<string, BoundDevice>.Empty;

    public ImmutableDictionary<ZoneId, Zone> Zones { get; init; } = ImmutableDictionary<ZoneId, Zone>.Empty;

    /// <summary>Shared zones that something was found of, as they were then, with what was found.</summary>
    public ImmutableDictionary<ZoneId, Zone> Shared { get; init; } = ImmutableDictionary<ZoneId, Zone>.Empty;

    /// <summary>Every zone that something may be known of: the own ones, and of the shared ones those.</summary>
    [JsonIgnore]
    public IEnumerable<Zone> KnownZones => Zones.Values.Concat(Shared.Values);

    public Zone? KnownZone(ZoneId id) => Zones.GetValueOrDefault(id) ?? Shared.GetValueOrDefault(id);

    public ImmutableHashSet<ZoneId> LiftedZones { get; init; } = [];

    /// <summary>The latest periods in which watching is, was or will be suspended.</summary>
    public ImmutableArray<Suspension> Suspensions { get; init; } = [];

    public ImmutableArray<Leave> Leaves { get; init; } = [];

    /// <summary>Rows of personal data that were erased; decisions alone need it.</summary>
    [JsonIgnore]
    public ImmutableHashSet<Guid> Erased { get; init; } = [];

    /// <summary>The leave with which the subject was away then; null: none.</summary>
    public LeaveId? OnLeave(Instant at) => Leaves.LastOrDefault(known => known.Covers(at))?.Id;

    /// <summary>The suspension that holds back the alert of what began then; null: the alert is raised.</summary>
    /// <param name="until">Null: it lasts.</param>
    public SuspensionId? HeldBackBy(Instant since, Instant? until, Instant now) =>
        Suspensions.FirstOrDefault(known => known.HoldsBack(since, until, now))?.Id;

    /// <summary>When the next suspension ends; null: none is to come.</summary>
    public Instant? NextResumption =>
        Suspensions.Where(known => !known.Ended).Select(known => (Instant?)known.To).Min();

    /// <summary>A shared zone with what was found of this subject.</summary>
    public Zone Seen(Zone shared) => Shared.GetValueOrDefault(shared.Id) ?? shared;

    public bool OrderInForce(LocalDate date) => Orders.Any(order => order.InForceOn(date));

    /// <summary>A bracelet reports, and is told what to do, under an order alone.</summary>
    public bool MayReport(BoundDevice device, LocalDate date) => device.Kind != DeviceKind.Bracelet || OrderInForce(date);
}

/// <summary>The decisions of a correction subject and how its state follows from its events.</summary>
public static class SubjectDecider
{
    public static Decision<ISubjectEvent> Decide(SubjectState state, SubjectCommand command, DecisionContext context) => (state, command) switch
    {
        (_, RegisterSubject register) => Registration.Decide(state, register, context),
        (Registered subject, OrderMonitoring order) => ElectronicPositioning.Decide(subject, order, context),
        (Registered subject, BindDevice bind) => DeviceBinding.Decide(subject, bind, context),
        (Registered subject, UnbindDevice unbind) => DeviceBinding.Decide(subject, unbind),
        (Registered subject, ImposeZone impose) => Zones.Decide(subject, impose, context),
        (Registered subject, LiftZone lift) => Zones.Decide(subject, lift),
        (Registered subject, LookForSilence look) => Silence.Decide(subject, look, context),
        (Registered subject, SuspendWatching suspend) => Suspensions.Decide(subject, suspend, context),
        (Registered subject, ResumeWatching resume) => Suspensions.Decide(subject, resume, context),
        (Registered subject, LookForSuspensions) => Suspensions.Look(subject, context),
        (Registered subject, ApplyForLeave apply) => Leaves.Decide(subject, apply, context),
        (Registered subject, ApproveLeave approve) => Leaves.Decide(subject, approve, context),
        (Registered subject, RefuseLeave refuse) => Leaves.Decide(subject, refuse, context),
        (Registered subject, ReportReturn report) => Leaves.Decide(subject, report, context),
        (Registered subject, CancelLeave cancel) => Leaves.Decide(subject, cancel, context),
        (Registered subject, ErasePersonalData erase) => Erasure.Decide(subject, erase, context),
        (Registered subject, LookForLeaves) => Leaves.Look(subject, context),
        (Unregistered, _) => Decision<ISubjectEvent>.Refuse(RefusalKind.Unknown, "subjectUnknown", "No such subject is registered."),
        _ => throw new UnreachableException(),
    };

    /// <summary>Total: any event in any state yields a state.</summary>
    public static SubjectState Evolve(SubjectState state, ISubjectEvent happened, Instant occurredAt) => (state, happened) switch
    {
        (Unregistered, SubjectRegistered registered) => Registration.Evolve(registered),
        (Registered subject, MonitoringOrdered ordered) => ElectronicPositioning.Evolve(subject, ordered, occurredAt),
        (Registered subject, DeviceBound bound) => DeviceBinding.Evolve(subject, bound, occurredAt),
        (Registered subject, DeviceUnbound unbound) => DeviceBinding.Evolve(subject, unbound),
        (Registered subject, ZoneImposed imposed) => Zones.Evolve(subject, imposed),
        (Registered subject, ZoneLifted lifted) => Zones.Evolve(subject, lifted),
        (Registered subject, ZoneBreached breached) => ZoneWatch.Evolve(subject, breached),
        (Registered subject, ZoneBreachResumed resumed) => ZoneWatch.Evolve(subject, resumed),
        (Registered subject, ZoneBreachEnded ended) => ZoneWatch.Evolve(subject, ended),
        (Registered subject, ZoneBreachWithdrawn withdrawn) => ZoneWatch.Evolve(subject, withdrawn),
        (Registered subject, ZoneBreachConfirmed confirmed) => ZoneWatch.Evolve(subject, confirmed, occurredAt),
        (Registered subject, ZoneApproached approached) => ZoneWatch.Evolve(subject, approached),
        (Registered subject, ZoneApproachEnded ended) => ZoneWatch.Evolve(subject, ended),
        (Registered subject, DeviceFellSilent silent) => Silence.Evolve(subject, silent),
        (Registered subject, DeviceHeardAgain heard) => Silence.Evolve(subject, heard),
        (Registered subject, SilenceLapsed lapsed) => Silence.Evolve(subject, lapsed),
        (Registered subject, PositionLost lost) => DeviceHealth.Evolve(subject, lost.DeviceId, device => device with { PositionAlert = lost.AlertId, LossHeldBack = lost.HeldBackBy is null ? null : lost }),
        (Registered subject, PositionRegained regained) => DeviceHealth.Evolve(subject, regained.DeviceId, device => device with { PositionAlert = null, LossHeldBack = null }),
        (Registered subject, SubjectWarned warned) => DeviceHealth.Evolve(subject, warned.DeviceId, device =>
            warned.Reason == WarningReason.NoPosition ? device with { WarnedOfPositionAt = occurredAt } : device with { WarnedAt = occurredAt }),
        (Registered subject, DeviceAlarmRaised raised) => DeviceHealth.Evolve(subject, raised),
        (Registered subject, DeviceAlarmCeased ceased) => DeviceHealth.Evolve(subject, ceased),
        (Registered subject, BatteryRanLow low) => DeviceHealth.Evolve(subject, low),
        (Registered subject, BatteryRecovered recovered) => DeviceHealth.Evolve(subject, recovered),
        (Registered subject, LeaveAppliedFor applied) => Leaves.Evolve(subject, applied),
        (Registered subject, LeaveApproved approved) => Leaves.Evolve(subject, approved.LeaveId, leave => leave with { State = LeaveState.Approved, Level = approved.Level }),
        (Registered subject, LeaveRefused refused) => Leaves.Evolve(subject, refused.LeaveId, leave => leave with { State = LeaveState.Refused }),
        (Registered subject, LeaveReturned returned) => Leaves.Evolve(subject, returned.LeaveId, leave => leave with { State = LeaveState.Returned, ReturnedAt = returned.At }),
        (Registered subject, LeaveCancelled cancelled) => Leaves.Evolve(subject, cancelled.LeaveId, leave => leave with { State = LeaveState.Cancelled }),
        (Registered subject, LeaveOverstayed overstayed) => Leaves.Evolve(subject, overstayed.LeaveId, leave => leave with { OverstayAlert = overstayed.AlertId }),
        (Registered subject, PersonalDataErased erased) => subject with { Erased = subject.Erased.Union(erased.Rows) },
        (Registered subject, WatchingSuspended suspended) => Suspensions.Evolve(subject, suspended),
        (Registered subject, WatchingResumed resumed) => Suspensions.Evolve(subject, resumed, occurredAt),
        _ => state,
    };
}
