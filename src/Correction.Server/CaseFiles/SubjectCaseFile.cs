using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using Correction.Server.Pages;
using Correction.Server.Pages.Resources;
using Correction.Store.Reading;
using Microsoft.Extensions.Localization;
using NodaTime;
using SkiaSharp;

namespace Correction.Server.CaseFiles;

/// <summary>A subject's case: who, on which judgment, what happened, each alert and what became of it, the ways of the days asked for.</summary>
internal sealed class SubjectCaseFile(SubjectCase told, Stations stations, IStringLocalizer<Texts> texts)
    : CaseFile("CaseFile.Title", StreamKeys.Subject(told.Subject.Id), told.Record, texts)
{
    private const float PictureHeight = 300;

    private readonly IStringLocalizer<Texts> _texts = texts;

    public override Jurisdiction Jurisdiction => told.Subject.Jurisdiction;

    protected override void WriteCase(PdfPages pages, SKTypeface face)
    {
        WritePerson(pages);
        WriteTimeline(pages, _texts["Timeline"], told.Events);
        WriteAlerts(pages);
        WriteTracks(pages, face);
    }

    private void WritePerson(PdfPages pages)
    {
        Registered subject = told.Subject;
        pages.Heading(_texts["Person"]);
        pages.Fact(_texts["Person.Name"], told.Person.Name);
        pages.Fact(_texts["Field.person.idNumber"], told.Person.IdNumber ?? "—");
        pages.Fact(_texts["Field.person.birthDate"], told.Person.BirthDate ?? "—");
        pages.Fact(_texts["Field.category"], _texts.Of("Category", subject.Category));
        pages.Fact(_texts["Field.jurisdiction"], $"{stations.NameOf(subject.Jurisdiction.Code)} {subject.Jurisdiction.Code}");
        pages.Fact(_texts["Term"], $"{Times.Date(subject.Term.From)} – {Times.Date(subject.Term.To)}");
        pages.Fact(_texts["Field.judgment.court"], subject.Judgment.Court);
        pages.Fact(_texts["Field.judgment.documentNumber"], subject.Judgment.DocumentNumber);
        pages.Fact(_texts["Field.judgment.effectiveOn"], Times.Date(subject.Judgment.EffectiveOn));
    }

    private void WriteAlerts(PdfPages pages)
    {
        foreach (ImmutableArray<RecordedEvent> alert in told.Alerts)
        {
            var raised = (AlertRaised)alert[0].Data;
            WriteTimeline(pages, $"{_texts.Of("AlertKind", raised.Kind)} · {Times.ToMinute(alert[0].OccurredAt)}", alert);
        }
    }

    private void WriteTracks(PdfPages pages, SKTypeface face)
    {
        Zone[] zones = [.. told.Subject.KnownZones];
        foreach (IGrouping<LocalDate, Fix> day in told.Track.Where(fix => fix.Use == FixUse.Usable).GroupBy(fix => ChinaTime.DateOf(fix.OccurredAt)).OrderBy(day => day.Key))
        {
            pages.Heading($"{_texts["Track.Title"]} · {Times.Date(day.Key)}", follows: PictureHeight + 20);
            pages.Small(_texts["CaseFile.Fixes", day.Count(), Times.ToTime(day.Min(fix => fix.OccurredAt)), Times.ToTime(day.Max(fix => fix.OccurredAt))]);
            var picture = new TrackPicture([.. day], zones);
            pages.Picture(PictureHeight, (canvas, frame) => picture.Draw(canvas, frame, face));
        }
    }
}
