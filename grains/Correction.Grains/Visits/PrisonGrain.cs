using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Grains.Visits;

/// <summary>The shell round a prison's decisions on its policies.</summary>
public sealed class PrisonGrain(WakeReader events, Journal journal, IClock clock) : Grain, IPrisonGrain
{
    private StreamWriter<PrisonState, IPrisonEvent> _stream = null!;
    private Jurisdiction _prison;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _prison = Jurisdiction.Parse(this.GetPrimaryKeyString());
        _stream = new(StreamKeys.Prison(_prison), PrisonState.Initial, PrisonDecider.Evolve, events, journal);
        return _stream.LoadAsync();
    }

    public Task<CommandOutcome> Execute(PrisonCommand command, CommandEnvelope envelope)
    {
        DecisionContext context = Decisions.At(clock, envelope.Actor);
        return _stream.ExecuteAsync(state => PrisonDecider.Decide(state, command, _prison, context), envelope, context.Now);
    }

    public Task<PrisonState> Read() => Task.FromResult(_stream.State);

    public Task<PolicyInForce?> PolicyOn(LocalDate date, int known) =>
        Task.FromResult(_stream.State.PolicyOn(date) is { } policy && policy.Revision != known ? policy : null);
}
