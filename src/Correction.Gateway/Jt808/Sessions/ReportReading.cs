using System.Collections.Immutable;
using Correction.Domain.Devices;
using Correction.Domain.Location;
using Correction.Gateway.Jt808.Codec;
using Correction.Gateway.Jt808.Devices;
using NodaTime;

namespace Correction.Gateway.Jt808.Sessions;

/// <summary>
/// What reports say, in the domain's terms. A report without a position gives no fix, only signs: its coordinates are those
/// of the last place or of nowhere.
/// </summary>
internal sealed class ReportReading(string deviceId, DeviceModel model, Instant receivedAt)
{
    private const int LocationAnswerHead = 2; // the serial of what it answers
    private const ushort FullCircle = 360;

    private readonly ImmutableArray<Fix>.Builder _fixes = ImmutableArray.CreateBuilder<Fix>();
    private readonly ImmutableArray<DeviceSigns>.Builder _signs = ImmutableArray.CreateBuilder<DeviceSigns>();

    public ImmutableArray<Fix> Fixes => _fixes.ToImmutable();

    public ImmutableArray<DeviceSigns> Signs => _signs.ToImmutable();

    /// <summary>Whether the message is one that is read here.</summary>
    public static bool Reads(ushort id) =>
        id is MessageIds.Location or MessageIds.LocationBatch or MessageIds.LocationAnswer or MessageIds.Heartbeat;

    /// <summary>Takes one message in; false where something in it cannot be used.</summary>
    public bool Take(ushort id, ReadOnlySpan<byte> body) => id switch
    {
        MessageIds.Heartbeat => TakeHeartbeat(),
        MessageIds.LocationBatch => TakeBatch(body),
        MessageIds.LocationAnswer => body.Length >= LocationAnswerHead && TakeReport(body[LocationAnswerHead..]),
        _ => TakeReport(body),
    };

    private bool TakeHeartbeat()
    {
        Add(new DeviceSigns(receivedAt, receivedAt));
        return true;
    }

    /// <summary>What is good in a batch is taken even where something in it is not.</summary>
    private bool TakeBatch(ReadOnlySpan<byte> body)
    {
        if (!LocationBatch.TryRead(body, out LocationBatch batch))
        {
            return false;
        }

        int taken = 0;
        bool good = true;
        foreach (ReadOnlySpan<byte> one in batch)
        {
            good &= TakeReport(one);
            taken++;
        }

        return good && taken == batch.Declared;
    }

    private bool TakeReport(ReadOnlySpan<byte> body)
    {
        if (!LocationReport.TryRead(body, out LocationReport report))
        {
            return false;
        }

        bool placed = report.Positioned && report.HasPlace;
        Instant? at = report.Time is { } time ? model.InstantOf(time) : null;
        int? battery = model.BatteryOf(report);
        Add(new DeviceSigns(at ?? receivedAt, receivedAt, placed, battery, model.AlarmsOf(report)));
        if (!placed)
        {
            return true;
        }

        if (at is not { } occurredAt)
        {
            return false; // a place without a time belongs nowhere in a track
        }

        _fixes.Add(new Fix(
            deviceId, occurredAt, receivedAt, model.PlaceOf(report), null, DeviceValues.FromKilometresPerHour(report.SpeedTenths / 10.0),
            report.Direction < FullCircle ? report.Direction : null, report.Altitude, battery, FixSource.Jt808));
        return true;
    }

    /// <summary>Of a run of equal signs the first and the last say all: when it began, and until when it held.</summary>
    private void Add(DeviceSigns next)
    {
        if (_signs.Count >= 2 && Follows(_signs[^2], _signs[^1]) && Follows(_signs[^1], next))
        {
            _signs[^1] = next;
        }
        else
        {
            _signs.Add(next);
        }
    }

    private static bool Follows(DeviceSigns before, DeviceSigns after) =>
        before.At <= after.At && before == after with { At = before.At };
}
