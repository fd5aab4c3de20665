using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Grains.Boards;
using Correction.Store;
using Correction.Store.Journaling;
using NodaTime;

namespace Correction.Grains;

/// <summary>What a report leads to beside its fixes: the subject's events, the alerts they begin, the alerts they touch.</summary>
internal sealed record Consequences(
    ImmutableArray<ISubjectEvent> Subject, ImmutableArray<AlertRaised> Raised, ImmutableArray<(AlertId Alert, AlertCommand Command)> Touched)
{
    private static readonly Consequences None = new([], [], []);

    /// <param name="further">What was decided beside the zones.</param>
    public static async Task<Consequences> OfAsync(
        Registered subject, Observation seen, HealthFindings further, IGrainFactory grains, AlertPolicy policy, DecisionContext context)
    {
        if (seen.Turns.IsEmpty && seen.HeardAgain.IsEmpty && further.Events.IsEmpty)
        {
            return None;
        }

        ZoneConsequences zones = new ZoneConsequences(subject, await UnresolvedAsync(subject, seen, grains), policy, context).Take(seen.Turns);
        return new Consequences(
            [.. zones.Happened, .. seen.HeardAgain, .. further.Events],
            [.. zones.Raised, .. further.Raised],
            [.. zones.Told(), .. seen.HeardAgain.Select(heard => (heard.AlertId, (AlertCommand)new ClearCondition(null))), .. further.Told]);
    }

    /// <summary>What the report says of its device; the device's alerts are asked for only where one would begin.</summary>
    public static async Task<HealthFindings> HealthAsync(
        Registered subject, Observation seen, LocationMemory before, FixReport report, IGrainFactory grains, AlertPolicy policy, DecisionContext context)
    {
        HealthFindings found = DeviceHealth.Judge(subject, seen, before, report.DeviceId, report.Signs, [], policy, context);
        if (found.Raised.IsEmpty || DeviceHealth.AlertsOf(subject.Devices[report.DeviceId]).ToArray() is not { Length: > 0 } known)
        {
            return found;
        }

        return DeviceHealth.Judge(subject, seen, before, report.DeviceId, report.Signs, await UnresolvedAsync(known, grains), policy, context);
    }

    private static Task<ImmutableHashSet<AlertId>> UnresolvedAsync(Registered subject, Observation seen, IGrainFactory grains) =>
        UnresolvedAsync(seen.Turns.OfType<ZoneTurn.Breach>().Select(turn => subject.KnownZone(turn.Zone.Id)?.LastAlert).OfType<AlertId>().Distinct(), grains);

    private static async Task<ImmutableHashSet<AlertId>> UnresolvedAsync(IEnumerable<AlertId> alerts, IGrainFactory grains)
    {
        var unresolved = ImmutableHashSet.CreateBuilder<AlertId>();
        foreach (AlertId last in alerts)
        {
            if (await grains.GetGrain<IAlertGrain>(last.ToString()).IsUnresolved())
            {
                unresolved.Add(last);
            }
        }

        return unresolved.ToImmutable();
    }

    /// <summary>What is raised must be handled in time: the deadline is as durable as the alert.</summary>
    private static IEnumerable<Deadline> DeadlinesOf(ImmutableArray<AlertRaised> raised) =>
        raised.Select(alert => new Deadline(StreamKeys.Alert(alert.AlertId), Escalation.NextLook(AlertDecider.Begin(alert))));

    /// <summary>The subject's own stream and the alert streams that begin with it, for one commit.</summary>
    public ImmutableArray<StreamAppend> Appends(StreamWriter<SubjectState, ISubjectEvent> stream, Instant now) => Subject.IsEmpty
        ? []
        :
        [
            stream.Append(Subject, now, Actor.System, []),
            .. Raised.Select(alert => Beginning(alert, now)),
        ];

    /// <summary>Watching goes on, by time or by an officer: what was held back begins in the same commit.</summary>
    public static JournalEntry WithHeldBack(JournalEntry entry, ImmutableArray<AlertRaised> raised, Instant now) => entry with
    {
        Streams = [.. entry.Streams, .. raised.Select(alert => Beginning(alert, now))],
        Deadlines = [.. entry.Deadlines, .. DeadlinesOf(raised)],
    };

    private static StreamAppend Beginning(AlertRaised alert, Instant now) =>
        new(StreamKeys.Alert(alert.AlertId), 0, [new NewEvent(alert, now, Actor.System, AlertRaising.Basis(alert.Kind, now))]);

    /// <summary>When to look at the subject although nothing is heard of it, and at the alerts that begin.</summary>
    public ImmutableArray<Deadline> Deadlines(Deadline subject) => [subject, .. DeadlinesOf(Raised)];

    public static LookForSilence LookFor(LocationMemory memory, WatchPolicy policy) =>
        new(memory.HeardAt(), policy.ListeningSince, policy.Silence) { PositionedAt = memory.PositionedAt() };

    /// <summary>When to look at the subject although nothing is heard of it.</summary>
    public static Deadline NextLook(Registered subject, LocationMemory memory, WatchPolicy policy, Instant now, Instant? warnings)
    {
        Instant? silence = Silence.NextLook(subject, LookFor(memory, policy), now);
        Instant? zones = LocationWatch.NextLook(subject, memory, now);
        return new Deadline(StreamKeys.Subject(subject.Id), new[] { silence, zones, subject.NextResumption, Leaves.NextLook(subject), warnings }.Min());
    }

    /// <summary>After the commit: tells the alerts and the boards.</summary>
    public async Task TellAsync(IGrainFactory grains, BoardPublisher boards, Registered subject, Fix? last, bool moveOnly)
    {
        TellRaised(Raised, boards);

        foreach ((AlertId alert, AlertCommand command) in Touched)
        {
            await grains.GetGrain<IAlertGrain>(alert.ToString()).Execute(command, CommandEnvelope.By(Actor.System));
        }

        if (moveOnly && Subject.IsEmpty)
        {
            boards.PublishMove(subject, last);
        }
        else
        {
            await boards.PublishAsync(subject, last);
        }
    }

    public static void TellRaised(ImmutableArray<AlertRaised> raised, BoardPublisher boards)
    {
        foreach (AlertRaised alert in raised)
        {
            Telemetry.Raised(WireNames<AlertKind>.Of(alert.Kind));
            boards.Publish(AlertDecider.Begin(alert));
        }
    }

    /// <summary>A zone that was lifted, a device that was unbound, a return from leave ends what its alert tells of.</summary>
    public static async Task TellAfterAsync(IGrainFactory grains, Registered? before, Registered after)
    {
        IEnumerable<AlertId?> ended =
        [
            .. after.Leaves.Where(leave => leave.State == LeaveState.Returned && before?.Leaves.Any(known => known.Id == leave.Id && known.State != leave.State) == true).Select(leave => leave.OverstayAlert),
            .. before?.Zones.Values.Where(zone => zone.Breached && !after.Zones.ContainsKey(zone.Id)).Select(zone => zone.LastAlert) ?? [],
            .. before?.Devices.Values.Where(device => !after.Devices.ContainsKey(device.DeviceId)).SelectMany(device => new[] { device.SilenceAlert, device.PositionAlert, device.BatteryAlert }) ?? [],
        ];
        foreach (AlertId alert in ended.OfType<AlertId>())
        {
            await grains.GetGrain<IAlertGrain>(alert.ToString()).Execute(new ClearCondition(null), CommandEnvelope.By(Actor.System));
        }
    }

    /// <summary>
    /// A process that died between a commit and its telling left an alert whose condition is out of date: when the
    /// subject wakes, the ended breaches and the returns from leave are told again. An alert that knows changes nothing.
    /// </summary>
    public static async Task TellAgainAsync(IGrainFactory grains, Registered subject)
    {
        foreach (AlertId alert in subject.Leaves.Where(leave => leave.State == LeaveState.Returned).Select(leave => leave.OverstayAlert).OfType<AlertId>())
        {
            await grains.GetGrain<IAlertGrain>(alert.ToString()).Execute(new ClearCondition(null), CommandEnvelope.By(Actor.System));
        }

        foreach (AlertId alert in subject.KnownZones.SelectMany(zone => zone.Episodes).Where(episode => episode.Until is not null).Select(episode => episode.AlertId).Distinct())
        {
            if (ZoneConsequences.ConditionOf(subject, alert, Unknown) is { } condition and not ResumeCondition)
            {
                await grains.GetGrain<IAlertGrain>(alert.ToString()).Execute(condition, CommandEnvelope.By(Actor.System));
            }
        }
    }

    /// <summary>Told again after a crash: the deciding fixes stand in the track.</summary>
    private static AlertEvidence Unknown { get; } = new("retold", [], null, null, null, null);
}
