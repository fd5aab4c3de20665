using System.Text.Json;
using System.Text.RegularExpressions;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Grains;
using Correction.Server.Accounts;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;

namespace Correction.Server.Api;

/// <summary>What officers do about alerts: acknowledge, resolve, note, hand over; acknowledge many with one reason.</summary>
internal static partial class AlertCommandsApi
{
    private const int MostAtOnce = 200;
    private const int LongestNote = 1000;

    public static void MapAlertCommands(this RouteGroupBuilder alert)
    {
        RouteGroupBuilder commands = alert.MapGroup("/").RequireAuthorization(Policies.DecideAsOfficer);
        commands.MapPost("/acknowledge", Acknowledge);
        commands.MapPost("/resolve", Resolve);
        commands.MapPost("/notes", Note);
        commands.MapPost("/hand-over", HandOver);
    }

    public static void MapManyAlertCommands(this RouteGroupBuilder alerts) =>
        alerts.MapPost("/acknowledge", AcknowledgeMany).RequireAuthorization(Policies.DecideAsOfficer);

    private static async Task<IResult> Acknowledge(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        PersonalRecord? note = Record(body.OptionalText("note", LongestNote));
        return await SendAsync(http, id, body, commands, grains, new AcknowledgeAlert(note?.Reference), note);
    }

    private static async Task<IResult> Resolve(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        string outcome = body.Text("outcome", 40);
        if (outcome.Length > 0 && !Code().IsMatch(outcome))
        {
            body.Fail("outcome", "A code such as confirmed, falseAlarm, deviceFault, permitted, other.");
        }

        PersonalRecord? note = Record(body.OptionalText("note", LongestNote));
        return await SendAsync(http, id, body, commands, grains, new ResolveAlert(outcome, note?.Reference), note);
    }

    private static async Task<IResult> Note(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        return Record(body.Text("note", LongestNote)) is { } note
            ? await SendAsync(http, id, body, commands, grains, new NoteAlert(note.Reference), note)
            : Problems.Malformed(body.Errors);
    }

    private static async Task<IResult> HandOver(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains, UserManager<Account> accounts)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        string to = body.Text("to");
        Account? receiver = to.Length == 0 ? null : await accounts.FindByNameAsync(to);
        if (to.Length > 0 && receiver is null or { Disabled: true })
        {
            body.Fail("to", "The name of an account in use.");
        }

        PersonalRecord? reason = Record(body.OptionalText("reason", LongestNote));
        var receives = new Actor(receiver?.UserName ?? to, receiver?.Role ?? default, receiver?.Jurisdiction ?? string.Empty);
        return await SendAsync(http, id, body, commands, grains, new HandOverAlert(receives, reason?.Reference), reason);
    }

    private static async Task<IResult> AcknowledgeMany(HttpContext http, CommandEndpoint commands, IGrainFactory grains, JurisdictionReader jurisdictions)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        string reason = body.Text("reason", LongestNote);
        string[] ids = Ids(body);
        return body.Errors.Count > 0
            ? Problems.Malformed(body.Errors)
            : TypedResults.Ok(new { items = await Task.WhenAll(ids.Select(async id => Told(id, await AcknowledgeOneAsync(id)))) });

        async Task<IResult> AcknowledgeOneAsync(string id)
        {
            if (!AlertId.TryParse(id, out AlertId alert) || await jurisdictions.FindAsync(StreamKeys.Alert(alert), http.RequestAborted) is not { } whose)
            {
                return Problems.NotFound();
            }

            PersonalRecord note = Record(reason)!;
            return http.User.Covers(whose)
                ? await commands.SendPartAsync(
                    http, body, id, [note], envelope => grains.GetGrain<IAlertGrain>(id).Execute(new AcknowledgeAlert(note.Reference), envelope))
                : Problems.OutsideJurisdiction();
        }
    }

    private static string[] Ids(RequestBody body)
    {
        JsonElement ids = body.At("ids");
        string[] texts = ids.ValueKind == JsonValueKind.Array && ids.EnumerateArray().All(id => id.ValueKind == JsonValueKind.String)
            ? [.. ids.EnumerateArray().Select(id => id.GetString()!).Distinct()]
            : [];
        if (texts.Length is 0 or > MostAtOnce)
        {
            body.Fail("ids", $"1 to {MostAtOnce} ids of alerts.");
        }

        return texts;
    }

    /// <summary>What became of one of many: as its own call would have told it.</summary>
    private static object Told(string id, IResult result) => result switch
    {
        Ok<CommandEndpoint.Answer> { Value: { } answer } => new { id, status = StatusCodes.Status200OK, answer.Version, answer.Events },
        ProblemHttpResult problem => new { id, status = problem.StatusCode, problem = problem.ProblemDetails },
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static async Task<IResult> SendAsync(
        HttpContext http, string id, RequestBody body, CommandEndpoint commands, IGrainFactory grains, AlertCommand command, PersonalRecord? note) =>
        body.Errors.Count > 0
            ? Problems.Malformed(body.Errors)
            : await commands.SendAsync(
                http, body, id, note is null ? [] : [note], envelope => grains.GetGrain<IAlertGrain>(id).Execute(command, envelope));

    /// <summary>A note may name people: it stands with the personal data.</summary>
    private static PersonalRecord? Record(string? text) =>
        string.IsNullOrEmpty(text) ? null : CommandEndpoint.Personal("note", new { text });

    [GeneratedRegex("^[a-z][A-Za-z0-9]{0,39}$")]
    private static partial Regex Code();
}
