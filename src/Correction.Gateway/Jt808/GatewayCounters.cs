using System.Collections.Concurrent;
using Correction.Gateway.Jt808.Codec;
using NodaTime;

namespace Correction.Gateway.Jt808;

/// <summary>What went wrong with one terminal or address.</summary>
/// <param name="Source">The terminal's device id; the address where none had spoken yet.</param>
public sealed record SourceFaults(string Source, IReadOnlyDictionary<string, long> Counts, Instant LastAt);

/// <summary>Counts what a gateway took and what it could not, by source. Bounded; safe for concurrent callers.</summary>
public sealed class GatewayCounters
{
    /// <summary>Sources remembered at most: beyond it, new ones are counted together.</summary>
    private const int MostSources = 10_000;
    private const string Others = "others";

    private readonly ConcurrentDictionary<string, Tally> _sources = new();
    private long _messages;
    private long _refused;

    public long Messages => Interlocked.Read(ref _messages);

    /// <summary>Connections that were turned away at a bound.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    public void CountMessage() => Interlocked.Increment(ref _messages);

    public void CountRefused() => Interlocked.Increment(ref _refused);

    public void Count(FrameDefect defect, string source, Instant now) => Count(defect.ToString(), source, now);

    /// <param name="fault">PascalCase; shown in camelCase.</param>
    public void Count(string fault, string source, Instant now)
    {
        string counted = _sources.Count < MostSources || _sources.ContainsKey(source) ? source : Others;
        Tally tally = _sources.GetOrAdd(counted, _ => new Tally());
        tally.Counts.AddOrUpdate(System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(fault), 1, (_, count) => count + 1);
        tally.LastAt = now;
    }

    /// <summary>The sources with faults, the latest first.</summary>
    public IReadOnlyList<SourceFaults> Faults(int most) =>
        [.. _sources.Select(source => new SourceFaults(source.Key, source.Value.Counts.ToDictionary(), source.Value.LastAt)).OrderByDescending(source => source.LastAt).Take(most)];

    private sealed class Tally
    {
        public ConcurrentDictionary<string, long> Counts { get; } = new();

        public Instant LastAt { get; set; }
    }
}
