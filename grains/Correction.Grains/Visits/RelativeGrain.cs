using Correction.Domain;
using Correction.Domain.Messages;
using Correction.Domain.Visits;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Grains.Visits;

/// <summary>The shell round the decisions on one relative.</summary>
public sealed class RelativeGrain(WakeReader events, Journal journal, IClock clock) : Grain, IRelativeGrain
{
    private StreamWriter<RelativeState, IRelativeEvent> _stream = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        RelativeId id = RelativeId.TryParse(this.GetPrimaryKeyString(), out RelativeId parsed) ? parsed : throw new FormatException("The key is no relative's id.");
        _stream = new(StreamKeys.Relative(id), RelativeState.Initial, RelativeDecider.Evolve, events, journal);
        return _stream.LoadAsync();
    }

    public Task<CommandOutcome> Execute(RelativeCommand command, CommandEnvelope envelope)
    {
        DecisionContext context = Decisions.At(clock, envelope.Actor);
        return _stream.ExecuteAsync(
            state => RelativeDecider.Decide(state, command, context),
            envelope,
            context.Now,
            (entry, happened) => entry with { Messages = FamilyTold.Of(_stream.State, happened, context) });
    }

    public Task<Relative?> Read() => Task.FromResult(_stream.State.Relative);
}
