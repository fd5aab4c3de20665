using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Subjects;
using Correction.Grains;
using Correction.Server.Accounts;
using Correction.Server.Api.OpenApi;
using Correction.Store.Journaling;

namespace Correction.Server.Api;

/// <summary>Leaves of one subject: applied for at the station, decided by who may for so many days, reported over.</summary>
internal static class LeavesApi
{
    private const int LongestText = 200;

    public static void MapLeaves(this RouteGroupBuilder subject)
    {
        subject.MapGet("/leaves", List);
        subject.MapPost("/leaves", Apply).RequireAuthorization(Policies.DecideAsOfficer);
        subject.MapPost("/leaves/{leaveId}/approve", Approve).RequireAuthorization(Policies.DecideOnLeaves);
        subject.MapPost("/leaves/{leaveId}/refuse", Refuse).RequireAuthorization(Policies.DecideOnLeaves);
        subject.MapPost("/leaves/{leaveId}/return", Return).RequireAuthorization(Policies.DecideAsOfficer);
        subject.MapPost("/leaves/{leaveId}/cancel", Cancel).RequireAuthorization(Policies.DecideAsOfficer);
    }

    /// <summary>Reads an application; destination and proof stand with the personal data.</summary>
    /// <param name="within">The object that holds it, with its dot; empty: the body itself.</param>
    public static (ApplyForLeave Command, PersonalRecord Details) ReadApplication(RequestBody body, string within = "")
    {
        PersonalRecord details = CommandEndpoint.Personal(
            "leave", new { destination = body.Text(within + "destination", LongestText), proof = body.OptionalText(within + "proof", LongestText) });
        return (new ApplyForLeave(body.Choice<LeaveReason>(within + "reason"), details.Reference, body.Date(within + "from"), body.Date(within + "to")), details);
    }

    /// <summary>A leave as the contract shows it.</summary>
    /// <param name="details">What tells of the person's way; null where it was not asked for, or is erased.</param>
    public static LeaveShape Write(Leave leave, LeaveDetails? details) => new(
        leave.Id.ToString(), leave.Reason, leave.From, leave.To, leave.Days, leave.State, leave.Level, leave.ReturnedAt, leave.OverstayAlert?.ToString(), details);

    private static async Task<IResult> List(HttpContext http, string id, SubjectDirectory directory) =>
        await directory.LeavesAsync(http.User, SubjectsApi.Id(id), "api", SubjectsApi.Purpose(http), http.RequestAborted) is var (leaves, details)
            ? TypedResults.Ok(new { items = leaves.Reverse().Select(leave => Write(leave, details.GetValueOrDefault(leave.Details.Id))) })
            : Problems.NotFound();

    private static async Task<IResult> Apply(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        (ApplyForLeave apply, PersonalRecord details) = ReadApplication(body);
        return body.Errors.Count > 0 ? Problems.Malformed(body.Errors) : await SendAsync(http, id, body, commands, grains, apply, details);
    }

    private static Task<IResult> Approve(HttpContext http, string id, string leaveId, CommandEndpoint commands, IGrainFactory grains) =>
        DecideAsync(http, id, leaveId, commands, grains, leave => new ApproveLeave(leave));

    private static Task<IResult> Return(HttpContext http, string id, string leaveId, CommandEndpoint commands, IGrainFactory grains) =>
        DecideAsync(http, id, leaveId, commands, grains, leave => new ReportReturn(leave));

    private static Task<IResult> Cancel(HttpContext http, string id, string leaveId, CommandEndpoint commands, IGrainFactory grains) =>
        DecideAsync(http, id, leaveId, commands, grains, leave => new CancelLeave(leave));

    private static async Task<IResult> Refuse(HttpContext http, string id, string leaveId, CommandEndpoint commands, IGrainFactory grains)
    {
        if (!LeaveId.TryParse(leaveId, out LeaveId leave))
        {
            return Problems.NotFound();
        }

        RequestBody body = await RequestBody.ReadOptionalAsync(http.Request);
        PersonalRecord? note = body.OptionalText("note", 1_000) is { } text ? CommandEndpoint.Personal("note", new { text }) : null;
        return body.Errors.Count > 0 ? Problems.Malformed(body.Errors) : await SendAsync(http, id, body, commands, grains, new RefuseLeave(leave, note?.Reference), note);
    }

    private static async Task<IResult> DecideAsync(
        HttpContext http, string id, string leaveId, CommandEndpoint commands, IGrainFactory grains, Func<LeaveId, SubjectCommand> command) =>
        LeaveId.TryParse(leaveId, out LeaveId leave)
            ? await SendAsync(http, id, await RequestBody.ReadOptionalAsync(http.Request), commands, grains, command(leave), null)
            : Problems.NotFound();

    private static Task<IResult> SendAsync(
        HttpContext http, string id, RequestBody body, CommandEndpoint commands, IGrainFactory grains, SubjectCommand command, PersonalRecord? personal) => commands.SendAsync(
            http, body, id, personal is null ? ImmutableArray<PersonalRecord>.Empty : [personal], envelope => grains.GetGrain<ISubjectGrain>(id).Execute(command, envelope));
}
