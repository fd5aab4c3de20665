using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Gateway;
using Correction.Grains;
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

    private static async Task<IResult> Admit(string deviceId, QuarantineStore store, IGrainFactory grains, FixIngress ingress, CancellationToken cancellation)
    {
        if (await grains.GetGrain<IDeviceGrain>(deviceId).Holder() is null)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "deviceUnbound", "Bind the device to a subject first: POST /api/v1/subjects/{id}/devices.");
        }

        ImmutableArray<Fix> fixes = await store.ReadAsync(deviceId, cancellation);
        if (fixes.IsEmpty)
        {
            return Problems.NotFound();
        }

        if (await ingress.TakeAsync(deviceId, fixes) != ReportOutcome.Recorded)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "notAdmitted", "The subject does not take this device's fixes: check its binding and monitoring order.");
        }

        await store.RemoveAsync(deviceId, fixes.Max(fix => fix.ReceivedAt), cancellation);
        return TypedResults.Ok(new { deviceId, admitted = fixes.Length });
    }
}
