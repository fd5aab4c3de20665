using Correction.Domain;
using Correction.Domain.CaseFiles;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Grains;

/// <summary>The shell round the decisions on one case file.</summary>
public sealed class CaseFileGrain(WakeReader events, Journal journal, IClock clock) : Grain, ICaseFileGrain
{
    private StreamWriter<CaseFileState, ICaseFileEvent> _stream = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _stream = new(StreamKeys.CaseFile(this.GetPrimaryKeyString()), CaseFileState.Initial, CaseFileDecider.Evolve, events, journal);
        return _stream.LoadAsync();
    }

    public Task<CommandOutcome> Execute(CaseFileCommand command, CommandEnvelope envelope) =>
        _stream.ExecuteAsync(state => CaseFileDecider.Decide(state, command), envelope, clock.GetCurrentInstant());
}
