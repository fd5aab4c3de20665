using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Grains.Boards;
using Correction.Store.Journaling;
using NodaTime;

namespace Correction.Grains;

/// <summary>What a report leads to beside its fixes: the subject's events, the alerts they begin, the alerts they touch.</summary>
internal sealed record Consequences(
    ImmutableArray<ISubjectEvent> Subject, ImmutableArray<AlertRaised> Raised, ImmutableArray<(AlertId Alert, AlertCommand Command)> Touched)
{
    private static readonly Consequences None = new([], [], []);

    /// <summary>A breach that comes back while its alert is unresolved resumes that alert and raises no other.</summary>
    public static async Task<Consequences> OfAsync(Registered subject, Observation seen, IGrainFactory grains, AlertPolicy policy, Instant now)
    {
        if (seen.Turns.IsEmpty && seen.HeardAgain.IsEmpty)
        {
            return None;
        }

        var happened = ImmutableArray.CreateBuilder<ISubjectEvent>();
        var raised = ImmutableArray.CreateBuilder<AlertRaised>();
        var touched = ImmutableArray.CreateBuilder<(AlertId, AlertCommand)>();
        var lastAlerts = subject.Zones.Values.ToDictionary(zone => zone.Id, zone => zone.LastAlert);
        foreach (ZoneTurn turn in seen.Turns)
        {
            AlertId? last = lastAlerts[turn.Zone.Id];
            if (!turn.Breached)
            {
                happened.Add(new ZoneBreachEnded(turn.Zone.Id, last!.Value, turn.Fixes[0].OccurredAt));
                touched.Add((last.Value, new ClearCondition(AlertRaising.Evidence(turn))));
            }
            else if (last is { } open && (raised.Any(alert => alert.AlertId == open) || await grains.GetGrain<IAlertGrain>(open.ToString()).IsUnresolved()))
            {
                happened.Add(new ZoneBreachResumed(turn.Zone.Id, open, turn.Fixes[0].OccurredAt));
                touched.Add((open, new ResumeCondition(AlertRaising.Evidence(turn))));
            }
            else
            {
                var id = new AlertId(Guid.CreateVersion7(now.ToDateTimeOffset()));
                lastAlerts[turn.Zone.Id] = id;
                happened.Add(new ZoneBreached(turn.Zone.Id, id, turn.Fixes[0].OccurredAt));
                raised.Add(AlertRaising.From(subject, turn, id, now, policy));
            }
        }

        foreach (DeviceHeardAgain heard in seen.HeardAgain)
        {
            happened.Add(heard);
            touched.Add((heard.AlertId, new ClearCondition(null)));
        }

        return new Consequences(happened.DrainToImmutable(), raised.DrainToImmutable(), touched.DrainToImmutable());
    }

    /// <summary>The subject's own stream and the alert streams that begin with it, for one commit.</summary>
    public ImmutableArray<StreamAppend> Appends(StreamWriter<SubjectState, ISubjectEvent> stream, Instant now) => Subject.IsEmpty
        ? []
        :
        [
            stream.Append(Subject, now, Actor.System, []),
            .. Raised.Select(alert => new StreamAppend(
                StreamKeys.Alert(alert.AlertId), 0, [new NewEvent(alert, now, Actor.System, AlertRaising.Basis(alert.Kind, now))])),
        ];

    /// <summary>A device that was silent is heard again: from now on its silence counts anew.</summary>
    public static Instant? LookAt(Registered subject, Observation seen, WatchPolicy policy) =>
        seen.HeardAgain.Length == 0
            ? null
            : seen.HeardAgain.Min(heard => heard.HeardAt + policy.Silence.Limit(subject.Devices[heard.DeviceId].Kind));

    /// <summary>After the commit: tells the alerts and the boards.</summary>
    public async Task TellAsync(IGrainFactory grains, BoardPublisher boards, Registered subject, Fix? last, bool moveOnly)
    {
        foreach (AlertRaised alert in Raised)
        {
            await boards.PublishAsync(new Raised(alert, AlertCondition.On, AlertHandling.Open));
        }

        foreach ((AlertId alert, AlertCommand command) in Touched)
        {
            await grains.GetGrain<IAlertGrain>(alert.ToString()).Execute(command, CommandEnvelope.By(Actor.System));
        }

        await (moveOnly && Subject.IsEmpty ? boards.PublishMoveAsync(subject, last) : boards.PublishAsync(subject, last));
    }

    /// <summary>A zone that was lifted, or a device that was unbound, ends what its alert tells of.</summary>
    public static async Task TellAfterAsync(IGrainFactory grains, Registered? before, Registered after)
    {
        IEnumerable<AlertId?> ended =
        [
            .. before?.Zones.Values.Where(zone => zone.Breached && !after.Zones.ContainsKey(zone.Id)).Select(zone => zone.LastAlert) ?? [],
            .. before?.Devices.Values.Where(device => !after.Devices.ContainsKey(device.DeviceId)).Select(device => device.SilenceAlert) ?? [],
        ];
        foreach (AlertId alert in ended.OfType<AlertId>())
        {
            await grains.GetGrain<IAlertGrain>(alert.ToString()).Execute(new ClearCondition(null), CommandEnvelope.By(Actor.System));
        }
    }

    /// <summary>
    /// A process that died between a commit and its telling left an alert whose condition is out of date: when the
    /// subject wakes, the ended breaches are told again. An alert that knows changes nothing.
    /// </summary>
    public static async Task TellAgainAsync(IGrainFactory grains, Registered subject)
    {
        foreach (Zone zone in subject.Zones.Values.Where(zone => !zone.Breached && zone.LastAlert is not null))
        {
            await grains.GetGrain<IAlertGrain>(zone.LastAlert!.Value.ToString()).Execute(new ClearCondition(null), CommandEnvelope.By(Actor.System));
        }
    }
}
