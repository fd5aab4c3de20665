using System.Globalization;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Domain.Devices;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.Visits;
using Correction.Server.Pages.Resources;
using Microsoft.Extensions.Localization;
using NodaTime;
using NodaTime.Text;

namespace Correction.Server.Pages;

/// <summary>What an event says beyond its name. Never personal data: events hold none.</summary>
internal static class Details
{
    private static readonly LocalTimePattern Time = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    public static string Detail(this IStringLocalizer<Texts> texts, IDomainEvent happened) => happened switch
    {
        SubjectRegistered registered => $"{texts.Of("Category", registered.Category)} · {Span(registered.Term.From, registered.Term.To)}",
        MonitoringOrdered ordered => $"{texts.Of("Ground", ordered.Ground)} · {Span(ordered.From, ordered.To)}",
        DeviceBound bound => $"{texts.Of("DeviceKind", bound.Kind)} {bound.DeviceId}",
        DeviceUnbound unbound => unbound.DeviceId,
        ZoneBreached { Shared: { } shared } breached => $"{shared.Name} · {texts["Detail.Since", Times.ToSecond(breached.Since)]}{(breached.HeldBackBy is null ? "" : $" · {texts["Detail.HeldBack"]}")}",
        ZoneApproached { Shared: { } shared } approached => $"{shared.Name} · {texts["Detail.Since", Times.ToSecond(approached.Since)]}",
        ZoneImposed imposed => $"{texts.Of("ZoneKind", imposed.Kind)} · {imposed.Name} · {texts.Shape(imposed.Geometry)} · {texts.Schedule(imposed.Schedule)}",
        LeaveAppliedFor applied => $"{texts.Of("LeaveReason", applied.Reason)} · {Span(applied.From, applied.To)}",
        LeaveApproved approved => $"{texts.Of("LeaveLevel", approved.Level)} · {texts["Leave.Days", approved.Days]}",
        LeaveReturned returned => Times.ToMinute(returned.At),
        LeaveOverstayed overstayed => texts["Detail.Since", Times.ToMinute(overstayed.Deadline)],
        WatchingSuspended suspended => $"{texts.Of("Suspension.Reason", suspended.Reason)} · {Times.ToMinute(suspended.From)} – {Times.ToMinute(suspended.To)}",
        WatchingResumed resumed => texts["Detail.Since", Times.ToSecond(resumed.At)],
        ZoneBreached { HeldBackBy: not null } breached => $"{texts["Detail.Since", Times.ToSecond(breached.Since)]} · {texts["Detail.HeldBack"]}",
        ZoneBreached breached => texts["Detail.Since", Times.ToSecond(breached.Since)],
        ZoneBreachResumed resumed => texts["Detail.Since", Times.ToSecond(resumed.Since)],
        ZoneBreachEnded ended => texts["Detail.Since", Times.ToSecond(ended.Until)],
        ZoneBreachWithdrawn withdrawn => texts["Detail.Since", Times.ToSecond(withdrawn.Since)],
        ZoneBreachConfirmed confirmed => texts["Detail.Since", Times.ToSecond(confirmed.Since)],
        ZoneApproached approached => texts["Detail.Since", Times.ToSecond(approached.Since)],
        ZoneApproachEnded ended => texts["Detail.Since", Times.ToSecond(ended.Until)],
        DeviceFellSilent { HeldBackBy: not null } silent => $"{silent.DeviceId} · {texts["Detail.HeldBack"]}",
        DeviceFellSilent silent => $"{silent.DeviceId} · {texts["Detail.LastHeard", silent.LastHeardAt is { } heard ? Times.ToSecond(heard) : texts["Detail.Never"].Value]}",
        DeviceHeardAgain heard => heard.DeviceId,
        SilenceLapsed lapsed => lapsed.DeviceId,
        PositionLost { HeldBackBy: not null } lost => $"{lost.DeviceId} · {texts["Detail.HeldBack"]}",
        PositionLost lost => lost.DeviceId,
        PositionRegained regained => regained.DeviceId,
        SubjectWarned warned => $"{warned.DeviceId} · {texts.Of("Warning", warned.Reason)}",
        DeviceAlarmRaised raised => $"{raised.DeviceId} · {texts.Alarms(raised.Alarms)}",
        DeviceAlarmCeased ceased => $"{ceased.DeviceId} · {texts.Alarms(ceased.Alarms)}",
        BatteryRanLow low => $"{low.DeviceId} · {low.Percent}%",
        BatteryRecovered recovered => $"{recovered.DeviceId} · {recovered.Percent}%",
        AlertRaised raised => $"{texts.Of("AlertKind", raised.Kind)} · {texts.Of("Severity", raised.Severity)}",
        AlertResolved resolved => texts.Of("Outcome", resolved.Outcome),
        IVisitEvent visit => texts.Detail(visit),
        _ => string.Empty,
    };

