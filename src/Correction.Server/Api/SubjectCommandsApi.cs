using Correction.Domain;
using Correction.Domain.Accounts;
using Correction.Domain.Subjects;
using Correction.Grains;
using Correction.Server.Accounts;

namespace Correction.Server.Api;

/// <summary>Commands to one subject: monitoring orders, devices, zones, suspensions of watching, erasure.</summary>
internal static class SubjectCommandsApi
{
    public static void MapSubjectCommands(this RouteGroupBuilder subject)
    {
        subject.MapPost("/monitoring-orders", OrderMonitoring).RequireAuthorization(Policies.Approve);
        subject.MapPost("/suspensions", SuspendWatching).RequireAuthorization(Policies.DecideAsOfficer);
        subject.MapPost("/suspensions/{suspensionId}/end", ResumeWatching).RequireAuthorization(Policies.DecideAsOfficer);
        subject.MapPost("/declare-relation", DeclareRelation);
        subject.MapPost("/erase", Erase).RequireAuthorization(Policies.Erase);
        subject.MapPost("/zones", ImposeZone).RequireAuthorization(Policies.DecideAsOfficer);
        subject.MapPost("/zones/{zoneId}/lift", LiftZone).RequireAuthorization(Policies.DecideAsOfficer);
    }

    /// <summary>The administrator binds too: a device in quarantine is shown to no officer.</summary>
    public static void MapDeviceCommands(this RouteGroupBuilder devices)
    {
        devices.MapPost("/", BindDevice);
        devices.MapPost("/{deviceId}/unbind", UnbindDevice);
    }

    private static async Task<IResult> OrderMonitoring(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        var order = new OrderMonitoring(body.Choice<MonitoringGround>("ground"), body.Date("from"), body.Date("to"));
        return await SendAsync(http, id, body, commands, grains, order);
    }

    private static async Task<IResult> BindDevice(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        string device = body.Text("deviceId", 64);
        var bind = new BindDevice(device, body.Choice<DeviceProtocol>("protocol"), body.Choice<DeviceKind>("kind"));
        if (device.Length > 0 && !Gateway.DeviceValues.IsDeviceId(device))
        {
            body.Fail("deviceId", "At most 64 letters, digits, - _ . : @");
        }

        return body.Errors.Count > 0
            ? Problems.Malformed(body.Errors)
            : await commands.SendAsync(http, body, id, [], envelope => grains.GetGrain<IDeviceGrain>(device).Bind(SubjectsApi.Id(id), bind, envelope));
    }

    private static async Task<IResult> UnbindDevice(HttpContext http, string id, string deviceId, CommandEndpoint commands, IGrainFactory grains) =>
        await commands.SendAsync(
            http, await RequestBody.ReadOptionalAsync(http.Request), id, [], envelope => grains.GetGrain<IDeviceGrain>(deviceId).Unbind(SubjectsApi.Id(id), envelope));

    /// <summary>Stands in the account's stream, not in the subject's.</summary>
    private static async Task<IResult> DeclareRelation(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains)
    {
        string account = http.User.Actor().Account;
        var declare = new DeclareRelation(SubjectsApi.Id(id));
        return await commands.SendAsync(http, await RequestBody.ReadOptionalAsync(http.Request), account, [], envelope => grains.GetGrain<IAccountGrain>(account).Execute(declare, envelope));
    }

    private static async Task<IResult> ImposeZone(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        return await SendAsync(http, id, body, commands, grains, ZoneReading.Read(body));
    }

    private static async Task<IResult> LiftZone(HttpContext http, string id, string zoneId, CommandEndpoint commands, IGrainFactory grains) =>
        ZoneId.TryParse(zoneId, out ZoneId zone)
            ? await SendAsync(http, id, await RequestBody.ReadOptionalAsync(http.Request), commands, grains, new LiftZone(zone))
            : Problems.NotFound();

    private static async Task<IResult> SuspendWatching(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        var suspend = new SuspendWatching(body.Choice<SuspensionReason>("reason"), body.Instant("from"), body.Instant("to"), SuspensionPolicy.Default);
        return await SendAsync(http, id, body, commands, grains, suspend);
    }

    private static async Task<IResult> ResumeWatching(HttpContext http, string id, string suspensionId, CommandEndpoint commands, IGrainFactory grains) =>
        SuspensionId.TryParse(suspensionId, out SuspensionId suspension)
            ? await SendAsync(http, id, await RequestBody.ReadOptionalAsync(http.Request), commands, grains, new ResumeWatching(suspension))
            : Problems.NotFound();

    private static async Task<IResult> Erase(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains, SubjectDirectory directory)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        var erase = new ErasePersonalData(body.Choice<ErasureGround>("ground"), await directory.PersonalRowsAsync(SubjectsApi.Id(id), http.RequestAborted));
        return await SendAsync(http, id, body, commands, grains, erase);
    }

    private static async Task<IResult> SendAsync(HttpContext http, string id, RequestBody body, CommandEndpoint commands, IGrainFactory grains, SubjectCommand command) =>
        body.Errors.Count > 0
            ? Problems.Malformed(body.Errors)
            : await commands.SendAsync(http, body, id, [], envelope => grains.GetGrain<ISubjectGrain>(id).Execute(command, envelope));
}
