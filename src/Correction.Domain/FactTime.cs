using Correction.Domain.Alerts;
using Correction.Domain.Subjects;
using Correction.Domain.Tracks;
using Correction.Domain.Visits;
using NodaTime;

namespace Correction.Domain;

/// <summary>
/// Since when what an event tells of was so. An event occurs when it is decided or found; what it tells of may have been so
/// long before: a phone that was out of reach hands in its fixes, and a breach of two hours ago is found.
/// </summary>
public static class FactTime
{
    /// <summary>Never later than the event itself.</summary>
    public static Instant Of(IDomainEvent happened, Instant occurredAt) =>
        Stated(happened) is { } stated ? Instant.Min(stated, occurredAt) : occurredAt;

    private static Instant? Stated(IDomainEvent happened) => happened switch
    {
        ZoneBreached breached => breached.Since,
        ZoneBreachResumed resumed => resumed.Since,
        ZoneBreachEnded ended => ended.Until,
        ZoneBreachWithdrawn withdrawn => withdrawn.Since,
        ZoneBreachConfirmed confirmed => confirmed.Since,
        ZoneApproached approached => approached.Since,
        ZoneApproachEnded ended => ended.Until,
        DeviceFellSilent silent => silent.Deadline,
        DeviceHeardAgain heard => heard.HeardAt,
        SilenceLapsed lapsed => lapsed.At,
        PositionLost lost => lost.Deadline,
        PositionRegained regained => regained.At,
        DeviceAlarmRaised raised => raised.Since,
        DeviceAlarmCeased ceased => ceased.Until,
        BatteryRanLow low => low.At,
        BatteryRecovered recovered => recovered.At,
        LeaveReturned returned => returned.At,
        LeaveOverstayed overstayed => overstayed.Deadline,
        WatchingResumed resumed => resumed.At,
        AlertRaised raised => raised.Evidence.Since,
        AlertConditionCleared cleared => cleared.Evidence?.Until,
        AlertConditionResumed resumed => resumed.Evidence.Since,
        AlertConditionWithdrawn withdrawn => withdrawn.Evidence.Since,
        AlertConditionConfirmed confirmed => confirmed.Evidence.Since,
        VisitInterrupted interrupted => interrupted.Since,
        TrackRecorded track => track.From,
        TrackSealed track => track.From,
        _ => null,
    };
}
