using System.Collections.Immutable;
using Correction.Domain.Location;
using Correction.Server.Accounts;
using Correction.Store.Reading;

namespace Correction.Server.Api;

/// <summary>Fixes of devices that are nobody's: for the administrator to see, and to admit once the device is bound.</summary>
internal static class QuarantineApi
{
    public static void MapQuarantine(this WebApplication app)
    {
        RouteGroupBuilder quarantine = app.MapGroup("/api/v1/quarantine").WithTags("Quarantine").RequireAuthorization(Policies.Administer);
        quarantine.MapGet("/", async (QuarantineStore store, CancellationToken cancellation) =>
            TypedResults.Ok(new { items = await store.ListAsync(cancellation) }));
        quarantine.MapGet("/{deviceId}", Read);
        quarantine.MapPost("/{deviceId}/admit", Admit);
    }

    private static async Task<IResult> Read(string deviceId, QuarantineStore store, CancellationToken cancellation)
    {
        ImmutableArray<Fix> fixes = await store.ReadAsync(deviceId, cancellation);
        return fixes.IsEmpty
            ? Problems.NotFound()
            : TypedResults.Ok(new
            {
                deviceId,
                fixes = fixes.Select(fix => new { lon = fix.Position.Longitude, lat = fix.Position.Latitude, at = fix.OccurredAt, fix.ReceivedAt, fix.Accuracy, fix.Source }),
            });
    }

    private static async Task<IResult> Admit(string deviceId, QuarantineAdmission admission, CancellationToken cancellation)
    {
        Admission admitted = await admission.AdmitAsync(deviceId, cancellation);
        return admitted.Code switch
        {
            null => TypedResults.Ok(new { deviceId, admitted = admitted.Count }),
            "nothingKept" => Problems.NotFound(),
            "deviceUnbound" => Problems.Of(StatusCodes.Status409Conflict, admitted.Code, "Bind the device to a subject first: POST /api/v1/subjects/{id}/devices."),
            _ => Problems.Of(StatusCodes.Status409Conflict, admitted.Code, "The subject does not take this device's fixes: check its binding and monitoring order."),
        };
    }
}
