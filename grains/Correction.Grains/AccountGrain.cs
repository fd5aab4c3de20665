using Correction.Domain;
using Correction.Domain.Accounts;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Grains;

/// <summary>The shell round the decisions on one account's authority.</summary>
public sealed class AccountGrain(WakeReader events, Journal journal, IClock clock) : Grain, IAccountGrain
{
    private StreamWriter<AccountState, IAccountEvent> _stream = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _stream = new(StreamKeys.Account(this.GetPrimaryKeyString()), AccountState.Initial, AccountDecider.Evolve, events, journal);
        return _stream.LoadAsync();
    }

    public Task<CommandOutcome> Execute(AccountCommand command, CommandEnvelope envelope) => _stream.ExecuteAsync(
        state => AccountDecider.Decide(state, command, this.GetPrimaryKeyString(), envelope.Actor), envelope, clock.GetCurrentInstant());

    public Task<AccountState> Authority() => Task.FromResult(_stream.State);
}
