using Correction.Domain.Time;
using Correction.Server.Accounts;
using Correction.Server.Api;
using Correction.Server.Api.OpenApi;
using Correction.Server.Api.Visits;
using Correction.Server.Pages;
using Correction.Server.Pages.Resources;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace Correction.Server.CaseFiles;

/// <summary>
/// Case files of subjects and visits as PDF to print and hand on: the look is on record as <c>caseFile</c>, and that the file was
/// issued under the hash of its bytes, before they are given out. By that hash an auditor verifies it.
/// </summary>
internal static class CaseFilesApi
{
    /// <summary>Each day with positions is a picture.</summary>
    private const int MostDays = 31;

    public static void AddCaseFiles(this IServiceCollection services)
    {
        services.AddSingleton<CaseFileFont>();
        services.AddSingleton<CaseFileDesk>();
        services.AddSingleton<CaseRecordReader>();
        services.AddSingleton<SubjectCaseReader>();
        services.AddSingleton<VisitCaseReader>();
        services.AddSingleton<CaseFileVerifier>();
    }

    public static void MapSubjectCaseFile(this RouteGroupBuilder subject) => subject.MapGet("/case-file", ReadSubjectAsync);

    public static void MapVisitCaseFile(this RouteGroupBuilder visit) => visit.MapGet("/case-file", ReadVisitAsync).RequireAuthorization(Policies.TakeVisitCaseFiles);

    public static void MapCaseFileProofs(this RouteGroupBuilder audit) => audit.MapGet("/case-files/{sha256}", ProveAsync);

    /// <param name="from">First local day of the tracks.</param>
    /// <param name="to">Last one.</param>
    private static async Task<IResult> ReadSubjectAsync(
        HttpContext http, string id, CaseFileDesk desk, SubjectCaseReader cases, Stations stations, IStringLocalizer<Texts> texts, IClock clock,
        [FromQuery] string? from, [FromQuery] string? to, [FromQuery] string? lang)
    {
        LocalDate today = ChinaTime.DateOf(clock.GetCurrentInstant());
        if (!TryReadDay(to, today, out LocalDate last) || !TryReadDay(from, last.PlusDays(-6), out LocalDate first) || first > last || Period.DaysBetween(first, last) >= MostDays)
        {
            return Problems.Malformed(("from", $"Local dates such as 2026-03-01, as for to; at most {MostDays} days, the last seven where none are given."));
        }

        return await desk.IssueAsync(http, lang, async purpose =>
            await cases.ReadAsync(http.User, SubjectsApi.Id(id), first, last, purpose, http.RequestAborted) is { } told ? new SubjectCaseFile(told, stations, texts) : null);
    }

    private static Task<IResult> ReadVisitAsync(
        HttpContext http, string id, CaseFileDesk desk, VisitCaseReader cases, Stations stations, IStringLocalizer<Texts> texts, [FromQuery] string? lang) =>
        desk.IssueAsync(http, lang, async purpose =>
            await cases.ReadAsync(http.User, VisitsApi.Id(id), purpose, http.RequestAborted) is { } told ? new VisitCaseFile(told, stations, texts) : null);

    /// <summary>What is on record of a file, known by the SHA-256 of its bytes: the file itself need not be sent.</summary>
    private static async Task<IResult> ProveAsync(HttpContext http, string sha256, CaseFileVerifier verifier) =>
        await verifier.FindAsync(http.User, sha256, "api", SubjectsApi.Purpose(http), http.RequestAborted) is { } proof
            ? TypedResults.Ok(CaseFileProofShape.From(proof))
            : Problems.Of(StatusCodes.Status404NotFound, "caseFileNotIssued", "This service issued no such file within your jurisdiction: not one byte may differ from what was downloaded.");

    private static bool TryReadDay(string? text, LocalDate otherwise, out LocalDate day)
    {
        day = text is null ? otherwise : Times.ParseDate(text).GetValueOrDefault();
        return day.Year is > 1990 and < 2200;
    }
}
