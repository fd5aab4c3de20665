using System.Collections.Concurrent;
using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Grains;

namespace Correction.Gateway;

/// <summary>
/// The way of a report from any gateway to its subject. Remembers whose a device is; the subject's grain knows better,
/// and a wrong memory is dropped and asked for anew.
/// </summary>
public sealed class FixIngress(IGrainFactory grains)
{
    /// <summary>Devices remembered at most; beyond it, the memory starts anew.</summary>
    private const int Remembered = 1_000_000;

    private readonly ConcurrentDictionary<string, ISubjectGrain> _holders = new();

    /// <summary>Returns after the report is durable, with its subject or in quarantine, or refused.</summary>
    public Task<ReportOutcome> TakeAsync(string deviceId, ImmutableArray<Fix> fixes) => TakeAsync(new FixReport(deviceId, fixes));

    /// <summary>The same for a device that also says how it is; a heartbeat has signs and no fix.</summary>
    public async Task<ReportOutcome> TakeAsync(FixReport report)
    {
        string deviceId = report.DeviceId;
        if (_holders.TryGetValue(deviceId, out ISubjectGrain? holder))
        {
            ReportOutcome outcome = await holder.Report(report);
            if (outcome != ReportOutcome.NotBound)
            {
                return outcome;
            }

            _holders.TryRemove(deviceId, out _);
        }

        return await AskAsync(deviceId, report);
    }

    /// <summary>
    /// Of the names by which a request may mean its device, the first that is somebody's; else the first at all; null
    /// where there is none.
    /// </summary>
    public async Task<string?> FirstBoundAsync(IEnumerable<string> names)
    {
        string[] candidates = [.. names.Distinct()];
        foreach (string name in candidates)
        {
            if (_holders.ContainsKey(name) || await grains.GetGrain<IDeviceGrain>(name).Holder() is not null)
            {
                return name;
            }
        }

        return candidates.FirstOrDefault();
    }

    private async Task<ReportOutcome> AskAsync(string deviceId, FixReport report)
    {
        IDeviceGrain device = grains.GetGrain<IDeviceGrain>(deviceId);
        if (await device.Holder() is { } holder)
        {
            ISubjectGrain subject = grains.GetGrain<ISubjectGrain>(holder.ToString());
            ReportOutcome outcome = await subject.Report(report);
            if (outcome != ReportOutcome.NotBound)
            {
                Remember(deviceId, subject);
                return outcome;
            }
        }

        return await QuarantineAsync(report);
    }

    /// <summary>Keeps fixes that may be nobody's, or another's; returns after they are durable.</summary>
    public async Task<ReportOutcome> QuarantineAsync(FixReport report)
    {
        if (!report.Fixes.IsEmpty)
        {
            await grains.GetGrain<IDeviceGrain>(report.DeviceId).Quarantine(report);
        }

        return ReportOutcome.Quarantined;
    }

    private void Remember(string deviceId, ISubjectGrain subject)
    {
        if (_holders.Count >= Remembered)
        {
            _holders.Clear();
        }

        _holders[deviceId] = subject;
    }
}
