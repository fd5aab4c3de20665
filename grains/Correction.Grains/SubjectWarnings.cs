using System.Security.Cryptography;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Devices;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using Correction.Store.Journaling;
using NodaTime;

namespace Correction.Grains;

/// <summary>
/// Warnings on their way to the subject: a text for a device that shows one. It is an order like any other: sent at once
/// to a terminal that is connected, kept for one that comes back, and on record either way. Until the device's grain has
/// answered, the subject is due for a look: a process that died in between left a deadline that wakes the subject, and the
/// order is asked for again. Its receipt keeps it to one. Not thread-safe: a grain is.
/// </summary>
internal sealed class SubjectWarnings(IGrainFactory grains, WarningTexts texts)
{
    private const int SaltBytes = 16;

    /// <summary>Read a day later, a warning warns of nothing.</summary>
    private static readonly Duration Validity = Duration.FromDays(1);

    private readonly Dictionary<Warning, Task<bool>> _asked = [];

    /// <summary>Orders what is not ordered. One way: a device that is being bound waits for its subject, which must not wait for the device.</summary>
    public void Deliver(Registered subject, Instant now)
    {
        foreach (Warning warning in Open(subject, now).Where(warning => !_asked.TryGetValue(warning, out Task<bool>? order) || order.IsCompleted))
        {
            (_asked[warning] = OrderAsync(subject.Id, warning, now)).Ignore(); // one that fails is asked for again
        }
    }

    /// <summary>At once while a warning is not known to be ordered; null: none is.</summary>
    public Instant? NextLook(Registered subject, Instant now) => Open(subject, now).Any() ? now : null;

    private IEnumerable<Warning> Open(Registered subject, Instant now) =>
        from device in subject.Devices.Values
        where device.Protocol == DeviceProtocol.Jt808 && subject.MayReport(device, ChinaTime.DateOf(now))
        from given in new (WarningReason Reason, Instant? At)[] { (WarningReason.Silence, device.WarnedAt), (WarningReason.NoPosition, device.WarnedOfPositionAt) }
        where now < given.At + Validity
        let warning = new Warning(device.DeviceId, device.Kind, given.Reason, given.At!.Value.ToUnixTimeMilliseconds())
        where !(_asked.TryGetValue(warning, out Task<bool>? order) && order is { IsCompletedSuccessfully: true, Result: true })
        select warning;

    /// <summary>False: it is not known what became of it.</summary>
    private async Task<bool> OrderAsync(SubjectId subject, Warning warning, Instant now)
    {
        var text = new PersonalRecord(
            Guid.CreateVersion7(now.ToDateTimeOffset()), "note", JsonSerializer.SerializeToElement(new { text = texts.Of(warning.Reason) }), RandomNumberGenerator.GetBytes(SaltBytes));
        var request = new RequestDeviceCommand(
            new DeviceCommandId(Guid.CreateVersion7(now.ToDateTimeOffset())), subject, warning.Kind, MayReport: true, new Instruction(InstructionKind.Text, Text: text.Reference), now, now + Validity);
        string once = $"warning/{subject}/{warning.DeviceId}/{WireNames<WarningReason>.Of(warning.Reason)}/{warning.GivenAt}";
        CommandOutcome outcome = await grains.GetGrain<IDeviceGrain>(warning.DeviceId)
            .Request(request, CommandEnvelope.By(Actor.System) with { Command = new CommandKey(once, once), Personal = [text] });
        return outcome is not CommandOutcome.Stale;
    }

    /// <param name="GivenAt">Milliseconds since 1970, as an event's time is stored.</param>
    private sealed record Warning(string DeviceId, DeviceKind Kind, WarningReason Reason, long GivenAt);
}
