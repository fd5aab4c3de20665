using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Correction.Benchmarks;

/// <summary>One figure of a benchmark, with the baseline that was measured in the same run.</summary>
/// <param name="Ratio">Value over baseline.</param>
internal sealed record Figure(string Metric, double Value, string Unit, double? Baseline, double? Ratio)
{
    private static readonly JsonSerializerOptions Lines = new(JsonSerializerDefaults.Web);

    public static Figure Of(string metric, double value, string unit, double baseline) =>
        new(metric, Math.Round(value, 2), unit, Math.Round(baseline, 2), Math.Round(value / baseline, 3));

    public static Figure Of(string metric, double value, string unit) => new(metric, Math.Round(value, 2), unit, null, null);

    /// <summary>The figures come last, one line of JSON each.</summary>
    public static void Print(params Figure[] figures)
    {
        foreach (Figure figure in figures)
        {
            Console.WriteLine(JsonSerializer.Serialize(figure, Lines));
        }
    }

    /// <param name="share">Of the values that are not greater, such as 0.99.</param>
    public static double Percentile(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[(int)Math.Min(sorted.Length - 1, share * sorted.Length)];
    }

    /// <summary>Runs the work and returns how many of its items were done in a second.</summary>
    public static async Task<double> PerSecondAsync(string what, int items, Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        double rate = items / watch.Elapsed.TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {items} in {watch.Elapsed.TotalSeconds:F2} s = {rate:F0}/s"));
        return rate;
    }
}
