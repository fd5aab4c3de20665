using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NodaTime;

namespace Correction.Domain.Subjects;

// Suspension of watching: for a time, with a coded reason, breaches of zones and silence raise no alert. They are still
// judged and recorded, and the events say that their alert was held back. What still holds when watching goes on raises
// its alert then. Neither tampering nor a call for help is ever held back.

[JsonConverter(typeof(JsonStringEnumConverter<SuspensionReason>))]
public enum SuspensionReason
{
    /// <summary>设备维修</summary>
    [JsonStringEnumMemberName("deviceRepair")] DeviceRepair,

    /// <summary>住院治疗</summary>
    [JsonStringEnumMemberName("hospital")] Hospital,

    /// <summary>被羁押</summary>
    [JsonStringEnumMemberName("detention")] Detention,

    /// <summary>出庭</summary>
    [JsonStringEnumMemberName("courtAppearance")] CourtAppearance,

    /// <summary>其他</summary>
    [JsonStringEnumMemberName("other")] Other,
}

/// <summary>How long watching may be suspended at once. Office policy, not law.</summary>
public sealed record SuspensionPolicy(Duration Longest)
{
    public static SuspensionPolicy Default { get; } = new(Duration.FromDays(30));
}

/// <param name="From">The first instant of the period.</param>
/// <param name="To">The first instant after it.</param>
public sealed record SuspendWatching(SuspensionReason Reason, Instant From, Instant To, SuspensionPolicy Policy) : SubjectCommand;

/// <summary>An officer lets watching go on before the period is over, or takes a coming period back.</summary>
public sealed record ResumeWatching(SuspensionId SuspensionId) : SubjectCommand;

/// <summary>A look at the periods because time has passed: what is over ends by itself.</summary>
public sealed record LookForSuspensions : SubjectCommand;

public sealed record WatchingSuspended(SuspensionId SuspensionId, SuspensionReason Reason, Instant From, Instant To) : ISubjectEvent;

/// <summary>Watching goes on; alerts that were held back and whose cause still holds begin with it.</summary>
/// <param name="At">The end of the period, or the officer's decision.</param>
public sealed record WatchingResumed(SuspensionId SuspensionId, Instant At) : ISubjectEvent;

/// <param name="To">The first instant after the period; the officer's decision where it was ended early.</param>
public sealed record Suspension(SuspensionId Id, SuspensionReason Reason, Instant From, Instant To, bool Ended = false)
{
    /// <summary>Whether the alert of what began then and lasted until then is held back.</summary>
    /// <param name="until">Null: it lasts.</param>
    internal bool HoldsBack(Instant since, Instant? until, Instant now) =>
        until is { } end ? From <= since && end <= To : !Ended && From <= now && now < To;
}

internal static class Suspensions
{
    private const int Remembered = 50;

    public static Decision<ISubjectEvent> Decide(Registered state, SuspendWatching command, DecisionContext context)
    {
        if (command.To <= command.From)
        {
            return Refuse(RefusalKind.Rule, "periodReversed", "The period must not end before it begins.");
        }

        if (command.To - command.From > command.Policy.Longest)
        {
            return Refuse(RefusalKind.Rule, "suspensionTooLong", $"Watching is suspended for at most {command.Policy.Longest.TotalDays:0} days at once.");
        }

        if (command.To <= context.Now)
        {
            return Refuse(RefusalKind.Rule, "periodOver", "The period must end in the future.");
        }

        Suspension? overlapping = state.Suspensions.FirstOrDefault(known => !known.Ended && known.From < command.To && command.From < known.To);
        if (overlapping is not null)
        {
            return overlapping.Reason == command.Reason && overlapping.From == command.From && overlapping.To == command.To
                ? Decision<ISubjectEvent>.AlreadySo
                : Refuse(RefusalKind.State, "suspensionInForce", "Watching is suspended in some of this period already; end that suspension first.");
        }

        return Decision<ISubjectEvent>.Accept(new WatchingSuspended(new SuspensionId(context.NewId()), command.Reason, command.From, command.To));
    }

    public static Decision<ISubjectEvent> Decide(Registered state, ResumeWatching command, DecisionContext context) =>
        state.Suspensions.FirstOrDefault(known => known.Id == command.SuspensionId) switch
        {
            null => Refuse(RefusalKind.Unknown, "suspensionUnknown", "This subject has no such suspension."),
            { Ended: true } => Decision<ISubjectEvent>.AlreadySo,
            var known => Decision<ISubjectEvent>.Accept(new WatchingResumed(known.Id, Instant.Min(known.To, context.Now))),
        };

    public static Decision<ISubjectEvent> Look(Registered state, DecisionContext context) => new Decision<ISubjectEvent>.Accepted(
        [.. state.Suspensions.Where(known => !known.Ended && known.To <= context.Now).Select(known => (ISubjectEvent)new WatchingResumed(known.Id, known.To))], []);

    public static Registered Evolve(Registered state, WatchingSuspended happened) => state with
    {
        Suspensions = [.. state.Suspensions.Append(new Suspension(happened.SuspensionId, happened.Reason, happened.From, happened.To)).TakeLast(Remembered)],
    };

    /// <summary>What still holds is held back no longer, unless another suspension holds by then.</summary>
    public static Registered Evolve(Registered state, WatchingResumed happened, Instant occurredAt)
    {
        Registered resumed = state with
        {
            Suspensions = [.. state.Suspensions.Select(known => known.Id == happened.SuspensionId ? known with { To = happened.At, Ended = true } : known)],
        };
        return resumed.HeldBackBy(occurredAt, null, occurredAt) is not null ? resumed : resumed with
        {
            Zones = LetGo(state.Zones),
            Shared = LetGo(state.Shared),
            Devices = state.Devices.ToImmutableDictionary(device => device.Key, device => device.Value with { SilenceHeldBack = null, LossHeldBack = null }),
        };
    }

    private static ImmutableDictionary<ZoneId, Zone> LetGo(ImmutableDictionary<ZoneId, Zone> zones) => zones.ToImmutableDictionary(zone => zone.Key, zone => zone.Value with
    {
        Episodes = [.. zone.Value.Episodes.Select(episode => episode.Until is null ? episode with { HeldBack = null } : episode)],
    });

    private static Decision<ISubjectEvent> Refuse(RefusalKind kind, string code, string detail) => Decision<ISubjectEvent>.Refuse(kind, code, detail);
}
