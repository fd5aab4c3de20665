using System.Globalization;
using Correction.Domain;
using Correction.Domain.CaseFiles;
using Correction.Domain.Time;
using Correction.Grains;
using Correction.Server.Accounts;
using Correction.Server.Api;
using Correction.Server.Pages;
using NodaTime;
using SkiaSharp;

namespace Correction.Server.CaseFiles;

/// <summary>Gives a case file out: made, put on record under the hash of its bytes, and only then answered.</summary>
internal sealed class CaseFileDesk(CaseFileFont font, IGrainFactory grains, IClock clock)
{
    /// <param name="lang"><c>zh-CN</c> or <c>en</c>; the reader's own where it is null.</param>
    /// <param name="gather">Reads the case for a purpose; null where there is none.</param>
    public async Task<IResult> IssueAsync(HttpContext http, string? lang, Func<string?, Task<CaseFile?>> gather)
    {
        if (lang is not (null or "zh-CN" or "en"))
        {
            return Problems.Malformed(("lang", "zh-CN or en."));
        }

        if (font.Face is not { } face)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "noTypeface", "This server has no typeface with Chinese characters: install fonts-noto-cjk, or set CaseFiles:Font.");
        }

        CultureInfo.CurrentUICulture = lang is null ? CultureInfo.CurrentUICulture : CultureInfo.GetCultureInfo(lang);
        string? purpose = SubjectsApi.Purpose(http);
        return await gather(purpose) is { } told ? await IssueAsync(http, told, face, purpose) : Problems.NotFound();
    }

    private async Task<IResult> IssueAsync(HttpContext http, CaseFile told, SKTypeface face, string? purpose)
    {
        Instant now = clock.GetCurrentInstant();
        Actor by = http.User.Actor();
        MemoryStream file = told.Write(face, by, now);
        string sha256 = await CaseFileVerifier.HashOfAsync(file, http.RequestAborted);
        file.Position = 0;
        var issue = new IssueCaseFile(told.Of, told.Jurisdiction, purpose, [.. told.Record.LeafHashes.Select(leaf => new ToldEvent(leaf.Key, leaf.Value))]);
        return await grains.GetGrain<ICaseFileGrain>(sha256).Execute(issue, CommandEnvelope.By(by)) switch
        {
            CommandOutcome.Done => TypedResults.File(file, "application/pdf", $"case-{StreamKeys.Parse(told.Of).Id}-{Times.Date(ChinaTime.DateOf(now))}.pdf"),
            CommandOutcome.Refused(var refusal) => Problems.From(refusal),
            CommandOutcome.Stale(var version) => Problems.Stale(version),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
