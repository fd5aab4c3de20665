using System.Diagnostics;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using NodaTime;

namespace Correction.Simulation;

/// <summary>One device that takes part in a run.</summary>
public sealed record LoadDevice(string DeviceId, DeviceProtocol Protocol, Walker Walker);

/// <summary>What a run saw. Latencies are from sending a fix to the gateway's answer, which means durable.</summary>
public sealed record LoadResult(int Taken, int Refused, int Unanswered, TimeSpan Took, TimeSpan P50, TimeSpan P99)
{
    public double PerSecond => Took > TimeSpan.Zero ? Taken / Took.TotalSeconds : 0;

    /// <param name="latencies">Sorted, shortest first.</param>
    public static LoadResult Of(int taken, int refused, int unanswered, TimeSpan took, IReadOnlyList<TimeSpan> latencies) =>
        new(taken, refused, unanswered, took, Percentile(latencies, 0.5), Percentile(latencies, 0.99));

    /// <summary>Nearest rank; zero where nothing was taken.</summary>
    private static TimeSpan Percentile(IReadOnlyList<TimeSpan> latencies, double share) =>
        latencies.Count == 0 ? TimeSpan.Zero : latencies[Math.Max(0, (int)Math.Ceiling(latencies.Count * share) - 1)];
}

/// <summary>
/// Sends fixes at a steady rate, device after device. Open loop: the times are planned ahead, and a slow server does not
/// slow the plan, up to <see cref="MostInFlight"/> unanswered fixes.
/// </summary>
public sealed class LoadRun(DeviceClient client, IReadOnlyList<LoadDevice> devices, TimeProvider time)
{
    private const int MostInFlight = 512;

    private readonly Lock _gate = new();
    private readonly List<TimeSpan> _latencies = [];
    private int _refused;
    private int _unanswered;

    /// <param name="rate">Fixes per second, all devices together.</param>
    public async Task<LoadResult> RunAsync(double rate, TimeSpan duration, CancellationToken cancellation)
    {
        using var slots = new SemaphoreSlim(MostInFlight);
        var sending = new List<Task>();
        long began = Stopwatch.GetTimestamp();
        Instant start = Instant.FromDateTimeOffset(time.GetUtcNow());
        int planned = (int)Math.Round(rate * duration.TotalSeconds);
        for (int number = 0; number < planned && !cancellation.IsCancellationRequested; number++)
        {
            TimeSpan due = TimeSpan.FromSeconds(number / rate);
            TimeSpan early = due - Stopwatch.GetElapsedTime(began);
            if (early > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(early, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await slots.WaitAsync(CancellationToken.None);
            sending.Add(SendAsync(devices[number % devices.Count], start.Plus(Duration.FromTimeSpan(due)), slots, cancellation));
        }

        await Task.WhenAll(sending);
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        _latencies.Sort();
        return LoadResult.Of(_latencies.Count, _refused, _unanswered, took, _latencies);
    }

    private async Task SendAsync(LoadDevice device, Instant at, SemaphoreSlim slots, CancellationToken cancellation)
    {
        long sent = Stopwatch.GetTimestamp();
        try
        {
            GeoPoint position = device.Walker.At(at);
            int status = await client.SendAsync(device.Protocol, device.DeviceId, at, position, 8, device.Walker.Pace, 80, cancellation);
            lock (_gate)
            {
                if (status == 200)
                {
                    _latencies.Add(Stopwatch.GetElapsedTime(sent));
                }
                else
                {
                    _refused++;
                }
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            Interlocked.Increment(ref _unanswered); // counted, not hidden: the result tells how many
        }
        finally
        {
            slots.Release();
        }
    }
}
