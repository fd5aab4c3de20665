using System.Collections.Immutable;
using Correction.Domain.Subjects;
using NodaTime;

namespace Correction.Domain.Alerts;

/// <summary>
/// What judged zones lead to: the subject's events, the alerts that begin, and what becomes of those that stand. A breach
/// that comes back while its alert is unresolved resumes that alert and raises no other.
/// </summary>
/// <param name="unresolved">Those of the zones' last alerts that officers have still to handle.</param>
public sealed class ZoneConsequences(Registered subject, ImmutableHashSet<AlertId> unresolved, AlertPolicy policy, DecisionContext context)
{
    private readonly ImmutableArray<ISubjectEvent>.Builder _happened = ImmutableArray.CreateBuilder<ISubjectEvent>();
    private readonly Dictionary<AlertId, AlertRaised> _raised = [];
    private readonly Dictionary<AlertId, ZoneTurn> _touched = [];
    private readonly List<(AlertId Alert, AlertCommand Command)> _told = [];
    private Registered _after = subject;

    public IEnumerable<ISubjectEvent> Happened => _happened;

    public IEnumerable<AlertRaised> Raised => _raised.Values;

    /// <summary>The subject as these events leave it.</summary>
    public Registered After => _after;

    public ZoneConsequences Take(ImmutableArray<ZoneTurn> turns)
    {
        foreach (ZoneTurn turn in turns)
        {
            Take(turn);
        }

        return this;
    }

    /// <summary>The commands that bring each alert's condition to what the subject's record now says.</summary>
    public IEnumerable<(AlertId Alert, AlertCommand Command)> Told() =>
        [.. _told, .. _touched.Select(touched => (touched.Key, ConditionOf(touched.Key, touched.Value))).Where(pair => pair.Item2 is not null).Select(pair => (pair.Key, pair.Item2!))];

    /// <summary>The condition that a subject's record asks of an alert; null where it tells of nothing the record knows.</summary>
    public static AlertCommand? ConditionOf(Registered subject, AlertId alert, AlertEvidence evidence)
    {
        BreachEpisode[] episodes = [.. subject.KnownZones.SelectMany(zone => zone.Episodes).Where(episode => episode.AlertId == alert && episode.HeldBack is null)];
        return episodes.Length == 0 ? null
            : episodes.All(episode => episode.Withdrawn) ? new WithdrawCondition(evidence)
            : episodes.Any(episode => episode is { Withdrawn: false, Until: null }) ? new ResumeCondition(evidence)
            : new ClearCondition(evidence);
    }

    private AlertCommand? ConditionOf(AlertId alert, ZoneTurn turn)
    {
        AlertCommand? condition = ConditionOf(_after, alert, AlertRaising.Evidence(_after, turn));
        return condition is ResumeCondition && _raised.ContainsKey(alert) ? null : condition; // it begins so
    }

    private void Take(ZoneTurn turn)
    {
        ZoneId zone = turn.Zone.Id;
        switch (turn)
        {
            case ZoneTurn.Breach breach:
                Begin(breach);
                break;
            case ZoneTurn.End end when Open(zone, end.Until) is { } alert:
                Happen(new ZoneBreachEnded(zone, alert, end.Until));
                _touched[alert] = turn;
                break;
            case ZoneTurn.Withdrawal withdrawal:
                Happen(new ZoneBreachWithdrawn(zone, withdrawal.Episode.AlertId, withdrawal.Episode.Number, withdrawal.Episode.Since));
                _touched[withdrawal.Episode.AlertId] = turn;
                break;
            case ZoneTurn.Confirmation confirmation:
                BreachEpisode recorded = confirmation.Episode;
                Happen(new ZoneBreachConfirmed(zone, recorded.AlertId, recorded.Number, confirmation.Since, confirmation.Until));
                Confirm(confirmation, recorded);
                break;
            case ZoneTurn.Ring ring:
                Happen(ring.Near ? new ZoneApproached(zone, ring.At, SharedVersion(ring.Zone)) : new ZoneApproachEnded(zone, ring.At));
                break;
        }
    }

    private void Begin(ZoneTurn.Breach breach)
    {
        ZoneId zone = breach.Zone.Id;
        if (_after.KnownZone(zone)?.LastAlert is { } last && (_raised.ContainsKey(last) || unresolved.Contains(last)))
        {
            Happen(new ZoneBreachResumed(zone, last, breach.Since));
            _touched[last] = breach;
        }
        else
        {
            var id = new AlertId(context.NewId());
            SuspensionId? heldBack = _after.HeldBackBy(breach.Since, breach.Until, context.Now);
            if (heldBack is null)
            {
                _raised[id] = AlertRaising.From(_after, breach, id, context.Now, policy);
            }

            Happen(new ZoneBreached(zone, id, breach.Since, heldBack, SharedVersion(breach.Zone)));
        }

        if (breach.Until is { } until && Open(zone, until) is { } alert)
        {
            Happen(new ZoneBreachEnded(zone, alert, until));
            _touched[alert] = breach;
        }
    }

    private void Confirm(ZoneTurn.Confirmation turn, BreachEpisode recorded)
    {
        bool heldBack = _after.KnownZone(turn.Zone.Id)!.Episodes.Any(episode => episode.Number == recorded.Number && episode.HeldBack is not null);
        if (recorded.HeldBack is null)
        {
            _told.Add((recorded.AlertId, new ConfirmCondition(AlertRaising.Evidence(_after, turn))));
        }
        else if (!heldBack)
        {
            var breach = new ZoneTurn.Breach(turn.Zone, turn.Rule, turn.Fixes, turn.Since, turn.Until);
            _raised[recorded.AlertId] = AlertRaising.From(_after, breach, recorded.AlertId, context.Now, policy);
        }

        _touched[recorded.AlertId] = turn;
    }

    private AlertId? Open(ZoneId zone, Instant at) =>
        _after.KnownZone(zone)?.Episodes.LastOrDefault(episode => episode.Until is null && episode.Since <= at)?.AlertId;

    /// <summary>A shared zone is named as it was; one of the subject's own stands in its stream.</summary>
    private static ZoneEvidence? SharedVersion(Zone zone) => zone.Shared is null ? null : ZoneEvidence.Of(zone);

    private void Happen(ISubjectEvent happened)
    {
        _happened.Add(happened);
        _after = (Registered)SubjectDecider.Evolve(_after, happened, context.Now);
    }
}
