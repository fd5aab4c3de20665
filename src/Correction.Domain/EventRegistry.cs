using System.Collections.Immutable;
using Correction.Domain.Access;
using Correction.Domain.Alerts;
using Correction.Domain.Devices;
using Correction.Domain.Subjects;
using Correction.Domain.Tracks;

namespace Correction.Domain;

/// <summary>
/// Every event's wire name, in one place. A name is frozen the day the first such event is stored; a new meaning gets a
/// new name with a version suffix and an upcaster.
/// </summary>
public static class EventRegistry
{
    public static ImmutableDictionary<Type, string> Names { get; } = new Dictionary<Type, string>
    {
        [typeof(SubjectRegistered)] = "subject_registered",
        [typeof(MonitoringOrdered)] = "monitoring_ordered",
        [typeof(DeviceBound)] = "device_bound",
        [typeof(DeviceUnbound)] = "device_unbound",
        [typeof(ZoneImposed)] = "zone_imposed",
        [typeof(ZoneLifted)] = "zone_lifted",
        [typeof(ZoneBreached)] = "zone_breached",
        [typeof(ZoneBreachResumed)] = "zone_breach_resumed",
        [typeof(ZoneBreachEnded)] = "zone_breach_ended",
        [typeof(DeviceFellSilent)] = "device_fell_silent",
        [typeof(DeviceHeardAgain)] = "device_heard_again",
        [typeof(AlertRaised)] = "alert_raised",
        [typeof(AlertAcknowledged)] = "alert_acknowledged",
        [typeof(AlertResolved)] = "alert_resolved",
        [typeof(AlertConditionCleared)] = "alert_condition_cleared",
        [typeof(AlertConditionResumed)] = "alert_condition_resumed",
        [typeof(DeviceAssigned)] = "device_assigned",
        [typeof(DeviceReleased)] = "device_released",
        [typeof(PersonalDataViewed)] = "personal_data_viewed",
        [typeof(TrackRecorded)] = "track_recorded",
    }.ToImmutableDictionary();

    /// <exception cref="KeyNotFoundException">The event has no wire name: give it one here.</exception>
    public static string NameOf(IDomainEvent happened) => Names[happened.GetType()];
}
