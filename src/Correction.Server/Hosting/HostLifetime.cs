namespace Correction.Server.Hosting;

internal static class HostLifetime
{
    /// <summary>Returns when gateways and grains are up.</summary>
    public static async Task WaitUntilStartedAsync(this IHostApplicationLifetime lifetime, CancellationToken stopping)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (lifetime.ApplicationStarted.Register(started.SetResult))
        {
            await started.Task.WaitAsync(stopping);
        }
    }
}
