using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Correction.Store.Ledger;

/// <summary>Asks the witnesses, and says once when one begins to refuse.</summary>
public sealed partial class WitnessService(LedgerWitnesses witnesses, LedgerOptions options, TimeProvider time, ILogger<WitnessService> logger)
    : PeriodicService(options.Witnesses.IsEmpty ? null : options.WitnessPeriod, time)
{
    private readonly Dictionary<string, WitnessFailure?> _told = [];

    protected override async Task RoundAsync(CancellationToken cancellation)
    {
        await witnesses.AskAsync(cancellation);
        Tell(await witnesses.ReadAsync(cancellation)); // as it stands: another host may have asked with a later checkpoint
    }

    protected override void LogFailed(Exception failure) => LogFailed(logger, failure);

    private void Tell(ImmutableArray<WitnessState> states)
    {
        foreach (WitnessState state in states.Where(state => state.Failure != _told.GetValueOrDefault(state.Key.Name)))
        {
            _told[state.Key.Name] = state.Failure;
            if (state.Failure is { } failure)
            {
                LogRefused(logger, state.Key.Name, failure);
            }
        }
    }

    [LoggerMessage(124, LogLevel.Warning, "The witnesses were not asked and will be with the next round.")]
    private static partial void LogFailed(ILogger logger, Exception failure);

    [LoggerMessage(125, LogLevel.Warning, "The witness {Name} did not cosign the ledger's checkpoint: {Failure}.")]
    private static partial void LogRefused(ILogger logger, string name, WitnessFailure failure);
}
