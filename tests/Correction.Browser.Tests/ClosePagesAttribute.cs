using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Playwright;
using Xunit.v3;

namespace Correction.Browser.Tests;

/// <summary>When a test ends its pages close: a live board that is left open goes on drawing beside the tests that follow.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class ClosePagesAttribute : BeforeAfterTestAttribute
{
    private static readonly ConcurrentDictionary<string, ConcurrentBag<IBrowserContext>> Opened = new(StringComparer.Ordinal);

    private static readonly ConcurrentBag<Task> Closing = [];

    /// <summary>Closes this one after the test that runs now.</summary>
    internal static void After(IBrowserContext context) => Opened.GetOrAdd(TestContext.Current.Test!.UniqueID, _ => []).Add(context);

    /// <summary>What is still closing; who ends the browser waits for it, and hears what failed.</summary>
    internal static Task ClosedAsync() => Task.WhenAll(Closing);

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        foreach (IBrowserContext context in Opened.TryRemove(test.UniqueID, out ConcurrentBag<IBrowserContext>? contexts) ? contexts : [])
        {
            Closing.Add(context.CloseAsync());
        }
    }
}
