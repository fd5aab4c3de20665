namespace Correction.Store.Ledger;

/// <summary>How the ledger is kept.</summary>
/// <param name="KeyDirectory">Where private keys are files. Hosts of one cluster need the same keys.</param>
public sealed record LedgerOptions(string KeyDirectory)
{
    /// <summary>The name that the log signs under: its address without the scheme. It counts when the first key is made, and never changes after.</summary>
    public string Origin { get; init; } = "localhost:5080/ledger";

    /// <summary>How often new events are sealed and a checkpoint is signed.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Events sealed in one transaction, at most.</summary>
    public int Batch { get; init; } = 5_000;
}
