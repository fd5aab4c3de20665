using System.Collections.Immutable;
using NodaTime;

namespace Correction.Domain.Tracks;

/// <summary>
/// Fixes of one subject on one local date (Asia/Shanghai) were sealed: a fact of stream <c>track/{subject}/{date}</c>,
/// written by the Sealer only. Where a person was is personal data: the fixes themselves stand apart, packed, and can be
/// erased; the event, and every proof over it, stays whole. A day may be sealed in several parts; a late fix joins its own day.
/// </summary>
/// <param name="Count">How many fixes.</param>
/// <param name="From">Device time of the first.</param>
/// <param name="To">Device time of the last.</param>
/// <param name="Devices">Device ids of those fixes.</param>
/// <param name="Packed">The fixes, as <see cref="TrackRecorded"/> in the store's binary form.</param>
public sealed record TrackSealed(
    SubjectId SubjectId, LocalDate Date, int Count, Instant From, Instant To, ImmutableArray<string> Devices, ForgettableRef Packed) : ITrackEvent;
