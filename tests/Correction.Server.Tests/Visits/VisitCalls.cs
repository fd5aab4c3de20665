using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Correction.Server.Tests.Visits;

/// <summary>The contract's calls on visits. Each test has a prison of its own, so that nobody takes its places.</summary>
internal static class VisitCalls
{
    /// <summary>Password that accounts set in place of the one they were given.</summary>
    public const string Own = "own-password-1";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>On every weekday, one slot after the other.</summary>
    public static object Session(string code, string from, string to, int minutes, int capacity) => new
    {
        code, from, to, minutes, capacity, validFrom = "2026-01-01",
        weekdays = (string[])["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
    };

    /// <summary>One slot a day on every weekday, with this many places.</summary>
    public static object Policy(int capacity, int perMonth = 2, int leadDays = 0) => new
    {
        validFrom = "2026-01-01",
        source = "会见须知（示例）",
        sessions = new[] { Session("pm", "23:00:00", "23:30:00", 30, capacity) },
        quotas = new[] { new { level = "standard", pool = "video", channels = (string[])["station", "phone"], perMonth } },
        mostVisitors = 3, stationMinutes = 30, phoneMinutes = 25, leadDays, windowDays = 30,
    };

    /// <summary>One slot a day in its last minutes; its waiting room is open the whole day. For tests that need today: <see cref="ChinaDay.HasAsync"/> eight minutes.</summary>
    public static object LateToday { get; } = new
    {
        validFrom = "2026-01-01",
        source = "会见须知（示例）",
        sessions = new[] { Session("late", "23:54:00", "23:59:00", 5, capacity: 5) },
        quotas = new[] { new { level = "standard", pool = "video", channels = (string[])["station", "phone"], perMonth = 5 } },
        mostVisitors = 3, stationMinutes = 5, phoneMinutes = 5, leadDays = 0, windowDays = 30, earlyMinutes = 1440,
    };

    /// <summary>A prison with a policy, and its account.</summary>
    public static async Task<(string Code, HttpClient Prison)> PrisonAsync(this Testing.ServerProcess server, string code, object policy)
    {
        using HttpClient admin = await server.AsAsync("admin");
        await admin.DoneAsync("api/v1/prisons", new { code, name = "示例监狱" }, HttpStatusCode.Created);
        string account = "prison-" + code.ToLowerInvariant();
        HttpClient prison = await server.AsNewAsync(account, "prison", code);
        await prison.DoneAsync($"api/v1/prisons/{code}/policies", policy);
        return (code, prison);
    }

    /// <summary>Opens an account, signs in with its password for one use, and sets <see cref="Own"/>.</summary>
    public static async Task<HttpClient> AsNewAsync(this Testing.ServerProcess server, string account, string role, string jurisdiction)
    {
        using HttpClient admin = await server.AsAsync("admin");
        JsonElement opened = await admin.DoneAsync("api/v1/accounts", new { userName = account, role, jurisdiction }, HttpStatusCode.Created);
        string oneTimePassword = opened.GetProperty("oneTimePassword").GetString()!;
        using (HttpClient first = await server.AsAsync(account, oneTimePassword))
        {
            using HttpResponseMessage changed = await first.PostAsJsonAsync("api/v1/auth/password", new { currentPassword = oneTimePassword, newPassword = Own }, Cancellation);
            Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);
        }

        return await server.AsAsync(account, Own);
    }

    public static object Person(string name, string birthDate = "1970-01-01") => new { name, idNumber = "430981199001011234", birthDate, sex = "female" };

    public static Task ReceiveAsync(this HttpClient prison, string code, string number) =>
        prison.DoneAsync($"api/v1/prisons/{code}/prisoners", new { number, person = Person("服刑人员" + number), level = "standard" }, HttpStatusCode.Created);

    /// <summary>A relative who has applied with a paper.</summary>
    public static async Task<string> ApplyAsync(this HttpClient family, string code, string number, string relationship = "parent")
    {
        JsonElement applied = await family.DoneAsync("api/v1/relatives", new { prison = code, prisonerNumber = number, relationship, person = Person("亲属" + number) }, HttpStatusCode.Created);
        string id = applied.GetProperty("id").GetString()!;
        await family.DoneAsync($"api/v1/relatives/{id}/papers", new { kind = "householdRegister", mediaType = "image/png", content = Convert.ToBase64String([1, 2, 3]) });
        return id;
    }

    public static async Task<string> VerifiedAsync(this HttpClient family, HttpClient officer, string code, string number, string relationship = "parent")
    {
        string id = await family.ApplyAsync(code, number, relationship);
        await officer.DoneAsync($"api/v1/relatives/{id}/verify", new { });
        return id;
    }

    public static async Task<JsonElement[]> SlotsAsync(this HttpClient http, string code, DateOnly date) =>
        [.. (await http.GetJsonAsync($"api/v1/visit-slots?prison={code}&from={Iso(date)}&to={Iso(date)}")).EnumerateArray()];

    public static object Visit(string slot, string number, params string[] visitors) => new { slotId = slot, prisonerNumber = number, visitors, place = "station" };

    public static async Task<string> BookAsync(this HttpClient family, string slot, string number, params string[] visitors) =>
        (await family.DoneAsync("api/v1/visits", Visit(slot, number, visitors), HttpStatusCode.Created)).GetProperty("id").GetString()!;

    /// <summary>The answer to a command that must be accepted.</summary>
    public static async Task<JsonElement> DoneAsync(this HttpClient http, string path, object body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using HttpResponseMessage answer = await http.PostAsJsonAsync(path, body, Cancellation);
        string text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(expected == answer.StatusCode, $"{path}: {answer.StatusCode} {text}");
        return JsonElement.Parse(text);
    }

    /// <summary>Status, code and articles of a command that must be refused.</summary>
    public static async Task<(HttpStatusCode Status, string Code, string[] Articles)> RefusedAsync(this HttpClient http, string path, object body)
    {
        using HttpResponseMessage answer = await http.PostAsJsonAsync(path, body, Cancellation);
        JsonElement problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        return (answer.StatusCode, problem.GetProperty("code").GetString()!, problem.TryGetProperty("basis", out JsonElement basis)
            ? [.. basis.EnumerateArray().Select(article => article.GetProperty("article").GetString()!)]
            : []);
    }
}