    private static string Detail(this IStringLocalizer<Texts> texts, IVisitEvent happened) => happened switch
    {
        VisitApplied applied => $"{texts.Of("VisitPlace", applied.Channel)} · {Slot(applied.From, applied.To)}",
        VisitScheduled scheduled => Slot(scheduled.From, scheduled.To),
        VisitRescheduled moved => $"{texts.Of("CancelReason", moved.Reason)} · {Slot(moved.From, moved.To)}",
        VisitDeclined declined => texts.Of("DeclineReason", declined.Reason),
        VisitCancelled cancelled => texts.Of("CancelReason", cancelled.Reason),
        VisitFlagged flagged => texts.Of("VisitObstacle", flagged.Obstacle),
        VisitFlagCleared cleared => texts.Of("VisitObstacle", cleared.Obstacle),
        VisitorsAdmitted admitted => texts["Detail.Attended", admitted.Attended.Length],
        VisitWarned warned => texts.Of("CutReason", warned.Reason),
        VisitInterrupted interrupted => texts.Of("InterruptionCause", interrupted.Cause),
        VisitResumed resumed => texts["Detail.Lost", resumed.SecondsLost, resumed.SecondsCredited],
        VisitCut cut => texts.Of("CutReason", cut.Reason),
        VisitEnded ended => texts.Of("EndReason", ended.Reason),
        RecordingSealed sealing => $"SHA-256 {sealing.Manifest}",
        RecordingHeld held => texts.Of("HoldGround", held.Ground),
        RecordingDeleted deleted => $"SHA-256 {deleted.Manifest}",
        _ => string.Empty,
    };

    private static string Slot(Instant from, Instant to) => $"{Times.ToMinute(from)}–{Times.ToClock(to)}";

    /// <summary>The row of what was noted with it, by whoever decided; null: nothing was.</summary>
    public static Guid? NoteOf(IDomainEvent happened) => happened switch
    {
        AlertAcknowledged taken => taken.Note?.Id,
        AlertResolved done => done.Note?.Id,
        AlertNoted noted => noted.Note.Id,
        AlertHandedOver handedOver => handedOver.Reason?.Id,
        LeaveRefused refused => refused.Note?.Id,
        VisitDeclined declined => declined.Note?.Id,
        _ => null,
    };

    private static string Alarms(this IStringLocalizer<Texts> texts, DeviceAlarms alarms) => string.Join(
        texts["Comma"],
        Enum.GetValues<DeviceAlarms>().Where(alarm => alarm != DeviceAlarms.None && alarms.HasFlag(alarm)).Select(alarm => texts.Of("Alarm", alarm.ToString())));

    public static string Shape(this IStringLocalizer<Texts> texts, ZoneGeometry geometry) => geometry switch
    {
        ZoneGeometry.Circle circle => texts["Shape.Circle", circle.Radius.ToString("0", CultureInfo.InvariantCulture)],
        ZoneGeometry.Area area => texts["Shape.Area", area.Rings.IsEmpty ? 0 : area.Rings[0].Length - 1],
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static string Schedule(this IStringLocalizer<Texts> texts, ZoneSchedule? schedule) => schedule is null
        ? texts["Schedule.Always"]
        : $"{string.Join(texts["Comma"], schedule.Days.Select(day => texts.Of("Day", Enum.GetName(day) ?? string.Empty)))} {Time.Format(schedule.From)}–{Time.Format(schedule.To)}";

    /// <summary>A length of time in its largest unit; what is less than a second is none.</summary>
    public static string Span(this IStringLocalizer<Texts> texts, Duration span) => span.TotalSeconds switch
    {
        < 120 => texts["Span.Seconds", Math.Max(0, Math.Round(span.TotalSeconds))],
        < 7_200 => texts["Span.Minutes", Math.Round(span.TotalMinutes)],
        < 172_800 => texts["Span.Hours", Math.Round(span.TotalHours)],
        _ => texts["Span.Days", Math.Round(span.TotalDays)],
    };

    private static string Span(LocalDate from, LocalDate to) => $"{Times.Date(from)} – {Times.Date(to)}";
}
