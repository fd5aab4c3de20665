using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Grains.Boards;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Grains;

/// <summary>The shell round an alert's decisions.</summary>
public sealed class AlertGrain(EventReader events, Journal journal, BoardPublisher boards, IClock clock) : Grain, IAlertGrain
{
    private StreamWriter<AlertState, IAlertEvent> _stream = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        AlertId id = AlertId.TryParse(this.GetPrimaryKeyString(), out AlertId parsed) ? parsed : throw new FormatException("The key is no alert id.");
        _stream = new(StreamKeys.Alert(id), AlertState.Initial, AlertDecider.Evolve, events, journal);
        return _stream.LoadAsync();
    }

    public async Task<CommandOutcome> Execute(AlertCommand command, CommandEnvelope envelope)
    {
        await LoadIfJustRaisedAsync();
        Instant now = clock.GetCurrentInstant();
        var context = new DecisionContext(now, envelope.Actor, () => Guid.CreateVersion7(now.ToDateTimeOffset()));
        CommandOutcome outcome = await _stream.ExecuteAsync(state => AlertDecider.Decide(state, command, context), envelope, now);
        if (outcome is CommandOutcome.Done { Events.IsEmpty: false } && _stream.State is Raised alert)
        {
            await boards.PublishAsync(alert);
        }

        return outcome;
    }

    public async Task<bool> IsUnresolved()
    {
        await LoadIfJustRaisedAsync();
        return _stream.State is Raised { Handling: not AlertHandling.Resolved };
    }

    /// <summary>The subject's commit begins the stream: a grain that woke before it looks again.</summary>
    private Task LoadIfJustRaisedAsync() => _stream.State is NotRaised ? _stream.LoadAsync() : Task.CompletedTask;
}
