using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Access;
using Correction.Server.Tests.Replay;
using Correction.Server.Tests.Visits;
using NodaTime;
using NodaTime.Text;

namespace Correction.Server.Tests;

/// <summary>Looking that stands out, and what an auditor makes of it.</summary>
public sealed class UnusualLookingTests(SharedServer shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_look_at_a_declared_relative_is_shown_to_the_auditor_and_one_of_another_officer_is_not()
    {
        using HttpClient officer = await shared.Server.AsNewAsync("recusal.li", "officer", "430981001"), other = await shared.Server.AsAsync("officer"), auditor = await shared.Server.AsAsync("auditor");
        string relative = await other.RegisterAsync("申报亲属");
        await officer.GetJsonAsync($"api/v1/subjects/{relative}");
        JsonElement declared = await officer.DoneAsync($"api/v1/subjects/{relative}/declare-relation", new { });
        Assert.Equal("relation_declared", declared.GetProperty("events")[0].GetProperty("type").GetString());
        await other.GetJsonAsync($"api/v1/subjects/{relative}");

        JsonElement proposal = Assert.Single((await auditor.GetJsonAsync("api/v1/access/unusual")).EnumerateArray(), one => one.GetProperty("rule").GetString() == "ownRelative");
        Assert.Equal(("recusal.li", 1, 0), (proposal.GetProperty("account").GetString(), proposal.GetProperty("persons").GetInt32(), proposal.GetProperty("limit").GetInt32()));
        using HttpResponseMessage unknown = await officer.PostAsJsonAsync($"api/v1/subjects/{Guid.CreateVersion7():N}/declare-relation", new { }, Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Many_persons_within_an_hour_are_a_proposal_that_an_auditor_dismisses_on_record()
    {
        Instant ten = Instant.FromUtc(2026, 3, 2, 2, 0); // a Monday in China
        var draw = new Histories(11);
        await using var store = new BackdatedStore(shared.Server.ConnectionString);
        await store.WriteAsync(StreamKeys.Access("officer", new LocalDate(2026, 3, 2)), Enumerable.Range(0, 45).Select(n => new Dated(
            new PersonalDataViewed([new SubjectId(draw.NewId())], "subject", "page", null), ten + Duration.FromMinutes(n), ten + Duration.FromMinutes(n))));

        using HttpClient auditor = await shared.Server.AsAsync("auditor");
        JsonElement proposal = await OneAsync(auditor, ten);
        Assert.Equal(("manyPersons", "officer", 45, JsonValueKind.Null), (
            proposal.GetProperty("rule").GetString(), proposal.GetProperty("account").GetString(), proposal.GetProperty("persons").GetInt32(), proposal.GetProperty("verdict").ValueKind));

        var verdict = new { rule = "manyPersons", account = "officer", date = "2026-03-02", verdict = "dismissed" };
        JsonElement done = await auditor.DoneAsync("api/v1/access/unusual/judge", verdict);
        Assert.Equal("unusual_looking_judged", done.GetProperty("events")[0].GetProperty("type").GetString());
        JsonElement judged = await OneAsync(auditor, ten);
        Assert.Equal(("dismissed", "auditor"), (judged.GetProperty("verdict").GetString(), judged.GetProperty("judgedBy").GetString()));

        using HttpClient officer = await shared.Server.AsAsync("officer");
        using HttpResponseMessage byOfficer = await officer.PostAsJsonAsync("api/v1/access/unusual/judge", verdict, Cancellation);
        using HttpResponseMessage ofNobody = await auditor.PostAsJsonAsync("api/v1/access/unusual/judge", verdict with { account = "nobody" }, Cancellation);
        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.Forbidden], new[] { byOfficer, ofNobody }.Select(answer => answer.StatusCode));
    }

    private static async Task<JsonElement> OneAsync(HttpClient auditor, Instant from)
    {
        string Time(Instant at) => InstantPattern.ExtendedIso.Format(at);
        JsonElement found = await auditor.GetJsonAsync($"api/v1/access/unusual?from={Time(from - Duration.FromHours(1))}&to={Time(from + Duration.FromHours(3))}");
        return Assert.Single(found.EnumerateArray());
    }
}
