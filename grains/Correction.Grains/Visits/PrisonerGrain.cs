using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Grains.Visits;

/// <summary>The shell round the decisions on one prisoner.</summary>
public sealed class PrisonerGrain(WakeReader events, Journal journal, IClock clock) : Grain, IPrisonerGrain
{
    private StreamWriter<PrisonerState, IPrisonerEvent> _stream = null!;
    private PrisonerKey _key = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = KeyOf(this.GetPrimaryKeyString());
        _stream = new(StreamKeys.Prisoner(_key), PrisonerState.Initial, PrisonerDecider.Evolve, events, journal);
        return _stream.LoadAsync();
    }

    public Task<CommandOutcome> Execute(PrisonerCommand command, CommandEnvelope envelope)
    {
        DecisionContext context = Decisions.At(clock, envelope.Actor);
        return _stream.ExecuteAsync(state => PrisonerDecider.Decide(state, command, _key, context), envelope, context.Now);
    }

    public Task<Prisoner?> Read() => Task.FromResult(_stream.State.Prisoner);

    internal static PrisonerKey KeyOf(string text) => text.Split('/') is [var prison, var number]
        ? new PrisonerKey(Jurisdiction.Parse(prison), number)
        : throw new FormatException("The key is no prisoner's.");
}
