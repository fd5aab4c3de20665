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

    private readonly ConcurrentDictionary<string, SubjectId> _holders = new();

    /// <summary>Returns after the report is durable, with its subject or in quarantine, or refused.</summary>
    public async Task<ReportOutcome> TakeAsync(string deviceId, ImmutableArray<Fix> fixes)
    {
        var report = new FixReport(deviceId, fixes);
        if (_holders.TryGetValue(deviceId, out SubjectId holder))
        {
            ReportOutcome outcome = await grains.GetGrain<ISubjectGrain>(holder.ToString()).Report(report);
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
        if (await device.Holder() is { } subject)
        {
            ReportOutcome outcome = await grains.GetGrain<ISubjectGrain>(subject.ToString()).Report(report);
            if (outcome != ReportOutcome.NotBound)
            {
                Remember(deviceId, subject);
                return outcome;
            }
        }

        await device.Quarantine(report);
        return ReportOutcome.Quarantined;
    }

    private void Remember(string deviceId, SubjectId subject)
    {
        if (_holders.Count >= Remembered)
        {
            _holders.Clear();
        }

        _holders[deviceId] = subject;
    }
}
