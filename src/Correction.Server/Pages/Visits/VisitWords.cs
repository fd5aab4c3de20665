using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Server.Api.Visits;
using Correction.Server.Pages.Resources;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace Correction.Server.Pages.Visits;

/// <summary>Visits and relatives in the words that families read.</summary>
internal static class VisitWords
{
    public static string Tone(VisitStage stage) => stage switch
    {
        VisitStage.Approved or VisitStage.Scheduled or VisitStage.Waiting or VisitStage.Admitted or VisitStage.InProgress => "good",
        VisitStage.Applied or VisitStage.KinshipChecked or VisitStage.Interrupted => "warn",
        VisitStage.Declined or VisitStage.Cut or VisitStage.NotAttended => "bad",
        _ => "plain",
    };

    public static string Tone(RelativeStage stage) => stage switch { RelativeStage.Verified => "good", RelativeStage.Applied => "warn", _ => "bad" };

    /// <summary>Why it was declined, cancelled, cut or ended; null: nothing to tell.</summary>
    public static string? ReasonOf(this IStringLocalizer<Texts> texts, Visit visit) => (visit.Stage, visit.Reason) switch
    {
        (_, null) => null,
        (VisitStage.Declined, var reason) => texts.Of("DeclineReason", reason),
        (VisitStage.Cancelled, var reason) => texts.Of("CancelReason", reason),
        (VisitStage.Cut, var reason) => texts.Of("CutReason", reason),
        (_, var reason) => WireNames<EndReason>.TryParse(reason, out _) ? texts.Of("EndReason", reason) : texts.Of("CutReason", reason),
    };

    /// <summary>What stands in its way.</summary>
    public static string Obstacles(this IStringLocalizer<Texts> texts, Visit visit) => string.Join(texts["Comma"], visit.Flags.Select(flag => texts.Of("VisitObstacle", flag)));

    /// <summary>The visitors by name, each with what they are to the prisoner.</summary>
    public static string Names(this IStringLocalizer<Texts> texts, Visit visit, VisitPeople people) => string.Join(
        texts["Comma"], visit.Visitors.Select(visitor => $"{people.NameOf(StreamKeys.Relative(visitor.RelativeId))}（{texts.Of("Relationship", visitor.Relationship)}）"));

    /// <summary>For how long there are no visits, and why.</summary>
    public static string Told(this IStringLocalizer<Texts> texts, VisitRestriction restriction) =>
        $"{(restriction.To is { } to ? $"{Times.Date(restriction.From)} – {Times.Date(to)}" : texts["Restriction.Open", Times.Date(restriction.From)].Value)} · {texts.Of("RestrictionReason", restriction.Reason)}";

    /// <summary>A day with its weekday.</summary>
    public static string Day(this IStringLocalizer<Texts> texts, LocalDate date) => $"{Times.Date(date)} {texts.Of("Day", date.DayOfWeek.ToString())}";

    /// <summary>From when to when, on which day.</summary>
    public static string Time(this IStringLocalizer<Texts> texts, Slot slot) => $"{texts.Day(slot.Id.Date)} {Times.ToClock(slot.From)}–{Times.ToClock(slot.To)}";

    public static string Time(this IStringLocalizer<Texts> texts, Visit visit) => $"{texts.Day(visit.Slot.Date)} {Times.ToClock(visit.From)}–{Times.ToClock(visit.To)}";
}
