using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Correction.Testing;

namespace Correction.Server.Tests.Visits;

/// <summary>Who guesses a prisoner's number learns neither a name nor that there is such a number, before the office has verified a relative of his.</summary>
public sealed partial class GuessedNumberTests(SharedServer shared)
{
    private const string Known = "G7K1", Other = "G7K2", Unknown = "G7U9";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stranger_is_answered_alike_for_a_number_that_there_is_and_one_that_there_is_not()
    {
        (string code, HttpClient prison) = await shared.Server.PrisonAsync("43T7P1", VisitCalls.Policy(capacity: 3));
        using HttpClient family = await shared.Server.AsAsync("family"), officer = await shared.Server.AsAsync("officer");
        await prison.ReceiveAsync(code, "G7A1");
        string slot = (await family.SlotsAsync(code, ChinaDay.Today.AddDays(2)))[0].GetProperty("slotId").GetString()!;

        var told = new List<string>();
        foreach (string number in (string[])["G7A1", "G7A9"])
        {
            var heard = new List<string>();
            string relative = await SayAsync(family, heard, "api/v1/relatives", new { prison = code, prisonerNumber = number, relationship = "parent", person = VisitCalls.Person("某人") });
            await SayAsync(family, heard, $"api/v1/relatives/{relative}/papers", new { kind = "householdRegister", mediaType = "image/png", content = "AQID" });
            await SayAsync(family, heard, "api/v1/visits", VisitCalls.Visit(slot, number, relative));
            await HearAsync(family, heard, $"api/v1/relatives/{relative}");
            await HearAsync(family, heard, $"api/v1/relatives?prisonerNumber={number}&limit=1");
            await SayAsync(officer, heard, $"api/v1/relatives/{relative}/refuse", new { reason = "prisonerNotMatched" });
            await SayAsync(family, heard, "api/v1/visits", VisitCalls.Visit(slot, number, relative));
            await HearAsync(family, heard, $"api/v1/relatives/{relative}");
            told.Add(string.Join('\n', heard).Replace($"\"prisonerNumber\":\"{number}\"", "\"prisonerNumber\":\"…\"", StringComparison.Ordinal));
        }

        Assert.Equal(told[0], told[1]);
        Assert.Contains("kinshipNotChecked", told[0], StringComparison.Ordinal);
        Assert.Contains("relativeRefused", told[0], StringComparison.Ordinal);
        Assert.DoesNotContain("服刑人员", told[0], StringComparison.Ordinal);
        prison.Dispose();
    }

    [Fact]
    public async Task Booking_before_the_office_has_verified_is_refused_with_code_and_basis_and_takes_no_place()
    {
        (string code, HttpClient prison) = await shared.Server.PrisonAsync("43T7P2", VisitCalls.Policy(capacity: 1));
        using HttpClient family = await shared.Server.AsAsync("family");
        await prison.ReceiveAsync(code, Known);
        string relative = await family.ApplyAsync(code, Known);
        string slot = (await family.SlotsAsync(code, ChinaDay.Today.AddDays(2)))[0].GetProperty("slotId").GetString()!;

        (HttpStatusCode status, string why, string[] articles) = await family.RefusedAsync("api/v1/visits", VisitCalls.Visit(slot, Known, relative));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "kinshipNotChecked", "6"), (status, why, Assert.Single(articles)));
        Assert.Equal(1, (await family.SlotsAsync(code, ChinaDay.Today.AddDays(2)))[0].GetProperty("free").GetInt32());
        prison.Dispose();
    }

    [Fact]
    public async Task A_verified_family_that_names_another_number_is_answered_alike_and_knows_its_own_prisoner_only_while_it_is_verified()
    {
        (string code, HttpClient prison) = await shared.Server.PrisonAsync("43T7P3", VisitCalls.Policy(capacity: 3));
        using HttpClient family = await shared.Server.AsAsync("family"), officer = await shared.Server.AsAsync("officer");
        await prison.ReceiveAsync(code, Known);
        await prison.ReceiveAsync(code, Other);
        string relative = await family.VerifiedAsync(officer, code, Known);
        string slot = (await family.SlotsAsync(code, ChinaDay.Today.AddDays(2)))[0].GetProperty("slotId").GetString()!;
        foreach (string number in (string[])[Other, Unknown])
        {
            (HttpStatusCode status, string why, _) = await family.RefusedAsync("api/v1/visits", VisitCalls.Visit(slot, number, relative));
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "notThisPrisoner"), (status, why));
        }

        string visit = await family.BookAsync(slot, Known, relative);
        Assert.Equal("服刑人员" + Known, (await family.GetJsonAsync($"api/v1/visits/{visit}")).GetProperty("prisonerName").GetString());
        await officer.DoneAsync($"api/v1/relatives/{relative}/refuse", new { reason = "identityDiffers" });
        Assert.Equal("", (await family.GetJsonAsync($"api/v1/visits/{visit}")).GetProperty("prisonerName").GetString());
        Assert.Equal("服刑人员" + Known, (await prison.GetJsonAsync($"api/v1/visits/{visit}")).GetProperty("prisonerName").GetString());
        prison.Dispose();
    }

    [Fact]
    public async Task An_officer_cannot_verify_a_relative_of_nobody()
    {
        (string code, HttpClient prison) = await shared.Server.PrisonAsync("43T7P4", VisitCalls.Policy(capacity: 1));
        prison.Dispose();
        using HttpClient family = await shared.Server.AsAsync("family"), officer = await shared.Server.AsAsync("officer");
        string relative = await family.ApplyAsync(code, Unknown);
        (HttpStatusCode status, string why, _) = await officer.RefusedAsync($"api/v1/relatives/{relative}/verify", new { });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "prisonerUnknown"), (status, why));
    }

    /// <summary>Keeps what was answered without ids and times; returns the id, if one was told.</summary>
    private static async Task<string> SayAsync(HttpClient who, List<string> heard, string path, object body)
    {
        using HttpResponseMessage answer = await who.PostAsJsonAsync(path, body, Cancellation);
        return await KeepAsync(answer, heard);
    }

    private static async Task HearAsync(HttpClient who, List<string> heard, string path)
    {
        using HttpResponseMessage answer = await who.GetAsync(path, Cancellation);
        await KeepAsync(answer, heard);
    }

    private static async Task<string> KeepAsync(HttpResponseMessage answer, List<string> heard)
    {
        string text = await answer.Content.ReadAsStringAsync(Cancellation);
        heard.Add($"{answer.StatusCode} {string.Join(' ', answer.Headers.Select(header => header.Key).Order())} {Ids().Replace(Times().Replace(text, "…"), "…")}");
        return JsonElement.Parse(text).TryGetProperty("id", out JsonElement id) ? id.GetString()! : string.Empty;
    }

    [GeneratedRegex("[0-9a-f]{32}|[0-9a-f]{2}-[0-9a-f-]{40,}")]
    private static partial Regex Ids();

    [GeneratedRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")]
    private static partial Regex Times();
}
