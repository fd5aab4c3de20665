using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain.Visits;
using Correction.Grains;
using Correction.Grains.Visits;
using Correction.Server.Accounts;
using Correction.Store.Journaling;

namespace Correction.Server.Api.Visits;

/// <summary>Commands to one visit: the prison decides, the parties move and cancel, office and prison conduct it.</summary>
internal static class VisitCommandsApi
{
    public static void MapVisitCommands(this RouteGroupBuilder visit)
    {
        visit.MapPost("/approve", Approve).RequireAuthorization(Policies.DecideAsPrison);
        visit.MapPost("/decline", Decline).RequireAuthorization(Policies.DecideAsPrison);
        RouteGroupBuilder parties = visit.MapGroup("/").RequireAuthorization(Policies.ChangeVisits);
        parties.MapPost("/reschedule", Reschedule);
        parties.MapPost("/cancel", Cancel);
        parties.MapPost("/arrive", Arrive);
        RouteGroupBuilder staff = visit.MapGroup("/").RequireAuthorization(Policies.ConductVisits);
        staff.MapPost("/clear-flags", ClearFlags);
        staff.MapPost("/admit", Admit);
        staff.MapPost("/start", Start);
        staff.MapPost("/warn", Warn);
        staff.MapPost("/interrupt", Interrupt);
        staff.MapPost("/resume", Resume);
        staff.MapPost("/cut", Cut);
        staff.MapPost("/end", End);
    }

    private static Task<IResult> Approve(HttpContext http, string id, CommandEndpoint commands, VisitDesk desk) =>
        SendAsync(http, id, commands, _ => envelope => desk.WithFactsAsync(VisitsApi.Id(id), (prisoner, visitors) => new ApproveVisit(prisoner, visitors), envelope));

    private static async Task<IResult> Decline(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        (DeclineVisit decline, PersonalRecord? note) = ReadDecline(body);
        return await SendAsync(http, id, body, commands, envelope => grains.Visit(VisitsApi.Id(id)).Execute(decline, envelope), note);
    }

    /// <summary>Why the prison declines, for API and pages alike; what is wrong stands in the body's errors.</summary>
    public static (DeclineVisit Decline, PersonalRecord? Note) ReadDecline(RequestBody body)
    {
        PersonalRecord? note = RelativesApi.ReadNote(body);
        return (new DeclineVisit(body.Choice<DeclineReason>("reason"), note?.Reference), note);
    }

    private static Task<IResult> Reschedule(HttpContext http, string id, CommandEndpoint commands, VisitDesk desk) => SendAsync(http, id, commands, body =>
    {
        if (!SlotId.TryParse(body.Text("slotId", 60), out SlotId slot))
        {
            body.Fail("slotId", "The slotId of a visit slot.");
        }

        CancelReason reason = body.At("reason").ValueKind == JsonValueKind.Undefined ? CancelReason.Other : body.Choice<CancelReason>("reason");
        return envelope => desk.RescheduleAsync(VisitsApi.Id(id), slot, reason, envelope);
    });

    private static Task<IResult> Cancel(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains) =>
        SendAsync(http, id, commands, grains, body => new CancelVisit(body.Choice<CancelReason>("reason")));

    private static Task<IResult> Arrive(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains) => SendAsync(http, id, commands, grains, _ => new EnterWaitingRoom());

    private static Task<IResult> ClearFlags(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains) => SendAsync(http, id, commands, grains, _ => new ClearVisitFlags());

    private static Task<IResult> Admit(HttpContext http, string id, CommandEndpoint commands, VisitDesk desk) => SendAsync(http, id, commands, body =>
    {
        JsonElement list = body.At("attended");
        ImmutableArray<RelativeId> attended = list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(item => RelativeId.TryParse(item.ToString(), out RelativeId who) ? who : default)]
            : [];
        if (list.ValueKind == JsonValueKind.Array && attended.IsEmpty)
        {
            body.Fail("attended", "The ids of those who came, one or more; absent: all came.");
        }

        IdentityCheck check = body.At("check").ValueKind == JsonValueKind.Undefined ? IdentityCheck.Papers : body.Choice<IdentityCheck>("check");
        return envelope => desk.WithFactsAsync(VisitsApi.Id(id), (prisoner, visitors) => new AdmitVisitors(attended, check, prisoner, visitors), envelope);
    });

    private static Task<IResult> Start(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains) => SendAsync(http, id, commands, grains, _ => new StartVisit());

    private static Task<IResult> Warn(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains) =>
        SendAsync(http, id, commands, grains, body => new WarnVisit(body.Choice<CutReason>("reason")));

    private static Task<IResult> Interrupt(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains) =>
        SendAsync(http, id, commands, grains, body => new InterruptVisit(body.Choice<InterruptionCause>("reason")));

    private static Task<IResult> Resume(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains) => SendAsync(http, id, commands, grains, _ => new ResumeVisit());

    private static Task<IResult> Cut(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains) =>
        SendAsync(http, id, commands, grains, body => new CutVisit(body.Choice<CutReason>("reason")));

    private static Task<IResult> End(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains) => SendAsync(http, id, commands, grains, _ => new EndVisit(EndReason.Finished));

    private static Task<IResult> SendAsync(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains, Func<RequestBody, VisitCommand> read) =>
        SendAsync(http, id, commands, body => read(body) is var command ? envelope => grains.Visit(VisitsApi.Id(id)).Execute(command, envelope) : throw new System.Diagnostics.UnreachableException());

    private static async Task<IResult> SendAsync(HttpContext http, string id, CommandEndpoint commands, Func<RequestBody, Func<CommandEnvelope, Task<CommandOutcome>>> read)
    {
        RequestBody body = await RequestBody.ReadOptionalAsync(http.Request);
        return await SendAsync(http, id, body, commands, read(body), null);
    }

    private static async Task<IResult> SendAsync(
        HttpContext http, string id, RequestBody body, CommandEndpoint commands, Func<CommandEnvelope, Task<CommandOutcome>> send, PersonalRecord? note) =>
        body.Errors.Count > 0
            ? Problems.Malformed(body.Errors)
            : await commands.SendAsync(http, body, id, note is null ? [] : [note], send);
}
