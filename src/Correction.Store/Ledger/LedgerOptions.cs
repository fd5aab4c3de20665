using System.Collections.Immutable;
using Correction.Ledger;
using Correction.Store.Objects;

namespace Correction.Store.Ledger;

/// <summary>How the ledger is kept.</summary>
/// <param name="KeyDirectory">Where private keys are files. Hosts of one cluster need the same keys.</param>
public sealed record LedgerOptions(string KeyDirectory)
{
    /// <summary>The name that the log signs under: its address without the scheme. It counts when the first key is made, and never changes after.</summary>
    public string Origin { get; init; } = "localhost:5080/ledger";

    /// <summary>How often new events are sealed and a checkpoint is signed.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Who cosigns checkpoints; none: nobody is asked.</summary>
    public ImmutableArray<Witness> Witnesses { get; init; } = [];

    /// <summary>How often witnesses are asked.</summary>
    public TimeSpan WitnessPeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Events sealed in one transaction, at most.</summary>
    public int Batch { get; init; } = 5_000;

    /// <summary>Where hashes, keys and checkpoints are published; null: nowhere.</summary>
    public IObjectStore? Published { get; init; }

    /// <summary>How often. Each time leaves a checkpoint, and partial tiles, for good.</summary>
    public TimeSpan PublishPeriod { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>Who looks at the log from outside, and cosigns what it saw to be a continuation of what it saw before (C2SP tlog-witness).</summary>
/// <param name="Url">Its submission prefix.</param>
/// <param name="Key">Its cosigning key (type 4).</param>
public sealed record Witness(Uri Url, VerifierKey Key);
