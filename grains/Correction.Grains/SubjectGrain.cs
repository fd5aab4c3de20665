using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using Correction.Grains.Boards;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Grains;

/// <summary>The shell round a subject's decisions: load, decide, journal, evolve, publish.</summary>
public sealed class SubjectGrain(EventReader events, TrackReader tracks, Journal journal, WatchPolicy policy, BoardPublisher boards, IClock clock)
    : Grain, ISubjectGrain
{
    /// <summary>Fixes read back when the grain wakes: more than any run that may be pending.</summary>
    private const int Recalled = 100;

    private StreamWriter<SubjectState, ISubjectEvent> _stream = null!;
    private LocationMemory _memory = LocationMemory.Empty;
    private SubjectId _id;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = SubjectId.TryParse(this.GetPrimaryKeyString(), out SubjectId id) ? id : throw new FormatException("The key is no subject id.");
        _stream = new(StreamKeys.Subject(_id), SubjectState.Initial, SubjectDecider.Evolve, events, journal);
        await _stream.LoadAsync();
        if (_stream.State is Registered subject)
        {
            _memory = LocationWatch.Recall(subject, await tracks.LatestAsync(_id, Recalled, cancellationToken));
            await Consequences.TellAgainAsync(GrainFactory, subject);
        }
    }

    public async Task<CommandOutcome> Execute(SubjectCommand command, CommandEnvelope envelope)
    {
        Instant now = clock.GetCurrentInstant();
        var before = _stream.State as Registered;
        CommandOutcome outcome = await _stream.ExecuteAsync(
            state => SubjectDecider.Decide(state, command, Context(envelope.Actor, now)), envelope, now, (entry, happened) => WithDeadline(entry, happened, now));
        if (outcome is CommandOutcome.Done { Events.IsEmpty: false } && _stream.State is Registered subject)
        {
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

        if (device.Kind == DeviceKind.Bracelet && !subject.OrderInForce(ChinaTime.DateOf(now)))
        {
            return ReportOutcome.Refused;
        }

        Observation seen = LocationWatch.Observe(subject, _memory, report.Fixes);
        if (seen.Fixes.IsEmpty)
        {
            return ReportOutcome.Recorded; // all of it is stored already
        }

        Consequences consequences = await Consequences.OfAsync(subject, seen, GrainFactory, policy.Alerts, now);
        var entry = new JournalEntry { Subject = _id, Fixes = seen.Fixes, Streams = consequences.Appends(_stream, now), LookAt = Consequences.LookAt(subject, seen, policy) };
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
        if (_stream.State is not Registered subject)
        {
            return;
        }

        Instant now = clock.GetCurrentInstant();
        var look = new LookForSilence(_memory.HeardAt, policy.ListeningSince, policy.Silence);
        DecisionContext context = Context(Actor.System, now);
        var found = (Decision<ISubjectEvent>.Accepted)SubjectDecider.Decide(subject, look, context);
        ImmutableArray<AlertRaised> raised = [.. found.Events.OfType<DeviceFellSilent>().Select(silent => AlertRaising.From(subject, silent, now, policy.Alerts))];
        var after = (Registered)found.Events.Aggregate((SubjectState)subject, (state, next) => SubjectDecider.Evolve(state, next, now));
        var consequences = new Consequences(found.Events, raised, []);
        JournalEntry entry = new()
        {
            Subject = _id,
            Streams = consequences.Appends(_stream, now),
            LookAt = Silence.NextLook(after, look) ?? DeadlineStore.Never,
        };
        if (await journal.CommitAsync(entry) is CommitResult.Committed)
        {
            _stream.Take(found.Events, now);
            await consequences.TellAsync(GrainFactory, boards, (Registered)_stream.State, _memory.LastUsable, moveOnly: false);
        }
        else
        {
            DeactivateOnIdle();
        }
    }

    private static DecisionContext Context(Actor actor, Instant now) => new(now, actor, () => Guid.CreateVersion7(now.ToDateTimeOffset()));

    /// <summary>A newly bound device must be heard within its limit: the deadline is as durable as the binding.</summary>
    private JournalEntry WithDeadline(JournalEntry entry, ImmutableArray<ISubjectEvent> happened, Instant now) =>
        happened.OfType<DeviceBound>().FirstOrDefault() is { } bound
            ? entry with { Subject = _id, LookAt = now + policy.Silence.Limit(bound.Kind) }
            : entry;
}
