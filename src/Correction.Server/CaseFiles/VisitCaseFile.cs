using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Server.Pages;
using Correction.Server.Pages.Resources;
using Correction.Server.Pages.Visits;
using Microsoft.Extensions.Localization;
using SkiaSharp;

namespace Correction.Server.CaseFiles;

/// <summary>A visit's case: who met whom, what was decided on which article, who came, what was warned of or cut, the recording's seal.</summary>
internal sealed class VisitCaseFile(VisitCase told, Stations stations, IStringLocalizer<Texts> texts)
    : CaseFile("CaseFile.VisitTitle", StreamKeys.Visit(told.Visit.Id), told.Record, texts)
{
    private readonly IStringLocalizer<Texts> _texts = texts;

    public override Jurisdiction Jurisdiction => told.Visit.Jurisdiction;

    protected override void WriteCase(PdfPages pages, SKTypeface face)
    {
        Visit visit = told.Visit;
        pages.Heading(_texts["Family.Visit"]);
        pages.Fact(_texts["VisitRoom.Prisoner"], $"{told.People.NameOf(StreamKeys.Prisoner(visit.Prisoner))} · {visit.Prisoner.Number}");
        pages.Fact(_texts["Family.Prison"], $"{stations.NameOf(visit.Prisoner.Prison.Code)} {visit.Prisoner.Prison.Code}");
        pages.Fact(_texts["VisitRoom.Visitors"], _texts.Names(visit, told.People));
        pages.Fact(_texts["Field.jurisdiction"], $"{stations.NameOf(visit.Jurisdiction.Code)} {visit.Jurisdiction.Code}");
        pages.Fact(_texts["VisitRoom.Time"], _texts.Time(visit));
        pages.Fact(_texts["Family.Where"], _texts.Of("VisitPlace", visit.Channel));
        pages.Fact(_texts["Family.State"], $"{_texts.Of("VisitStage", visit.Stage)}{(_texts.ReasonOf(visit) is { } reason ? " · " + reason : "")}");
        pages.Fact(_texts["Film.attended"], string.Join(_texts["Comma"], visit.Attended.Select(id => told.People.NameOf(StreamKeys.Relative(id)))) is { Length: > 0 } came ? came : _texts["None"]);
        if (visit.Recording is { } recording)
        {
            pages.Fact(_texts["Film.recording"], recording.Manifest);
            pages.Fact(_texts["Recording.KeptUntil"], recording.RetainUntil is { } last ? Times.Date(last) : _texts["Recording.NotDecided"]);
        }

        WriteTimeline(pages, _texts["Timeline"], told.Events);
    }
}
