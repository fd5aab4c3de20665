using System.Globalization;
using Correction.Domain.Time;
using Correction.Server.Accounts;
using Correction.Server.Api;
using Correction.Server.Pages;
using Correction.Server.Pages.Resources;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace Correction.Server.CaseFiles;

/// <summary>A subject's case file as a PDF to print and hand on; the look is on record as <c>caseFile</c>.</summary>
internal static class CaseFilesApi
{
    /// <summary>Each day with positions is a picture.</summary>
    private const int MostDays = 31;

    public static void AddCaseFiles(this IServiceCollection services)
    {
        services.AddSingleton<CaseFileFont>();
        services.AddSingleton<SubjectCaseReader>();
    }

    public static void MapCaseFile(this RouteGroupBuilder subject) => subject.MapGet("/case-file", ReadAsync);

    private static async Task<IResult> ReadAsync(
        HttpContext http, string id, SubjectCaseReader cases, EventLines lines, CaseFileFont font, Stations stations, IStringLocalizer<Texts> texts, IClock clock, [AsParameters] Asked asked)
    {
        Instant now = clock.GetCurrentInstant();
        LocalDate today = ChinaTime.DateOf(now);
        if (!TryReadDay(asked.To, today, out LocalDate to) || !TryReadDay(asked.From, to.PlusDays(-6), out LocalDate from) || from > to || Period.DaysBetween(from, to) >= MostDays)
        {
            return Problems.Malformed(("from", $"Local dates such as 2026-03-01, as for to; at most {MostDays} days, the last seven where none are given."));
        }

        if (asked.Lang is not (null or "zh-CN" or "en"))
        {
            return Problems.Malformed(("lang", "zh-CN or en."));
        }

        if (font.Face is not { } face)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "noTypeface", "This server has no typeface with Chinese characters: install fonts-noto-cjk, or set CaseFiles:Font.");
        }

        if (asked.Lang is { } language)
        {
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        }

        return await cases.ReadAsync(http.User, SubjectsApi.Id(id), from, to, SubjectsApi.Purpose(http), http.RequestAborted) is { } told
            ? TypedResults.File(new SubjectCaseFile(told, stations, texts, lines.HashOf).Write(face, http.User.Actor(), now), "application/pdf", $"case-{id}-{Times.Date(today)}.pdf")
            : Problems.NotFound();
    }

    private static bool TryReadDay(string? text, LocalDate otherwise, out LocalDate day)
    {
        day = text is null ? otherwise : Times.ParseDate(text).GetValueOrDefault();
        return day.Year is > 1990 and < 2200;
    }

    /// <param name="From">First local day of the tracks.</param>
    /// <param name="To">Last one.</param>
    /// <param name="Lang"><c>zh-CN</c> or <c>en</c>; the reader's own where it is absent.</param>
    internal sealed record Asked([property: FromQuery] string? From, [property: FromQuery] string? To, [property: FromQuery] string? Lang);
}
