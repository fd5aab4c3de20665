using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using Correction.Grains.Boards;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Grains;

/// <summary>The shell round a subject's decisions: load, decide, journal, evolve, publish.</summary>
public sealed class SubjectGrain(WakeReader stored, TrackReader tracks, Journal journal, SharedZoneCache shared, WatchPolicy policy, BoardPublisher boards, IClock clock)
    : Grain, ISubjectGrain
{
    private StreamWriter<SubjectState, ISubjectEvent> _stream = null!;
    private SubjectWarnings _warnings = null!;
    private LocationMemory _memory = LocationMemory.Empty;
    private SubjectId _id;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = SubjectId.TryParse(this.GetPrimaryKeyString(), out SubjectId id) ? id : throw new FormatException("The key is no subject id.");
        _warnings = new(GrainFactory, policy.Warnings);
        _stream = new(StreamKeys.Subject(_id), SubjectState.Initial, SubjectDecider.Evolve, stored, journal);
        await _stream.LoadAsync();
        if (_stream.State is Registered subject)
        {
            _memory = LocationWatch.Recall(subject, await stored.LatestFixesAsync(_id), await shared.ConcerningAsync(subject.Jurisdiction));
            await Consequences.TellAgainAsync(GrainFactory, subject);
            _warnings.Deliver(subject, clock.GetCurrentInstant());
        }
    }

    public async Task<CommandOutcome> Execute(SubjectCommand command, CommandEnvelope envelope)
    {
        Instant now = clock.GetCurrentInstant();
        var before = _stream.State as Registered;
        ImmutableArray<AlertRaised> raised = [];
        CommandOutcome outcome = await _stream.ExecuteAsync(
            state => SubjectDecider.Decide(state, command, Context(envelope.Actor, now)),
            envelope,
            now,
            (entry, happened) =>
            {
                raised = HeldBackUntil(happened, now);
                return Consequences.WithHeldBack(WithDeadline(entry, happened, now), raised, now);
            });
        if (outcome is CommandOutcome.Done { Events.IsEmpty: false } && _stream.State is Registered subject)
        {
            Consequences.TellRaised(raised, boards);
            await Consequences.TellAfterAsync(GrainFactory, before, subject);
            await boards.PublishAsync(subject, _memory.LastUsable);
        }

        return outcome;
    }

    public async Task<ReportOutcome> Report(FixReport report)
    {
        Instant now = clock.GetCurrentInstant();
        if (_stream.State is not Registered subject || !subject.Devices.TryGetValue(report.DeviceId, out BoundDevice? device))
        {
            return ReportOutcome.NotBound;
        }

        if (!subject.MayReport(device, ChinaTime.DateOf(now)))
        {
            return ReportOutcome.Refused;
        }

        await FollowSharedZonesAsync(subject);
        ImmutableArray<Fix> history = LocationWatch.HistoryNeeded(subject, _memory, report.Fixes) is { } since
            ? await tracks.ReadAsync(_id, since, now + FixAssessment.FutureAllowance)
            : default;
        Observation seen = LocationWatch.Hear(subject, LocationWatch.Observe(subject, _memory, report.Fixes, history), report.DeviceId, report.Signs);
        DecisionContext context = Context(Actor.System, now);
        HealthFindings health = await Consequences.HealthAsync(subject, seen, _memory, report, GrainFactory, policy.Alerts, context);
        if (seen.Fixes.IsEmpty && seen.HeardAgain.IsEmpty && health.Events.IsEmpty)
        {
            _memory = seen.Memory;
            return ReportOutcome.Recorded; // all of it is stored already, or it is a heartbeat
        }

        Consequences consequences = await Consequences.OfAsync(subject, seen, health, GrainFactory, policy.Alerts, context);
        var entry = new JournalEntry
        {
            Subject = _id,
            Fixes = seen.Fixes,
            Streams = consequences.Appends(_stream, now),
            Deadlines = consequences.Subject.IsEmpty ? [] : consequences.Deadlines(NextLook(After(consequences, now), seen.Memory, now)),
        };
        if (await journal.CommitAsync(entry) is not CommitResult.Committed)
        {
            DeactivateOnIdle(); // another activation wrote: start again from what is stored, the device repeats
            throw new StreamMovedException(StreamKeys.Subject(_id));
        }

        bool first = _memory.LastUsable is null; // the board's word for the subject changes, not its position alone
        _memory = seen.Memory;
        _stream.Take(consequences.Subject, now);
        await consequences.TellAsync(GrainFactory, boards, (Registered)_stream.State, seen.Memory.LastUsable, moveOnly: !first);
        return ReportOutcome.Recorded;
    }

    public async Task Look()
    {
        if (_stream.State is not Registered suspended)
        {
            return;
        }

        Instant now = clock.GetCurrentInstant();
        ImmutableArray<ISubjectEvent> resumed =
            ((Decision<ISubjectEvent>.Accepted)SubjectDecider.Decide(suspended, new LookForSuspensions(), Context(Actor.System, now))).Events;
        var subject = (Registered)resumed.Aggregate(_stream.State, (state, next) => SubjectDecider.Evolve(state, next, now));
        await FollowSharedZonesAsync(subject);
        Observation seen = LocationWatch.Look(subject, _memory, now);
        DecisionContext context = Context(Actor.System, now);
        ImmutableArray<ISubjectEvent> late =
        [
            .. ((Decision<ISubjectEvent>.Accepted)SubjectDecider.Decide(subject, Consequences.LookFor(_memory, policy), context)).Events,
            .. ((Decision<ISubjectEvent>.Accepted)SubjectDecider.Decide(subject, new LookForLeaves(), context)).Events,
        ];
        var found = new HealthFindings(late, [.. late.Select(happened => Alert(subject, happened, now)).OfType<AlertRaised>()], [.. late.OfType<SilenceLapsed>().Select(lapsed => (lapsed.AlertId, (AlertCommand)new ClearCondition(null)))]);
        Consequences decided = await Consequences.OfAsync(subject, seen, found, GrainFactory, policy.Alerts, context);
        Consequences consequences = decided with { Subject = [.. resumed, .. decided.Subject], Raised = [.. HeldBackUntil(resumed, now), .. decided.Raised] };
        JournalEntry entry = new()
        {
            Streams = consequences.Appends(_stream, now),
            Deadlines = consequences.Deadlines(NextLook(After(consequences, now), seen.Memory, now)),
        };
        if (await journal.CommitAsync(entry) is CommitResult.Committed)
        {
            _memory = seen.Memory;
            _stream.Take(consequences.Subject, now);
            _warnings.Deliver((Registered)_stream.State, now);
            await consequences.TellAsync(GrainFactory, boards, (Registered)_stream.State, _memory.LastUsable, moveOnly: consequences.Subject.IsEmpty);
        }
        else
        {
            DeactivateOnIdle();
        }
    }

    private async ValueTask FollowSharedZonesAsync(Registered subject)
    {
        SharedZones standing = await shared.ConcerningAsync(subject.Jurisdiction);
        _memory = ReferenceEquals(standing, _memory.Shared) ? _memory : _memory with { Shared = standing };
    }

    private AlertRaised? Alert(Registered subject, ISubjectEvent happened, Instant now) => happened switch
    {
        DeviceFellSilent { HeldBackBy: null } silent => AlertRaising.From(subject, silent, now, policy.Alerts),
        PositionLost { HeldBackBy: null } lost => AlertRaising.From(subject, lost, now, policy.Alerts),
        LeaveOverstayed overstayed => AlertRaising.From(subject, overstayed, now, policy.Alerts),
        _ => null,
    };

    /// <summary>The alerts that begin because these events let watching go on.</summary>
    private ImmutableArray<AlertRaised> HeldBackUntil(ImmutableArray<ISubjectEvent> happened, Instant now) =>
        happened.Any(next => next is WatchingResumed) && _stream.State is Registered before
            ? HeldBack.Raise(before, (Registered)happened.Aggregate(_stream.State, (state, next) => SubjectDecider.Evolve(state, next, now)), now, policy.Alerts)
            : [];

    private Registered After(Consequences consequences, Instant now) =>
        (Registered)consequences.Subject.Aggregate(_stream.State, (state, next) => SubjectDecider.Evolve(state, next, now));

    private Deadline NextLook(Registered after, LocationMemory memory, Instant now) =>
        Consequences.NextLook(after, memory, policy, now, _warnings.NextLook(after, now));

    private static DecisionContext Context(Actor actor, Instant now) => new(now, actor, () => Guid.CreateVersion7(now.ToDateTimeOffset()));

    /// <summary>A newly bound device must be heard within its limit, a zone is judged at its edges: the deadline is as durable as the command.</summary>
    private JournalEntry WithDeadline(JournalEntry entry, ImmutableArray<ISubjectEvent> happened, Instant now) =>
        happened.Aggregate(_stream.State, (state, next) => SubjectDecider.Evolve(state, next, now)) is Registered after
            ? entry with { Deadlines = [NextLook(after, _memory, now)] }
            : entry;
}
