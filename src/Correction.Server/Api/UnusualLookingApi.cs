using Correction.Domain;
using Correction.Domain.Access;
using Correction.Grains;
using Correction.Server.Access;
using Correction.Server.Accounts;
using Correction.Store.Reading;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace Correction.Server.Api;

/// <summary>Looking that stands out, as proposals to a human, and what a human made of each.</summary>
internal static class UnusualLookingApi
{
    public static void MapUnusualLooking(this RouteGroupBuilder audit)
    {
        audit.MapGet("/access/unusual", List);
        audit.MapPost("/access/unusual/judge", Judge);
    }

    /// <summary>Reads a verdict; what is wrong stands in the body's errors.</summary>
    public static UnusualLookingJudged Read(RequestBody body) =>
        new(body.Choice<LookingRule>("rule"), body.Text("account", 100), body.Date("date"), body.Choice<LookingVerdict>("verdict"));

    /// <summary>Whether the account is one whose looks this auditor sees.</summary>
    public static async Task<bool> MayJudgeAsync(HttpContext http, UnusualLookingJudged judged, JurisdictionReader jurisdictions) =>
        await jurisdictions.FindAsync(StreamKeys.Account(judged.Account), http.RequestAborted) is { } whose && http.User.Covers(whose);

    public static IAccessGrain Day(IGrainFactory grains, UnusualLookingJudged judged) =>
        grains.GetGrain<IAccessGrain>(StreamKeys.Access(judged.Account, judged.Date)["access/".Length..]);

    private static async Task<IResult> List(HttpContext http, LookBook book, IClock clock, [FromQuery] string? from, [FromQuery] string? to)
    {
        List<(string Field, string Message)> errors = [];
        Instant end = SubjectsApi.ReadTime("to", to, errors) ?? clock.GetCurrentInstant();
        Instant begin = SubjectsApi.ReadTime("from", from, errors) ?? end - Duration.FromDays(1);
        return errors.Count > 0
            ? Problems.Malformed(errors)
            : TypedResults.Ok((await book.UnusualAsync(http.User, begin, end, http.RequestAborted)).Select(proposal => new UnusualLookingShape(
                proposal.Looking.Rule, proposal.Looking.Account, proposal.Looking.Date, proposal.Looking.From, proposal.Looking.To, proposal.Looking.Persons, proposal.Looking.Limit,
                proposal.Verdict, proposal.By)));
    }

    private static async Task<IResult> Judge(HttpContext http, CommandEndpoint commands, IGrainFactory grains, JurisdictionReader jurisdictions)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        UnusualLookingJudged judged = Read(body);
        if (body.Errors.Count > 0)
        {
            return Problems.Malformed(body.Errors);
        }

        return await MayJudgeAsync(http, judged, jurisdictions)
            ? await commands.SendAsync(http, body, judged.Account, [], envelope => Day(grains, judged).Judge(judged, envelope))
            : Problems.OutsideJurisdiction();
    }
}

/// <param name="Persons">How many distinct persons were looked at one by one.</param>
/// <param name="Limit">How many would have been usual.</param>
internal sealed record UnusualLookingShape(
    LookingRule Rule, string Account, LocalDate Date, Instant From, Instant To, int Persons, int Limit, LookingVerdict? Verdict, string? JudgedBy);

/// <param name="Date">The local date of China on which it began.</param>
internal sealed record LookingVerdictBody(LookingRule Rule, string Account, LocalDate Date, LookingVerdict Verdict);
