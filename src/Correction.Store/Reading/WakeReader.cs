using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Location;

namespace Correction.Store.Reading;

/// <summary>What grains read when they wake: after a restart many thousands do at once, and share their queries.</summary>
public sealed class WakeReader(EventReader events, TrackReader tracks)
{
    private readonly Gathering<string, ImmutableArray<RecordedEvent>> _streams = new(keys => events.ReadStreamsAsync(keys), []);
    private readonly Gathering<SubjectId, ImmutableArray<Fix>> _fixes = new(subjects => tracks.LatestAsync(subjects), []);

    /// <summary>A whole stream in order; empty where there is none.</summary>
    public Task<ImmutableArray<RecordedEvent>> ReadStreamAsync(string key) => _streams.LoadAsync(key);

    /// <summary>The subject's fixes received last, oldest first: enough to rebuild what its grain remembers.</summary>
    public Task<ImmutableArray<Fix>> LatestFixesAsync(SubjectId subject) => _fixes.LoadAsync(subject);
}
