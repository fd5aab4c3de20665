using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.ZoneSets;
using Correction.Grains;
using Correction.Store.Reading;

namespace Correction.Server.Api;

/// <summary>Reads shared zones for API and pages alike. They say nothing of persons.</summary>
internal sealed class SharedZoneDirectory(IGrainFactory grains, EventReader events)
{
    /// <summary>The shared zones of the county that it is or belongs to, as they stand; none above a county.</summary>
    public async Task<ZoneSet> ReadAsync(Jurisdiction jurisdiction) =>
        jurisdiction.County is { } county ? await grains.GetGrain<IZoneSetGrain>(county.Code).Read() : ZoneSet.Empty;

    /// <summary>How they came to stand so.</summary>
    public async Task<ImmutableArray<RecordedEvent>> StreamAsync(Jurisdiction jurisdiction, CancellationToken cancellation) =>
        jurisdiction.County is { } county ? await events.ReadStreamAsync(StreamKeys.ZoneSet(county), cancellation) : [];
}
