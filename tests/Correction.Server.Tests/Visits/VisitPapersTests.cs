using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Correction.Testing;

namespace Correction.Server.Tests.Visits;

/// <summary>What a family takes along: a calendar entry; and what its commands answer when they come late or twice.</summary>
public sealed class VisitPapersTests(SharedServer shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_calendar_entry_has_the_visit_s_time_names_nobody_and_says_when_it_is_cancelled()
    {
        using FamilyOfPrison scene = await FamilyOfPrison.SetAsync(shared.Server, "43V1P1", capacity: 1);
        using HttpClient other = await shared.Server.AsAsync("prison"); // of 4301P1
        HttpClient family = scene.Family;
        JsonElement slot = (await family.SlotsAsync(scene.Code, ChinaDay.Today.AddDays(2)))[0];
        string visit = await family.BookAsync(scene.Slot, "1", scene.Relative), path = $"api/v1/visits/{visit}/calendar";

        using HttpResponseMessage answer = await family.GetAsync(path, Cancellation);
        string text = await answer.Content.ReadAsStringAsync(Cancellation);

        Assert.Equal("text/calendar", answer.Content.Headers.ContentType!.MediaType);
        string start = DateTimeOffset.Parse(slot.GetProperty("from").GetString()!, null).UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", null);
        foreach (string line in (string[])["BEGIN:VCALENDAR", "VERSION:2.0", $"UID:{visit}@visits", $"DTSTART:{start}", "STATUS:TENTATIVE", "END:VCALENDAR"])
        {
            Assert.Contains(line, text.Split("\r\n"));
        }

        Assert.DoesNotContain("服刑人员", text, StringComparison.Ordinal);
        Assert.DoesNotContain("亲属", text, StringComparison.Ordinal);
        await family.DoneAsync($"api/v1/visits/{visit}/cancel", new { reason = "familyCannotCome" });
        Assert.Contains("STATUS:CANCELLED", await family.GetStringAsync(path, Cancellation), StringComparison.Ordinal);
        using HttpResponseMessage stranger = await other.GetAsync(path, Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, stranger.StatusCode);
    }

    [Fact]
    public async Task A_decision_on_a_visit_that_has_changed_since_it_was_read_is_stale_and_changes_nothing()
    {
        using FamilyOfPrison scene = await FamilyOfPrison.SetAsync(shared.Server, "43V1P2", capacity: 1);
        (HttpClient family, HttpClient prison, string slot, string relative) = (scene.Family, scene.Prison, scene.Slot, scene.Relative);
        string visit = await family.BookAsync(slot, "1", relative);
        using HttpResponseMessage read = await prison.GetAsync($"api/v1/visits/{visit}", Cancellation);
        EntityTagHeaderValue tag = read.Headers.ETag!;

        Assert.Equal(HttpStatusCode.OK, await ApproveAsync(prison, visit, tag));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await DeclineAsync(prison, visit, tag));
        Assert.Equal("scheduled", (await prison.GetJsonAsync($"api/v1/visits/{visit}")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_minor_s_guardian_is_of_age_and_registered_for_the_same_prisoner()
    {
        using FamilyOfPrison scene = await FamilyOfPrison.SetAsync(shared.Server, "43V1Q1", capacity: 1);
        object Minor(string number, string guardian) => new
        {
            prison = scene.Code, prisonerNumber = number, relationship = "child", guardian, person = VisitCalls.Person("周小", VisitCalls.Iso(ChinaDay.Today.AddYears(-10))),
        };

        Assert.Equal("guardian", await WrongFieldAsync(scene.Family, "api/v1/relatives", Minor("2", scene.Relative)));
        JsonElement minor = await scene.Family.DoneAsync("api/v1/relatives", Minor("1", scene.Relative), HttpStatusCode.Created);
        Assert.Equal("guardian", await WrongFieldAsync(scene.Family, "api/v1/relatives", Minor("1", minor.GetProperty("id").GetString()!)));
    }

    [Fact]
    public async Task Nobody_is_admitted_where_nobody_is_named()
    {
        using FamilyOfPrison scene = await FamilyOfPrison.SetAsync(shared.Server, "43V1Q2", capacity: 1);
        using HttpClient officer = await shared.Server.AsAsync("officer");
        string visit = await scene.Family.BookAsync(scene.Slot, "1", scene.Relative);
        Assert.Equal("attended", await WrongFieldAsync(officer, $"api/v1/visits/{visit}/admit", new { attended = Array.Empty<string>() }));
    }

    [Fact]
    public async Task A_day_that_the_prison_blocks_flags_its_visits_takes_no_booking_and_is_free_again_when_the_block_is_lifted()
    {
        using FamilyOfPrison scene = await FamilyOfPrison.SetAsync(shared.Server, "43V1P3", capacity: 3);
        (HttpClient family, HttpClient prison, string slot, string relative) = (scene.Family, scene.Prison, scene.Slot, scene.Relative);
        (string code, string date) = (scene.Code, VisitCalls.Iso(ChinaDay.Today.AddDays(2)));
        string visit = await family.BookAsync(slot, "1", relative);

        string block = (await prison.DoneAsync($"api/v1/prisons/{code}/blocks", new { date, reason = "emergency" })).GetProperty("id").GetString()!;

        await Eventually.Until(async () => (await FlagsAsync(family, visit)).SequenceEqual(["slotBlocked"]), "the visit to be flagged");
        (HttpStatusCode status, string why, _) = await family.RefusedAsync("api/v1/visits", VisitCalls.Visit(slot, "1", relative));
        Assert.Equal((HttpStatusCode.Conflict, "slotBlocked"), (status, why));
        await prison.DoneAsync($"api/v1/prisons/{code}/blocks/{block}/lift", new { date });
        await Eventually.Until(async () => (await FlagsAsync(family, visit)).Length == 0, "the flag to be cleared");
        await family.BookAsync(slot, "1", relative);
    }

    [Fact]
    public async Task A_place_that_is_held_for_one_family_is_not_given_to_another()
    {
        using FamilyOfPrison scene = await FamilyOfPrison.SetAsync(shared.Server, "43V1P4", capacity: 1);
        (HttpClient family, string slot, string relative) = (scene.Family, scene.Slot, scene.Relative);

        await family.DoneAsync($"api/v1/visit-slots/{slot}/hold", new { });

        Assert.Equal(0, (await family.SlotsAsync(scene.Code, ChinaDay.Today.AddDays(2)))[0].GetProperty("free").GetInt32());
        (_, string why, _) = await scene.Officer.RefusedAsync("api/v1/visits", VisitCalls.Visit(slot, "1", relative));
        Assert.Equal("slotFull", why);
        await family.BookAsync(slot, "1", relative);
    }

    private static async Task<string[]> FlagsAsync(HttpClient reader, string visit) =>
        [.. (await reader.GetJsonAsync($"api/v1/visits/{visit}")).GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()!)];

    private static Task<HttpStatusCode> ApproveAsync(HttpClient prison, string visit, EntityTagHeaderValue tag) => SendAsync(prison, $"api/v1/visits/{visit}/approve", "{}", tag);

    private static Task<HttpStatusCode> DeclineAsync(HttpClient prison, string visit, EntityTagHeaderValue tag) =>
        SendAsync(prison, $"api/v1/visits/{visit}/decline", """{"reason":"other"}""", tag);

    /// <summary>The one field of a malformed command that is named.</summary>
    private static async Task<string> WrongFieldAsync(HttpClient http, string path, object body)
    {
        using HttpResponseMessage answer = await http.PostAsJsonAsync(path, body, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        return Assert.Single((await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("errors").EnumerateObject()).Name;
    }

    private static async Task<HttpStatusCode> SendAsync(HttpClient who, string path, string body, EntityTagHeaderValue tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.IfMatch.Add(tag);
        using HttpResponseMessage answer = await who.SendAsync(request, Cancellation);
        return answer.StatusCode;
    }

    /// <summary>A prison of its own with prisoner 1, a verified relative of his, and a slot the day after tomorrow.</summary>
    private sealed record FamilyOfPrison(string Code, HttpClient Family, HttpClient Prison, HttpClient Officer, string Relative, string Slot) : IDisposable
    {
        public static async Task<FamilyOfPrison> SetAsync(ServerProcess server, string code, int capacity)
        {
            (_, HttpClient prison) = await server.PrisonAsync(code, VisitCalls.Policy(capacity));
            (HttpClient family, HttpClient officer) = (await server.AsAsync("family"), await server.AsAsync("officer"));
            await prison.ReceiveAsync(code, "1");
            string relative = await family.VerifiedAsync(officer, code, "1");
            string slot = (await family.SlotsAsync(code, ChinaDay.Today.AddDays(2)))[0].GetProperty("slotId").GetString()!;
            return new FamilyOfPrison(code, family, prison, officer, relative, slot);
        }

        public void Dispose()
        {
            Family.Dispose();
            Prison.Dispose();
            Officer.Dispose();
        }
    }
}
