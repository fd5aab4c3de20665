using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Devices;
using Correction.Domain.Location;
using Correction.Store.Journaling;
using NodaTime;

namespace Correction.Grains;

/// <summary>What travels with a command: who sends it, how it may be repeated, what it was based on.</summary>
/// <param name="Command">Set where the sender may repeat the command.</param>
/// <param name="ExpectedVersion">Set where the command is void if the stream has moved on (If-Match).</param>
/// <param name="Personal">Personal data that the command's events will refer to.</param>
[GenerateSerializer, Immutable, Alias("command.envelope")]
public sealed record CommandEnvelope(
    [property: Id(0)] Actor Actor,
    [property: Id(1)] CommandKey? Command,
    [property: Id(2)] long? ExpectedVersion,
    [property: Id(3)] ImmutableArray<PersonalRecord> Personal)
{
    public static CommandEnvelope By(Actor actor) => new(actor, null, null, []);
}

/// <summary>How a command ended. Whatever it says is durable.</summary>
[GenerateSerializer, Immutable, Alias("command.outcome")]
public abstract record CommandOutcome
{
    /// <param name="Events">What it led to; none where it was already so.</param>
    [GenerateSerializer, Immutable, Alias("command.done")]
    public sealed record Done([property: Id(0)] long Version, [property: Id(1)] ImmutableArray<EventSummary> Events) : CommandOutcome;

    [GenerateSerializer, Immutable, Alias("command.refused")]
    public sealed record Refused([property: Id(0)] Refusal Refusal) : CommandOutcome;

    /// <summary>The stream has moved on since the version the command was based on.</summary>
    [GenerateSerializer, Immutable, Alias("command.stale")]
    public sealed record Stale([property: Id(0)] long Version) : CommandOutcome;

    /// <summary>This command was committed before; the receipt tells what it led to.</summary>
    [GenerateSerializer, Immutable, Alias("command.repeated")]
    public sealed record Repeated([property: Id(0)] CommandReceipt Receipt) : CommandOutcome;
}

/// <param name="Id">What the event began, where it began something: a zone, an order.</param>
[GenerateSerializer, Immutable, Alias("command.event")]
public sealed record EventSummary([property: Id(0)] string Type, [property: Id(1)] Instant OccurredAt, [property: Id(2)] string? Id);

/// <summary>
/// One report of a device: its fixes and what it says of itself, each in any order. A heartbeat has signs and no fix.
/// </summary>
[GenerateSerializer, Immutable, Alias("device.report")]
public sealed record FixReport([property: Id(0)] string DeviceId, [property: Id(1)] ImmutableArray<Fix> Fixes)
{
    [Id(2)]
    public ImmutableArray<DeviceSigns> Signs { get; init; } = [];
}

/// <summary>What became of a report. Every one but <see cref="Refused"/> means that the fixes are durable.</summary>
[GenerateSerializer, Alias("device.report_outcome")]
public enum ReportOutcome
{
    /// <summary>Stored with the subject; repeated fixes were not stored again.</summary>
    Recorded,

    /// <summary>The device is nobody's: stored in quarantine.</summary>
    Quarantined,

    /// <summary>A bracelet without an order in force: a location may not be recorded (Art. 29); nothing was stored.</summary>
    Refused,

    /// <summary>The device is not this subject's (any more); nothing was stored. Ask the device again.</summary>
    NotBound,
}
