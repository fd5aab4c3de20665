using System.Collections.Immutable;
using NodaTime;

namespace Correction.Domain.Tracks;

/// <summary>
/// Packed fixes of one subject on one local date (Asia/Shanghai). As an event of stream <c>track/{subject}/{date}</c> it is
/// no longer written: today's event is <see cref="TrackSealed"/>, and this is what it refers to.
/// </summary>
/// <param name="Count">How many fixes.</param>
/// <param name="From">Device time of the first.</param>
/// <param name="To">Device time of the last.</param>
/// <param name="Devices">Device ids; the packed fixes refer to them by index.</param>
/// <param name="Packed">See <see cref="TrackCodec"/>.</param>
public sealed record TrackRecorded(
    SubjectId SubjectId, LocalDate Date, int Count, Instant From, Instant To, ImmutableArray<string> Devices, byte[] Packed) : ITrackEvent;

public interface ITrackEvent : IDomainEvent;
