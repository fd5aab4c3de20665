using Correction.Domain.Alerts;
using Correction.Domain.Subjects;
using NodaTime;

namespace Correction.Grains;

/// <summary>The office's numbers for watching, and since when this service listens.</summary>
public sealed record WatchPolicy(SilencePolicy Silence, AlertPolicy Alerts, Instant ListeningSince);

/// <summary>Another writer moved the stream on; nothing was stored. The sender repeats, and a repeat stores nothing twice.</summary>
public sealed class StreamMovedException(string key) : Exception($"Stream {key} was moved on by another writer.");
