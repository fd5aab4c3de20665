using System.Globalization;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
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
        ZoneImposed imposed => $"{texts.Of("ZoneKind", imposed.Kind)} · {imposed.Name} · {texts.Shape(imposed.Geometry)} · {texts.Schedule(imposed.Schedule)}",
        ZoneBreached breached => texts["Detail.Since", Times.ToSecond(breached.Since)],
        ZoneBreachResumed resumed => texts["Detail.Since", Times.ToSecond(resumed.Since)],
        ZoneBreachEnded ended => texts["Detail.Since", Times.ToSecond(ended.Until)],
        DeviceFellSilent silent => $"{silent.DeviceId} · {texts["Detail.LastHeard", silent.LastHeardAt is { } heard ? Times.ToSecond(heard) : texts["Detail.Never"].Value]}",
        DeviceHeardAgain heard => heard.DeviceId,
        AlertRaised raised => $"{texts.Of("AlertKind", raised.Kind)} · {texts.Of("Severity", raised.Severity)}",
        AlertResolved resolved => texts.Of("Outcome", resolved.Outcome),
        _ => string.Empty,
    };

    public static string Shape(this IStringLocalizer<Texts> texts, ZoneGeometry geometry) => geometry switch
    {
        ZoneGeometry.Circle circle => texts["Shape.Circle", circle.Radius.ToString("0", CultureInfo.InvariantCulture)],
        ZoneGeometry.Area area => texts["Shape.Area", area.Rings.IsEmpty ? 0 : area.Rings[0].Length - 1],
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static string Schedule(this IStringLocalizer<Texts> texts, ZoneSchedule? schedule) => schedule is null
        ? texts["Schedule.Always"]
        : $"{string.Join(texts["Comma"], schedule.Days.Select(day => texts.Of("Day", Enum.GetName(day) ?? string.Empty)))} {Time.Format(schedule.From)}–{Time.Format(schedule.To)}";

    private static string Span(LocalDate from, LocalDate to) => $"{Times.Date(from)} – {Times.Date(to)}";
}
