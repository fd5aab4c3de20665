using System.Text.Json;
using Correction.Cli;
using Correction.Testing;
using NodaTime;

namespace Correction.Server.Tests;

/// <summary><c>simulate day</c> against the real server, over real JT/T 808 and OsmAnd.</summary>
public sealed class DaySimulationTests(SharedServer shared)
{
    /// <summary>The first of them, a terminal's, is out after the curfew has begun; both report once a minute.</summary>
    private const int Seed = 119;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_a_seed_When_its_day_is_sent_Then_the_truth_is_printed_and_the_servers_alerts_are_counted_against_it()
    {
        JsonElement[] lines = await RunAsync();

        JsonElement sum = lines[^1];
        JsonElement[] Of(string what) => [.. lines[..^1].Where(line => line.GetProperty("what").GetString() == what)];
        Assert.Equal((2, 0), (sum.GetProperty("subjects").GetInt32(), sum.GetProperty("refused").GetInt32()));
        Assert.InRange(sum.GetProperty("violations").GetInt32(), 1, int.MaxValue);
        Assert.Equal(sum.GetProperty("violations").GetInt32(), Of("violation").Length);
        Assert.Equal(sum.GetProperty("falseAlerts").GetInt32(), Of("falseAlert").Length);
        Assert.Equal(sum.GetProperty("missed").GetInt32(), Of("missed").Length);
        Assert.InRange(sum.GetProperty("trueAlerts").GetInt32(), 1, int.MaxValue);
        Assert.Equal(sum.GetRawText(), (await RunAsync())[^1].GetRawText()); // the same people, the same fixes: nothing new
    }

    private async Task<JsonElement[]> RunAsync()
    {
        using var http = new HttpClient();
        var api = new ApiClient(http, shared.Server.Address);
        await api.LogInAsync("officer", ServerProcess.Password, Cancellation);
        await using var printed = new StringWriter();
        var run = new DaySimulation(api, new DayGateways(shared.Server.OsmAnd, "localhost", shared.Server.Jt808), printed);
        await run.RunAsync(2, Seed, "430981001", Now, Cancellation);
        return [.. printed.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }

    private static Instant Now { get; } = Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
}
