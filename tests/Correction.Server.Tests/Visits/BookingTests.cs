using System.Net;
using System.Text.Json;
using Correction.Testing;

namespace Correction.Server.Tests.Visits;

public sealed class BookingTests(SharedServer shared)
{
    private static readonly DateOnly Date = ChinaDay.Today.AddDays(2);

    private ServerProcess Server => shared.Server;

    [Fact]
    public async Task A_family_applies_the_office_verifies_and_the_prison_approves_which_fixes_time_and_place()
    {
        (string code, HttpClient prison) = await Server.PrisonAsync("43T1P1", VisitCalls.Policy(capacity: 3));
        using HttpClient family = await Server.AsAsync("family"), officer = await Server.AsAsync("officer");
        await prison.ReceiveAsync(code, "1");
        string mother = await family.ApplyAsync(code, "1");
        string slot = (await family.SlotsAsync(code, Date))[0].GetProperty("slotId").GetString()!;
        await officer.DoneAsync($"api/v1/relatives/{mother}/verify", new { });
        string visit = await family.BookAsync(slot, "1", mother);
        Assert.Equal(2, (await family.SlotsAsync(code, Date))[0].GetProperty("free").GetInt32());
        await prison.DoneAsync($"api/v1/visits/{visit}/approve", new { });

        JsonElement seen = await family.GetJsonAsync($"api/v1/visits/{visit}");
        Assert.Equal(("scheduled", "亲属1", "服刑人员1"), (
            seen.GetProperty("state").GetString(), seen.GetProperty("visitors")[0].GetProperty("name").GetString(), seen.GetProperty("prisonerName").GetString()));
        string[] types = [.. (await prison.GetJsonAsync($"api/v1/visits/{visit}/events")).EnumerateArray().Select(happened => happened.GetProperty("type").GetString()!)];
        Assert.Equal(["visit_applied", "visit_kinship_checked", "visit_approved", "visit_scheduled"], types);
        JsonElement account = (await prison.GetJsonAsync($"api/v1/prisons/{code}/prisoners/1/credits")).GetProperty("accounts")[0];
        Assert.Equal((2, 1, 1), (account.GetProperty("granted").GetInt32(), account.GetProperty("used").GetInt32(), account.GetProperty("balance").GetInt32()));
    }

    [Fact]
    public async Task A_cancelled_visit_gives_its_place_and_its_credit_back()
    {
        (string code, HttpClient prison) = await Server.PrisonAsync("43T1P2", VisitCalls.Policy(capacity: 1, perMonth: 1));
        using HttpClient family = await Server.AsAsync("family"), officer = await Server.AsAsync("officer");
        await prison.ReceiveAsync(code, "1");
        string mother = await family.VerifiedAsync(officer, code, "1");
        string slot = (await family.SlotsAsync(code, Date))[0].GetProperty("slotId").GetString()!;
        string visit = await family.BookAsync(slot, "1", mother);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "quotaUsedUp"), (await family.RefusedAsync("api/v1/visits", VisitCalls.Visit(slot, "1", mother))) is var (status, why, _) ? (status, why) : default);

        await family.DoneAsync($"api/v1/visits/{visit}/cancel", new { reason = "familyCannotCome" });

        Assert.Equal(1, (await family.SlotsAsync(code, Date))[0].GetProperty("free").GetInt32());
        JsonElement account = (await prison.GetJsonAsync($"api/v1/prisons/{code}/prisoners/1/credits")).GetProperty("accounts")[0];
        Assert.Equal((0, 1, 1), (account.GetProperty("used").GetInt32(), account.GetProperty("refunded").GetInt32(), account.GetProperty("balance").GetInt32()));
        await family.BookAsync(slot, "1", mother);
        await AssertCountedAsync(code, prison, family);
    }

    /// <summary>A prison and an office count what is theirs; a family counts nothing.</summary>
    private async Task AssertCountedAsync(string code, HttpClient prison, HttpClient family)
    {
        string period = $"from={VisitCalls.Iso(Date.AddDays(-3))}T00:00:00Z&to={VisitCalls.Iso(Date.AddDays(2))}T00:00:00Z";
        using HttpClient auditor = await Server.AsAsync("auditor");
        foreach (HttpClient reader in (HttpClient[])[prison, auditor])
        {
            JsonElement report = await reader.GetJsonAsync($"api/v1/visits/statistics?prison={code}&{period}");
            Assert.Equal((0, 0, "familyCannotCome"), (
                report.GetProperty("visits").GetInt32(), report.GetProperty("people").GetInt32(), report.GetProperty("cancelled")[0].GetProperty("reason").GetString()));
        }

        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(family, period));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(prison, $"prison=4301P1&{period}"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(auditor, $"jurisdiction=440000&{period}"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(prison, "from=2026-03-01"));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient reader, string query)
    {
        using HttpResponseMessage answer = await reader.GetAsync($"api/v1/visits/statistics?{query}", TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
