namespace Correction.Store.Journaling;

/// <summary>Bounds of the Journal.</summary>
public sealed record JournalOptions
{
    /// <summary>Entries that may wait; beyond this, callers wait and then are turned away.</summary>
    public int Capacity { get; init; } = 20_000;

    /// <summary>How long a caller waits for room before it is turned away.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Entries in one commit.</summary>
    public int BatchEntries { get; init; } = 2_000;

    /// <summary>Fixes in one commit, but for a last entry that goes beyond: bounds the memory and the time of a commit.</summary>
    public int BatchFixes { get; init; } = 20_000;

    /// <summary>How long a commit is tried again while the database does not answer.</summary>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Commits that run at the same time: while one waits for the database, the next is made.</summary>
    public int Committers { get; init; } = 2;
}

/// <summary>The Journal is full: nothing was stored. Try again later.</summary>
public sealed class JournalOverloadedException() : Exception("The journal is full; try again in a few seconds.");

/// <summary>
/// The database did not answer for as long as the Journal tries. The entry is not acknowledged; whether it is stored is
/// told by repeating the command.
/// </summary>
public sealed class JournalUnavailableException(Exception inner) : Exception("The database does not answer.", inner);
