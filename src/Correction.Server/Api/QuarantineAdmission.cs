using System.Collections.Immutable;
using Correction.Domain.Location;
using Correction.Gateway;
using Correction.Grains;
using Correction.Store.Reading;

namespace Correction.Server.Api;

/// <param name="Count">How many fixes the subject took.</param>
/// <param name="Code">Why none was admitted: <c>deviceUnbound</c>, <c>nothingKept</c>, <c>notAdmitted</c>; null where all were.</param>
internal sealed record Admission(int Count, string? Code);

/// <summary>Takes a device's fixes out of quarantine, as if they arrived now, once the device is somebody's.</summary>
internal sealed class QuarantineAdmission(QuarantineStore store, IGrainFactory grains, FixIngress ingress)
{
    public async Task<Admission> AdmitAsync(string deviceId, CancellationToken cancellation)
    {
        if (await grains.GetGrain<IDeviceGrain>(deviceId).Holder() is null)
        {
            return new(0, "deviceUnbound");
        }

        ImmutableArray<Fix> fixes = await store.ReadAsync(deviceId, cancellation);
        if (fixes.IsEmpty)
        {
            return new(0, "nothingKept");
        }

        if (await ingress.TakeAsync(deviceId, fixes) != ReportOutcome.Recorded)
        {
            return new(0, "notAdmitted");
        }

        await store.RemoveAsync(deviceId, fixes.Max(fix => fix.ReceivedAt), cancellation);
        return new(fixes.Length, null);
    }
}
