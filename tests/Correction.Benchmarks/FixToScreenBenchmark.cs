namespace Correction.Benchmarks;

internal static class FixToScreenBenchmark
{
    public static Task RunAsync() => throw new NotSupportedException();
}
