using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Access;
using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using Correction.Server.Api;
using Correction.Server.Pages;
using Correction.Server.Pages.Resources;
using Correction.Store.Reading;
using Microsoft.Extensions.Localization;
using NodaTime;
using SkiaSharp;

namespace Correction.Server.CaseFiles;

/// <summary>
/// A subject's case file: who, on which judgment, what happened and who decided on which article, each alert and what
/// became of it, the ways of the days asked for, who looked. Each event carries the hash by which its line in an export is
/// known again. In the language of the current culture.
/// </summary>
internal sealed class SubjectCaseFile(SubjectCase told, Stations stations, IStringLocalizer<Texts> texts, Func<RecordedEvent, string> hashOf)
{
    private const float PictureHeight = 300;

    /// <param name="by">Who asked for it.</param>
    public byte[] Write(SKTypeface face, Actor by, Instant now)
    {
        using var stream = new MemoryStream();
        using (var pages = new PdfPages(stream, face, $"{texts["CaseFile.Title"]} · {told.Subject.Id}", now.ToDateTimeUtc()))
        {
            pages.Title(texts["CaseFile.Title"]);
            pages.Small(texts["CaseFile.Made", Times.ToSecond(now), by.Account]);
            WritePerson(pages);
            WriteTimeline(pages, texts["Timeline"], told.Events);
            WriteAlerts(pages);
            WriteTracks(pages, face);
            WriteLooks(pages);
            pages.Heading(texts["CaseFile.Verify"]);
            pages.Text(texts["CaseFile.VerifyText"]);
            pages.Close();
        }

        return stream.ToArray();
    }

    private void WritePerson(PdfPages pages)
    {
        Registered subject = told.Subject;
        pages.Heading(texts["Person"]);
        pages.Fact(texts["Person.Name"], told.Person.Name);
        pages.Fact(texts["Field.person.idNumber"], told.Person.IdNumber ?? "—");
        pages.Fact(texts["Field.person.birthDate"], told.Person.BirthDate ?? "—");
        pages.Fact(texts["Field.category"], texts.Of("Category", subject.Category));
        pages.Fact(texts["Field.jurisdiction"], $"{stations.NameOf(subject.Jurisdiction.Code)} {subject.Jurisdiction.Code}");
        pages.Fact(texts["Term"], $"{Times.Date(subject.Term.From)} – {Times.Date(subject.Term.To)}");
        pages.Fact(texts["Field.judgment.court"], subject.Judgment.Court);
        pages.Fact(texts["Field.judgment.documentNumber"], subject.Judgment.DocumentNumber);
        pages.Fact(texts["Field.judgment.effectiveOn"], Times.Date(subject.Judgment.EffectiveOn));
    }

    private void WriteTimeline(PdfPages pages, string heading, ImmutableArray<RecordedEvent> events)
    {
        pages.Heading(heading);
        foreach (RecordedEvent happened in events)
        {
            pages.Text($"{happened.Version}. {texts.Of("Event", happened.Type)} {texts.Detail(happened.Data)}");
            pages.Small(
                $"{texts["Timeline.Occurred"]} {Times.ToSecond(happened.OccurredAt)} · {texts["Timeline.Recorded"]} {Times.ToSecond(happened.RecordedAt)} · {texts["Timeline.By"]} {By(happened.Actor)}"
                + (happened.Basis.IsEmpty ? "" : " · " + string.Join(texts["Comma"], happened.Basis.Select(texts.Of))));
            if (Details.NoteOf(happened.Data) is { } note)
            {
                pages.Text($"“{told.Notes.GetValueOrDefault(note, "—")}”");
            }

            pages.Small($"#{happened.Sequence} SHA-256 {hashOf(happened)}");
            pages.Gap();
        }
    }

    private void WriteAlerts(PdfPages pages)
    {
        foreach (ImmutableArray<RecordedEvent> alert in told.Alerts)
        {
            var raised = (AlertRaised)alert[0].Data;
            WriteTimeline(pages, $"{texts.Of("AlertKind", raised.Kind)} · {Times.ToMinute(alert[0].OccurredAt)}", alert);
        }
    }

    private void WriteTracks(PdfPages pages, SKTypeface face)
    {
        Zone[] zones = [.. told.Subject.KnownZones];
        foreach (IGrouping<LocalDate, Fix> day in told.Track.Where(fix => fix.Use == FixUse.Usable).GroupBy(fix => ChinaTime.DateOf(fix.OccurredAt)).OrderBy(day => day.Key))
        {
            pages.Heading($"{texts["Track.Title"]} · {Times.Date(day.Key)}", follows: PictureHeight + 20);
            pages.Small(texts["CaseFile.Fixes", day.Count(), Times.ToTime(day.Min(fix => fix.OccurredAt)), Times.ToTime(day.Max(fix => fix.OccurredAt))]);
            var picture = new TrackPicture([.. day], zones);
            pages.Picture(PictureHeight, (canvas, frame) => picture.Draw(canvas, frame, face));
        }
    }

    private void WriteLooks(PdfPages pages)
    {
        if (told.Looks.IsDefault)
        {
            return;
        }

        pages.Heading(texts["CaseFile.Looks"]);
        foreach (RecordedEvent happened in told.Looks)
        {
            var look = (PersonalDataViewed)happened.Data;
            pages.Small($"{Times.ToSecond(happened.OccurredAt)} · {By(happened.Actor)} · {look.What} · {look.Via}{(look.Purpose is { } purpose ? " · " + purpose : "")}");
        }
    }

    private string By(Actor actor) => actor.Role == Role.System ? texts["Role.system"] : texts["Timeline.Actor", actor.Account, texts.Of("Role", actor.Role)];
}
