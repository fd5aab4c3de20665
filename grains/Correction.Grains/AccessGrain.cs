using Correction.Domain;
using Correction.Domain.Access;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Grains;

/// <summary>The shell round one account's record of looks on one day.</summary>
public sealed class AccessGrain(WakeReader events, Journal journal, IClock clock) : Grain, IAccessGrain
{
    private StreamWriter<int, IAccessEvent> _stream = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _stream = new($"access/{this.GetPrimaryKeyString()}", 0, (looks, _, _) => looks + 1, events, journal);
        return _stream.LoadAsync();
    }

    public async Task Record(PersonalDataViewed viewed, Actor actor)
    {
        CommandOutcome outcome = await _stream.ExecuteAsync(
            _ => Decision<IAccessEvent>.Accept(viewed), CommandEnvelope.By(actor), clock.GetCurrentInstant());
        if (outcome is not CommandOutcome.Done)
        {
            throw new StreamMovedException(this.GetPrimaryKeyString());
        }
    }

    public Task<CommandOutcome> Judge(UnusualLookingJudged judged, CommandEnvelope envelope) =>
        _stream.ExecuteAsync(_ => Decision<IAccessEvent>.Accept(judged), envelope, clock.GetCurrentInstant());
}
