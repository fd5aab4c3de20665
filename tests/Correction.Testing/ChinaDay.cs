using Xunit;

namespace Correction.Testing;

/// <summary>
/// The day in China (UTC+8) on which a test runs. A server goes by the real clock, and a test that must begin and end on
/// one day waits until it can, so that the tests pass at whatever hour they are run.
/// </summary>
public static class ChinaDay
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    /// <summary>Asked each time: a run of the tests may go past midnight.</summary>
    public static DateOnly Today => DateOnly.FromDateTime(Now.Date);

    /// <summary>With the offset of China.</summary>
    public static DateTimeOffset Now => TimeProvider.System.GetUtcNow().ToOffset(Offset);

    /// <summary>That hour of yesterday.</summary>
    public static DateTimeOffset Yesterday(int hour) => new(Today.AddDays(-1), new TimeOnly(hour, 0), Offset);

    /// <summary>Returns at once unless midnight is near; else waits until it has passed.</summary>
    /// <param name="left">What the test needs of the day from now on.</param>
    /// <param name="gone">How far back in the same day the test reports something: at least so long ago the day must have begun.</param>
    public static async Task HasAsync(TimeSpan left, TimeSpan gone = default)
    {
        TimeSpan time = Now.TimeOfDay;
        TimeSpan wait = time < gone ? gone - time
            : Day - time < left ? Day - time + gone
            : TimeSpan.Zero;
        if (wait > TimeSpan.Zero)
        {
            TestContext.Current.SendDiagnosticMessage("It is {0:hh\\:mm\\:ss} in China: waits {1:mm\\:ss} for a day that lasts as long as the test.", time, wait);
            await Task.Delay(wait + TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        }
    }
}
