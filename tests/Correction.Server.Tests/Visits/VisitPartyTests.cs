using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Correction.Testing;

namespace Correction.Server.Tests.Visits;

/// <summary>Who is not party to a visit is not told that it is there.</summary>
public sealed class VisitPartyTests(SharedServer shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ServerProcess Server => shared.Server;

    [Fact]
    public async Task Another_family_sees_neither_visit_nor_relative_nor_papers_and_can_change_nothing()
    {
        (string visit, string relative) = await VisitAsync("43S1P1");
        await AssertStrangerAsync(await Server.AsNewAsync("family-s1", "family", "430981"), visit, relative, commands: ["cancel", "arrive", "reschedule"]);
    }

    [Fact]
    public async Task Another_prison_sees_neither_visit_nor_relative_nor_papers_and_can_change_nothing()
    {
        (string visit, string relative) = await VisitAsync("43S2P1");
        await AssertStrangerAsync(await Server.AsNewAsync("prison-s2", "prison", "43S2P2"), visit, relative, commands: ["approve", "decline", "cancel", "admit", "start", "cut", "end"]);
    }

    [Fact]
    public async Task Another_family_cannot_take_a_relative_that_is_not_its_own_to_a_visit()
    {
        (_, string relative) = await VisitAsync("43S3P1");
        using HttpClient stranger = await Server.AsNewAsync("family-s3", "family", "430981");
        string slot = (await stranger.SlotsAsync("43S3P1", ChinaDay.Today.AddDays(3)))[0].GetProperty("slotId").GetString()!;
        Assert.Equal((HttpStatusCode.BadRequest, "malformed"), (await stranger.RefusedAsync("api/v1/visits", VisitCalls.Visit(slot, "1", relative))) is var (status, why, _) ? (status, why) : default);
    }

    [Fact]
    public async Task Who_is_not_signed_in_is_asked_to_sign_in()
    {
        using var stranger = new HttpClient { BaseAddress = Server.Address };
        foreach (string path in (string[])["api/v1/visits", "api/v1/relatives", "api/v1/visit-slots", "api/v1/prisons/4301P1"])
        {
            using HttpResponseMessage answer = await stranger.GetAsync(path, Cancellation);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_look_at_a_visit_is_on_record_with_whose_names_it_showed()
    {
        (string visit, string relative) = await VisitAsync("43S4P1");
        using HttpClient auditor = await Server.AsAsync("auditor");
        await auditor.GetJsonAsync($"api/v1/visits/{visit}");
        JsonElement[] looks = [.. (await auditor.GetJsonAsync("api/v1/access?account=auditor&what=visit")).EnumerateArray()];
        Assert.Contains(looks, look => look.GetProperty("persons").EnumerateArray().Any(person => person.GetString() == $"relative/{relative}"));
    }

    private static async Task AssertStrangerAsync(HttpClient stranger, string visit, string relative, string[] commands)
    {
        foreach (string path in (string[])[$"visits/{visit}", $"visits/{visit}/events", $"relatives/{relative}", $"relatives/{relative}/events", $"relatives/{relative}/papers/0"])
        {
            using HttpResponseMessage answer = await stranger.GetAsync($"api/v1/{path}", Cancellation);
            Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{path}: {answer.StatusCode}");
        }

        foreach (string command in commands)
        {
            using HttpResponseMessage answer = await stranger.PostAsJsonAsync($"api/v1/visits/{visit}/{command}", new { reason = "other" }, Cancellation);
            Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, $"{command}: {answer.StatusCode}");
        }

        Assert.Empty((await stranger.GetJsonAsync("api/v1/visits")).GetProperty("items").EnumerateArray());
        Assert.Empty((await stranger.GetJsonAsync("api/v1/relatives")).GetProperty("items").EnumerateArray());
        stranger.Dispose();
    }

    private async Task<(string Visit, string Relative)> VisitAsync(string code)
    {
        (_, HttpClient prison) = await Server.PrisonAsync(code, VisitCalls.Policy(capacity: 2));
        using HttpClient family = await Server.AsAsync("family"), officer = await Server.AsAsync("officer");
        await prison.ReceiveAsync(code, "1");
        string relative = await family.VerifiedAsync(officer, code, "1");
        string slot = (await family.SlotsAsync(code, ChinaDay.Today.AddDays(2)))[0].GetProperty("slotId").GetString()!;
        string visit = await family.BookAsync(slot, "1", relative);
        prison.Dispose();
        return (visit, relative);
    }
}
