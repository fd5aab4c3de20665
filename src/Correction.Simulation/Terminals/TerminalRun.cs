using System.Diagnostics;
using Correction.Gateway.Jt808.Codec;
using NodaTime;

namespace Correction.Simulation.Terminals;

/// <summary>One terminal that takes part in a run.</summary>
/// <param name="Seed">When it is in a tunnel follows from this.</param>
public sealed record RunTerminal(TerminalNumber Number, Walker Walker, int Seed);

/// <summary>
/// Terminals over real JT/T 808: each registers, authenticates and reports at its own beat; in a tunnel it keeps its
/// reports and sends them in batches when it comes out. From a seed.
/// </summary>
public sealed class TerminalRun(string host, int port, IReadOnlyList<RunTerminal> terminals, TimeProvider time)
{
    private const double TunnelChance = 0.02; // a report finds its terminal at the mouth of a tunnel
    private const int ShortestTunnel = 3, LongestTunnel = 20; // reports
    private const int InBatch = 15; // fit into one message

    private readonly Lock _gate = new();
    private readonly List<TimeSpan> _latencies = [];
    private int _taken;
    private int _refused;
    private int _unanswered;

    /// <param name="rate">Fixes per second, all terminals together.</param>
    /// <param name="tunnels">Whether there are tunnels on the way.</param>
    public async Task<LoadResult> RunAsync(double rate, TimeSpan duration, bool tunnels, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        var beat = TimeSpan.FromSeconds(terminals.Count / rate);
        await Task.WhenAll(terminals.Select(terminal => RunAsync(terminal, beat, duration, tunnels, cancellation)));
        _latencies.Sort();
        return LoadResult.Of(_taken, _refused, _unanswered, Stopwatch.GetElapsedTime(began), _latencies);
    }

    private async Task RunAsync(RunTerminal terminal, TimeSpan beat, TimeSpan duration, bool tunnels, CancellationToken cancellation)
    {
        var kept = new List<byte[]>();
        try
        {
            await using TerminalClient client = await TerminalClient.ConnectAsync(host, port, terminal.Number, cancellation);
            await client.SignOnAsync("SIM-1", cancellation);
#pragma warning disable RS0030 // seeded: the run can be repeated
            var random = new Random(terminal.Seed);
#pragma warning restore RS0030
            int dark = 0;
            using var timer = new PeriodicTimer(beat, time);
            int reports = Math.Max(1, (int)(duration / beat));
            for (int number = 0; number < reports; number++)
            {
                Instant now = Instant.FromDateTimeOffset(time.GetUtcNow());
                kept.Add(TerminalMessages.Location(now, terminal.Walker.At(now)));
                dark = dark > 0 ? dark - 1 : tunnels && random.NextDouble() < TunnelChance ? random.Next(ShortestTunnel, LongestTunnel) : 0;
                if (dark == 0 || number == reports - 1)
                {
                    await SendAsync(client, kept, cancellation);
                    kept.Clear();
                }

                if (number < reports - 1)
                {
                    await timer.WaitForNextTickAsync(cancellation);
                }
            }
        }
        catch (Exception failure) when (failure is IOException or System.Net.Sockets.SocketException or OperationCanceledException)
        {
            Interlocked.Add(ref _unanswered, Math.Max(1, kept.Count)); // counted, not hidden: the result tells how many
        }
    }

    private async Task SendAsync(TerminalClient client, List<byte[]> reports, CancellationToken cancellation)
    {
        foreach (byte[][] batch in reports.Chunk(InBatch))
        {
            long sent = Stopwatch.GetTimestamp();
            PlatformMessage answer = batch.Length == 1
                ? await client.AskAsync(MessageIds.Location, batch[0], cancellation)
                : await client.AskAsync(MessageIds.LocationBatch, TerminalMessages.Batch(batch), cancellation);
            lock (_gate)
            {
                if (answer.Result == AnswerResult.Success)
                {
                    _taken += batch.Length;
                    _latencies.Add(Stopwatch.GetElapsedTime(sent));
                }
                else
                {
                    _refused += batch.Length;
                }
            }
        }
    }
}
