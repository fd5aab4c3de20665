using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Grains.Visits;

/// <summary>The shell round one prisoner's ledger. It follows the visits: what none of them is charged for it gives back.</summary>
public sealed class VisitCreditGrain(WakeReader events, Journal journal, IClock clock) : Grain, IVisitCreditGrain
{
    /// <summary>Uses of an earlier day were settled by the look that they caused.</summary>
    private static readonly Duration SettledSince = Duration.FromDays(2);

    private StreamWriter<VisitCreditState, IVisitCreditEvent> _stream = null!;
    private string _key = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = StreamKeys.VisitCredit(PrisonerGrain.KeyOf(this.GetPrimaryKeyString()));
        _stream = new(_key, VisitCreditState.Initial, VisitCreditDecider.Evolve, events, journal);
        return _stream.LoadAsync();
    }

    public Task<CommandOutcome> Execute(VisitCreditCommand command, CommandEnvelope envelope)
    {
        DecisionContext context = Decisions.At(clock, envelope.Actor);
        return _stream.ExecuteAsync(
            state => VisitCreditDecider.Decide(state, command, context),
            envelope,
            context.Now,
            (entry, happened) => happened.IsEmpty ? entry : entry with
            {
                Deadlines = [new Deadline(_key, happened.Aggregate(_stream.State, (state, next) => VisitCreditDecider.Evolve(state, next, context.Now)).NextLook(context.Now))],
            });
    }

    public Task<VisitCreditState> Read() => Task.FromResult(_stream.State);

    /// <summary>
    /// Gives back what was used for a visit that never began or is charged no more: a process may have died between the
    /// two commits.
    /// </summary>
    public async Task Look()
    {
        Instant now = clock.GetCurrentInstant();
        foreach (CreditUse use in _stream.State.Uses.Where(use => use.UsedAt + VisitCreditState.SettleAfter <= now && use.UsedAt >= now - SettledSince).ToArray())
        {
            Visit? visit = await GrainFactory.Visit(use.VisitId).Read();
            await Execute(new SettleVisitCredit(use.VisitId, visit is { Charged: true } ? visit.Slot.Date : null), CommandEnvelope.By(Actor.System));
        }

        await Execute(new ExpireVisitCredits(), CommandEnvelope.By(Actor.System));
        await journal.CommitAsync(new JournalEntry { Deadlines = [new Deadline(_key, _stream.State.NextLook(now))] });
    }
}
