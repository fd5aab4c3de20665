using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Grains.Boards;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Grains;

/// <summary>The shell round an alert's decisions.</summary>
public sealed class AlertGrain(WakeReader events, Journal journal, BoardPublisher boards, IClock clock) : Grain, IAlertGrain
{
    private StreamWriter<AlertState, IAlertEvent> _stream = null!;
    private AlertId _id;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = AlertId.TryParse(this.GetPrimaryKeyString(), out AlertId id) ? id : throw new FormatException("The key is no alert id.");
        _stream = new(StreamKeys.Alert(_id), AlertState.Initial, AlertDecider.Evolve, events, journal);
        return _stream.LoadAsync();
    }

    public async Task<CommandOutcome> Execute(AlertCommand command, CommandEnvelope envelope)
    {
        await LoadIfJustRaisedAsync();
        Instant now = clock.GetCurrentInstant();
        var context = new DecisionContext(now, envelope.Actor, () => Guid.CreateVersion7(now.ToDateTimeOffset()));
        CommandOutcome outcome = await _stream.ExecuteAsync(state => AlertDecider.Decide(state, command, context), envelope, now, (entry, happened) => WithDeadline(entry, happened, now));
        if (outcome is CommandOutcome.Done { Events.IsEmpty: false } && _stream.State is Raised alert)
        {
            boards.Publish(alert);
        }

        return outcome;
    }

    public async Task<bool> IsUnresolved()
    {
        await LoadIfJustRaisedAsync();
        return _stream.State is Raised { Handling: not AlertHandling.Resolved };
    }

    public async Task Look()
    {
        CommandOutcome outcome = await Execute(new EscalateAlert(), CommandEnvelope.By(Actor.System));
        if (outcome is CommandOutcome.Done { Events.IsEmpty: true } && _stream.State is Raised alert)
        {
            await journal.CommitAsync(new JournalEntry { Deadlines = [new Deadline(StreamKeys.Alert(_id), Escalation.NextLook(alert))] });
        }
    }

    /// <summary>What a decision does to the due time, it does to the deadline in the same commit.</summary>
    private JournalEntry WithDeadline(JournalEntry entry, ImmutableArray<IAlertEvent> happened, Instant now)
    {
        AlertState after = happened.Aggregate(_stream.State, (state, next) => AlertDecider.Evolve(state, next, now));
        return (_stream.State, after) is (Raised before, Raised next) && Escalation.NextLook(before) != Escalation.NextLook(next)
            ? entry with { Deadlines = [new Deadline(StreamKeys.Alert(_id), Escalation.NextLook(next))] }
            : entry;
    }

    /// <summary>The subject's commit begins the stream: a grain that woke before it looks again.</summary>
    private Task LoadIfJustRaisedAsync() => _stream.State is NotRaised ? _stream.LoadAsync() : Task.CompletedTask;
}
