using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Correction.Server.Tests.Hosting;
using Correction.Testing;

namespace Correction.Server.Tests.Visits;

public sealed class TwoHostsTests
{
    private const int Families = 200;
    private const int Places = 3;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_200_families_who_press_at_once_at_two_hosts_exactly_as_many_get_a_place_as_there_are()
    {
        string database = await (await PostgresServer.Shared()).CreateDatabaseAsync("visits");
        await using ServerProcess first = await ServerProcess.StartAsync(ClusterTests.Host(database));
        await using ServerProcess second = await ServerProcess.StartAsync(ClusterTests.Host(database));
        (string code, HttpClient prison) = await first.PrisonAsync("43T2P1", VisitCalls.Policy(Places, perMonth: 1));
        using HttpClient here = await first.AsAsync("family"), there = await second.AsAsync("family"), officer = await second.AsAsync("officer");
        string[] visitors = new string[Families];
        await Parallel.ForEachAsync(Enumerable.Range(0, Families), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancellation }, async (number, _) =>
        {
            await prison.ReceiveAsync(code, $"{number}");
            visitors[number] = await (number % 2 == 0 ? here : there).VerifiedAsync(officer, code, $"{number}");
        });
        string slot = (await here.SlotsAsync(code, ChinaDay.Today.AddDays(3)))[0].GetProperty("slotId").GetString()!;

        (HttpStatusCode Status, string? Code)[] told = await Task.WhenAll(Enumerable.Range(0, Families).Select(async number =>
        {
            using HttpResponseMessage answer = await (number % 2 == 0 ? here : there).PostAsJsonAsync("api/v1/visits", VisitCalls.Visit(slot, $"{number}", visitors[number]), Cancellation);
            JsonElement body = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
            return (answer.StatusCode, body.TryGetProperty("code", out JsonElement why) ? why.GetString() : null);
        }));

        Assert.Equal(Places, told.Count(each => each.Status == HttpStatusCode.Created));
        Assert.All(told.Where(each => each.Status != HttpStatusCode.Created), each => Assert.Equal((HttpStatusCode.Conflict, "slotFull"), each));
        int[] used = await Task.WhenAll(Enumerable.Range(0, Families).Select(async number =>
            (await prison.GetJsonAsync($"api/v1/prisons/{code}/prisoners/{number}/credits")).GetProperty("accounts")[0].GetProperty("used").GetInt32()));
        Assert.Equal(told.Select(each => each.Status == HttpStatusCode.Created ? 1 : 0), used);
        Assert.Equal(Places, (await prison.GetJsonAsync("api/v1/visits?limit=200")).GetProperty("items").GetArrayLength());
    }
}
