using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Correction.Server.Tests;

public sealed class SuspensionTests(SharedServer shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watching_is_suspended_by_an_officer_of_the_subjects_own_jurisdiction_and_goes_on_when_ended()
    {
        using HttpClient officer = await shared.Server.AsAsync("officer");
        using HttpClient other = await shared.Server.AsAsync("officer2");
        string subject = await officer.RegisterAsync("暂停监管");
        string path = $"api/v1/subjects/{subject}/suspensions";
        DateTimeOffset now = TimeProvider.System.GetUtcNow();

        using var byStranger = await other.PostAsJsonAsync(path, Body(now, now.AddDays(1)), Cancellation);
        using var tooLong = await officer.PostAsJsonAsync(path, Body(now, now.AddDays(31)), Cancellation);
        using var malformed = await officer.PostAsJsonAsync(path, new { reason = "holiday", from = "today" }, Cancellation);
        using var suspended = await officer.PostAsJsonAsync(path, Body(now, now.AddDays(30)), Cancellation);
        Assert.Equal(
            [HttpStatusCode.Forbidden, HttpStatusCode.UnprocessableEntity, HttpStatusCode.BadRequest, HttpStatusCode.OK],
            new[] { byStranger, tooLong, malformed, suspended }.Select(answer => answer.StatusCode));

        string id = (await suspended.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("events")[0].GetProperty("id").GetString()!;
        using var ended = await officer.PostAsJsonAsync($"{path}/{id}/end", new { }, Cancellation);
        using var unknown = await officer.PostAsJsonAsync($"{path}/{subject}/end", new { }, Cancellation);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.NotFound], new[] { ended, unknown }.Select(answer => answer.StatusCode));
        JsonElement known = Assert.Single((await officer.GetJsonAsync($"api/v1/subjects/{subject}")).GetProperty("suspensions").EnumerateArray());
        Assert.Equal((id, "courtAppearance", true), (known.GetProperty("suspensionId").GetString(), known.GetProperty("reason").GetString(), known.GetProperty("ended").GetBoolean()));
    }

    private static object Body(DateTimeOffset from, DateTimeOffset to) => new { reason = "courtAppearance", from = Text(from), to = Text(to) };

    private static string Text(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null);
}
