using Correction.Domain.Alerts;
using Correction.Domain.Subjects;
using NodaTime;

namespace Correction.Grains;

/// <summary>The office's numbers for watching, and since when this service listens.</summary>
public sealed record WatchPolicy(SilencePolicy Silence, AlertPolicy Alerts, Instant ListeningSince)
{
    public WarningTexts Warnings { get; init; } = WarningTexts.Default;
}

/// <summary>What a subject reads on the device before an officer is alerted. The office's own words.</summary>
public sealed record WarningTexts(string Silence, string NoPosition)
{
    public static WarningTexts Default { get; } = new(
        "您的定位终端已有一段时间没有通信，请检查电量和信号，保持终端在线；如有困难请立即联系司法所。",
        "您的定位终端有通信但没有定位，请移至开阔处并检查终端；如有困难请立即联系司法所。");

    public string Of(WarningReason reason) => reason == WarningReason.NoPosition ? NoPosition : Silence;
}

/// <summary>Another writer moved the stream on; nothing was stored. The sender repeats, and a repeat stores nothing twice.</summary>
public sealed class StreamMovedException(string key) : Exception($"Stream {key} was moved on by another writer.");
