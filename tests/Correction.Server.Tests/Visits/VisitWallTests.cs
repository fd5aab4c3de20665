using System.Text.Json;
using System.Text.Json.Nodes;
using Correction.Server.Tests.Live;
using Correction.Testing;

namespace Correction.Server.Tests.Visits;

/// <summary>The live board of a station tells of today's visits: its own, and its county's, which it hosts too.</summary>
public sealed class VisitWallTests(SharedServer shared)
{
    [Fact]
    public async Task A_visit_of_today_is_on_the_station_s_and_the_county_s_board_follows_what_becomes_of_it_and_names_nobody()
    {
        await ChinaDay.HasAsync(left: TimeSpan.FromMinutes(8)); // the slot begins six minutes before its end
        using HttpClient family = await shared.Server.AsAsync("family"), officer = await shared.Server.AsAsync("officer"), auditor = await shared.Server.AsAsync("auditor");
        (string code, HttpClient prison) = await shared.Server.PrisonAsync("43W1P1", VisitCalls.LateToday);
        await prison.ReceiveAsync(code, "1");
        string relative = await family.VerifiedAsync(officer, code, "1");
        string today = await SlotAsync(family, code, 0), tomorrow = await SlotAsync(family, code, 1);
        await using var station = new BoardFollower(shared.Server, TokenOf(officer), "430981001");
        await using var county = new BoardFollower(shared.Server, TokenOf(auditor), "430981", messagePack: true);
        await station.ConnectAsync();
        await county.ConnectAsync();

        string visit = await family.BookAsync(today, "1", relative);
        await SeenAsync("kinshipChecked");
        await prison.DoneAsync($"api/v1/visits/{visit}/approve", new { });
        await SeenAsync("scheduled");
        await family.DoneAsync($"api/v1/visits/{visit}/arrive", new { });
        await SeenAsync("waiting");
        await officer.DoneAsync($"api/v1/visits/{visit}/admit", new { });
        await SeenAsync("admitted");
        JsonNode shown = station.Visit(visit)!;
        Assert.Equal((code, "station", 1), ((string)shown["prison"]!, (string)shown["place"]!, (int)shown["visitors"]!));
        Assert.DoesNotContain("亲属", shown.ToJsonString(), StringComparison.Ordinal);
        await using var late = new BoardFollower(shared.Server, TokenOf(officer), "430981001");
        await late.ConnectAsync();
        await Eventually.Until(() => (string?)late.Visit(visit)?["state"] == "admitted", "a snapshot to hold the visit");

        string moved = await family.BookAsync(today, "1", relative);
        await prison.DoneAsync($"api/v1/visits/{moved}/approve", new { });
        await Eventually.Until(() => station.Visit(moved) is not null, "the other visit to be on the board");
        await officer.DoneAsync($"api/v1/visits/{moved}/reschedule", new { slotId = tomorrow });
        await Eventually.Until(() => station.Visit(moved) is null && county.Visit(moved) is null, "the visit that moved to tomorrow to leave the boards");
        Assert.Empty(station.Gaps);
        prison.Dispose();

        Task SeenAsync(string state) => Eventually.Until(
            () => (string?)station.Visit(visit)?["state"] == state && (string?)county.Visit(visit)?["state"] == state,
            $"both boards to say {state}; they say {station.Visit(visit)} and {county.Visit(visit)}");
    }

    private static string TokenOf(HttpClient account) => account.DefaultRequestHeaders.Authorization!.Parameter!;

    private static async Task<string> SlotAsync(HttpClient http, string code, int daysAhead)
    {
        JsonElement[] slots = await http.SlotsAsync(code, ChinaDay.Today.AddDays(daysAhead));
        return slots[0].GetProperty("slotId").GetString()!;
    }
}
