using System.Collections.Immutable;
using Correction.Domain;
using Correction.Server.Access;
using Correction.Server.Pages;
using Correction.Server.Pages.Resources;
using Correction.Store.Reading;
using Microsoft.Extensions.Localization;
using NodaTime;
using SkiaSharp;

namespace Correction.Server.CaseFiles;

/// <summary>
/// A case on paper, in the language of the current culture: what it is, what happened and who decided on which article, who
/// looked, how it is verified. Each event carries its leaf hash in the ledger.
/// </summary>
/// <param name="title">Key of its text.</param>
/// <param name="of">Key of the stream of the person or visit whose case it is.</param>
internal abstract class CaseFile(string title, string of, CaseRecord record, IStringLocalizer<Texts> texts)
{
    public string Of => of;

    /// <summary>Whose auditors may verify it.</summary>
    public abstract Jurisdiction Jurisdiction { get; }

    public CaseRecord Record => record;

    /// <param name="by">Who asked for it.</param>
    public MemoryStream Write(SKTypeface face, Actor by, Instant now)
    {
        var stream = new MemoryStream();
        using (var pages = new PdfPages(stream, face, $"{texts[title]} · {StreamKeys.Parse(of).Id}", now.ToDateTimeUtc()))
        {
            pages.Title(texts[title]);
            pages.Small(texts["CaseFile.Made", Times.ToSecond(now), by.Account]);
            WriteCase(pages, face);
            WriteLooks(pages);
            pages.Heading(texts["CaseFile.Verify"]);
            pages.Text(texts["CaseFile.VerifyText"]);
            pages.Close();
        }

        stream.Position = 0;
        return stream;
    }

    protected abstract void WriteCase(PdfPages pages, SKTypeface face);

    protected void WriteTimeline(PdfPages pages, string heading, ImmutableArray<RecordedEvent> events)
    {
        pages.Heading(heading);
        foreach (RecordedEvent happened in events)
        {
            string detail = texts.Detail(happened.Data);
            pages.Text($"{happened.Version}. {texts.Of("Event", happened.Type)}{(detail.Length > 0 ? " · " + detail : "")}");
            pages.Small(
                $"{texts["Timeline.Occurred"]} {Times.ToSecond(happened.OccurredAt)} · {texts["Timeline.Recorded"]} {Times.ToSecond(happened.RecordedAt)} · {texts["Timeline.By"]} {By(happened.Actor)}"
                + (happened.Basis.IsEmpty ? "" : " · " + string.Join(texts["Comma"], happened.Basis.Select(texts.Of))));
            if (Details.NoteOf(happened.Data) is { } note)
            {
                pages.Text($"“{record.Notes.GetValueOrDefault(note, "—")}”");
            }

            pages.Small(texts["CaseFile.Leaf", happened.Sequence, record.LeafHashes[happened.Sequence]]);
            pages.Gap();
        }
    }

    private void WriteLooks(PdfPages pages)
    {
        if (record.Looks.IsDefault)
        {
            return;
        }

        pages.Heading(texts["CaseFile.Looks"]);
        foreach (Look look in record.Looks)
        {
            pages.Small($"{Times.ToSecond(look.At)} · {By(look.By)} · {texts.Of("Looked", look.What)} · {texts.Of("Via", look.Via)}{(look.Purpose is { } purpose ? " · " + purpose : "")}");
        }
    }

    private string By(Actor actor) => actor.Role == Role.System ? texts["Role.system"] : texts["Timeline.Actor", actor.Account, texts.Of("Role", actor.Role)];
}
