using NodaTime;

namespace Correction.Store.Exports;

/// <summary>Where the files of exports stand and how they are written.</summary>
/// <param name="Directory">Made where it is absent; nobody but the service's own account reads it. Hosts of one cluster SHOULD see the same one: a host that lacks the file begins it anew.</param>
public sealed record ExportOptions(string Directory)
{
    /// <summary>How long an export that has ended is kept.</summary>
    public Duration Kept { get; init; } = Duration.FromDays(30);

    /// <summary>Sequences of a part: after each its bytes are durable and a cancellation is looked for.</summary>
    public int Part { get; init; } = 5_000;
}
