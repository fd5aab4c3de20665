using System.Collections.Immutable;
using Correction.Domain.Devices;
using Correction.Domain.Subjects;
using Correction.Domain;
using Correction.Grains;
using Correction.Server.Access;
using Correction.Server.Accounts;
using Correction.Store.Journaling;
using NodaTime;

namespace Correction.Server.Api;

/// <summary>What officers order of a subject's device, and what became of it.</summary>
internal static class DeviceCommandsApi
{
    public static void MapDeviceCommandsOf(this RouteGroupBuilder subject)
    {
        subject.MapPost("/devices/{deviceId}/commands", Request).RequireAuthorization(Policies.DecideAsOfficer);
        subject.MapGet("/devices/{deviceId}/commands", List);
    }

    private static async Task<IResult> Request(
        HttpContext http, string id, string deviceId, CommandEndpoint commands, SubjectDirectory directory, IGrainFactory grains, IClock clock)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        (Instruction instruction, Duration validity, ImmutableArray<PersonalRecord> personal) = DeviceOrderDirectory.Read(body);
        if (body.Errors.Count > 0)
        {
            return Problems.Malformed(body.Errors);
        }

        SubjectId subject = SubjectsApi.Id(id);
        if (await directory.StateAsync(subject, http.RequestAborted) is not { } registered || !registered.Devices.TryGetValue(deviceId, out BoundDevice? device))
        {
            return Problems.Of(StatusCodes.Status409Conflict, "deviceNotBound", "This device is not bound to the subject.");
        }

        if (device.Protocol != DeviceProtocol.Jt808)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "deviceTakesNoCommands", "Only JT/T 808 terminals take commands; call the person instead.");
        }

        RequestDeviceCommand request = DeviceOrderDirectory.Request(registered, device, instruction, validity, clock.GetCurrentInstant());
        return await commands.SendAsync(http, body, deviceId, personal, envelope => grains.GetGrain<IDeviceGrain>(deviceId).Request(request, envelope));
    }

    private static async Task<IResult> List(HttpContext http, string id, string deviceId, DeviceOrderDirectory orders, AccessRecorder access)
    {
        if (!Gateway.DeviceValues.IsDeviceId(deviceId))
        {
            return Problems.NotFound();
        }

        SubjectId subject = SubjectsApi.Id(id);
        await access.RecordAsync(http.User.Actor(), [subject], "commands", "api", SubjectsApi.Purpose(http));
        return TypedResults.Ok(new { items = await orders.ReadAsync(subject, deviceId, http.RequestAborted) });
    }
}
