using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Grains.Visits;

/// <summary>The shell round a prison's decisions on its policies.</summary>
public sealed class PrisonGrain(WakeReader events, Journal journal, VisitIndex visits, IClock clock) : Grain, IPrisonGrain
{
    private StreamWriter<PrisonState, IPrisonEvent> _stream = null!;
    private Jurisdiction _prison;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _prison = Jurisdiction.Parse(this.GetPrimaryKeyString());
        _stream = new(StreamKeys.Prison(_prison), PrisonState.Initial, PrisonDecider.Evolve, events, journal);
        return _stream.LoadAsync();
    }

    /// <summary>Days on which visits are booked look at another policy at once: it may have no place for them any more.</summary>
    public async Task<CommandOutcome> Execute(PrisonCommand command, CommandEnvelope envelope)
    {
        DecisionContext context = Decisions.At(clock, envelope.Actor);
        ImmutableArray<LocalDate> booked = command is AdoptVisitPolicy ? await visits.DaysBookedAsync(_prison, context.Now) : [];
        return await _stream.ExecuteAsync(
            state => PrisonDecider.Decide(state, command, _prison, context),
            envelope,
            context.Now,
            (entry, happened) => happened.IsEmpty ? entry : entry with { Deadlines = [.. booked.Select(date => new Deadline(StreamKeys.VisitDay(_prison, date), context.Now))] });
    }

    public Task<PrisonState> Read() => Task.FromResult(_stream.State);

    public Task<PolicyInForce?> PolicyOn(LocalDate date, int known) =>
        Task.FromResult(_stream.State.PolicyOn(date) is { } policy && policy.Revision != known ? policy : null);
}
