namespace Correction.Store.Recordings;

/// <summary>Where recordings are kept. Hosts of one cluster, and a media server that records, MUST see the same directory.</summary>
/// <param name="Directory">Made where it is absent; nobody but the service's own account reads it.</param>
public sealed record RecordingOptions(string Directory);
