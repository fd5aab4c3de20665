using System.Collections.Immutable;
using System.Diagnostics;
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

    public ImmutableHashSet<ZoneId> LiftedZones { get; init; } = [];

    public bool OrderInForce(LocalDate date) => Orders.Any(order => order.InForceOn(date));
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
        (Unregistered, _) => Decision<ISubjectEvent>.Refuse(RefusalKind.Unknown, "subjectUnknown", "No such subject is registered."),
        _ => throw new UnreachableException(),
    };

    /// <summary>Total: any event in any state yields a state.</summary>
    public static SubjectState Evolve(SubjectState state, ISubjectEvent happened, Instant occurredAt) => (state, happened) switch
    {
        (Unregistered, SubjectRegistered registered) => Registration.Evolve(registered),
        (Registered subject, MonitoringOrdered ordered) => ElectronicPositioning.Evolve(subject, ordered),
        (Registered subject, DeviceBound bound) => DeviceBinding.Evolve(subject, bound, occurredAt),
        (Registered subject, DeviceUnbound unbound) => DeviceBinding.Evolve(subject, unbound),
        (Registered subject, ZoneImposed imposed) => Zones.Evolve(subject, imposed),
        (Registered subject, ZoneLifted lifted) => Zones.Evolve(subject, lifted),
        (Registered subject, ZoneBreached breached) => ZoneWatch.Evolve(subject, breached.ZoneId, true, breached.AlertId),
        (Registered subject, ZoneBreachResumed resumed) => ZoneWatch.Evolve(subject, resumed.ZoneId, true, resumed.AlertId),
        (Registered subject, ZoneBreachEnded ended) => ZoneWatch.Evolve(subject, ended.ZoneId, false, ended.AlertId),
        (Registered subject, DeviceFellSilent silent) => Silence.Evolve(subject, silent.DeviceId, silent.AlertId),
        (Registered subject, DeviceHeardAgain heard) => Silence.Evolve(subject, heard.DeviceId, null),
        _ => state,
    };
}
