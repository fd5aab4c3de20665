using Correction.Store.Objects;

namespace Correction.Store.Recordings;

/// <summary>
/// Where recordings are kept: below a directory while a visit goes on, and for good unless <see cref="Objects"/> is set. Hosts
/// of one cluster, and a media server that records, MUST see the same directory.
/// </summary>
/// <param name="Directory">Made where it is absent; nobody but the service's own account reads it.</param>
public sealed record RecordingOptions(string Directory)
{
    /// <summary>Where sealed recordings are moved; null: they stay.</summary>
    public IObjectStore? Objects { get; init; }

    /// <summary>How often it is looked for what was sealed.</summary>
    public TimeSpan MovePeriod { get; init; } = TimeSpan.FromSeconds(30);
}
