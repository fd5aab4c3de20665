using System.Diagnostics;
using Xunit;
using Xunit.Sdk;

namespace Correction.Testing;

/// <summary>
/// Waits for something that comes about by itself, and says what it waited for when it does not, also when what is asked
/// never answers. Real time: a fake clock moves the system under test, never the patience of the test.
/// </summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <param name="condition">Asked again and again; an exception from it fails the test at once.</param>
    /// <param name="what">For the message: "the board shows the alert".</param>
    /// <param name="timeout">30 seconds when absent.</param>
    public static Task Until(Func<Task<bool>> condition, string what, TimeSpan? timeout = null) =>
        Until(async () => await condition() ? "" : null, what, timeout);

    public static Task Until(Func<bool> condition, string what, TimeSpan? timeout = null) =>
        Until(() => Task.FromResult(condition()), what, timeout);

    /// <summary>Waits for a value, and returns it.</summary>
    public static async Task<T> Until<T>(Func<Task<T?>> find, string what, TimeSpan? timeout = null)
        where T : class
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Interval);
        do
        {
            var asked = find();
            if (!asked.IsCompleted)
                await Task.WhenAny(asked, Task.Delay((timeout ?? Patience) - Stopwatch.GetElapsedTime(started) + Patience, cancellationToken));
            if (!asked.IsCompleted)
                throw new XunitException($"Waited {Stopwatch.GetElapsedTime(started)} in vain, at last for an answer, until: {what}");
            if (await asked is { } found)
                return found;
            if (Stopwatch.GetElapsedTime(started) > (timeout ?? Patience))
                throw new XunitException($"Waited {timeout ?? Patience} in vain until: {what}");
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));

        throw new UnreachableException();
    }
}
