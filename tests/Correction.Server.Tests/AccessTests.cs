using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Correction.Testing;

namespace Correction.Server.Tests;

/// <summary>Who looked at whose data: once per view, found again page by page.</summary>
public sealed partial class AccessTests(SharedServer shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_is_one_look_whatever_it_shows()
    {
        using HttpClient officer = await shared.Server.AsAsync("officer");
        string subject = await officer.RegisterAsync("一次查阅"), device = $"look-{subject[..12]}";
        using HttpResponseMessage bound = await officer.BindPhoneAsync(subject, device);
        using HttpResponseMessage zone = await officer.PostAsync($"api/v1/subjects/{subject}/zones", System.Net.Http.Json.JsonContent.Create(Calls.Circle(112.36, 28.85, 300)), Cancellation);
        using var phone = new HttpClient();
        await Calls.SendFixAsync(phone, shared.Server.OsmAnd, device, 112.36, 28.85, "1790000000");
        await Calls.SendFixAsync(phone, shared.Server.OsmAnd, device, 112.36, 28.85, "1790000060");
        string alert = await Eventually.Until(
            async () => (await officer.GetJsonAsync($"api/v1/alerts?subject={subject}")).GetProperty("items").EnumerateArray()
                .Select(item => item.GetProperty("id").GetString()).FirstOrDefault(),
            "the alert");
        using HttpClient browser = await SignInAsync("officer");
        using HttpResponseMessage subjectPage = await browser.GetAsync($"subjects/{subject}", Cancellation);
        using HttpResponseMessage alertPage = await browser.GetAsync($"alerts/{alert}", Cancellation);
        Assert.Contains("一次查阅", await subjectPage.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Contains("一次查阅", await alertPage.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);

        using HttpClient auditor = await shared.Server.AsAsync("auditor");
        JsonElement looks = await auditor.GetJsonAsync($"api/v1/access?subject={subject}&via=page"); // the first is the start page's list
        Assert.Equal(["subjects", "subjectPage", "alert"], looks.EnumerateArray().Select(look => look.GetProperty("what").GetString()));
    }

    [Fact]
    public async Task Looks_are_read_page_by_page_each_once_and_filtered()
    {
        using HttpClient officer = await shared.Server.AsAsync("officer");
        string subject = await officer.RegisterAsync("分页查阅");
        foreach (string path in (string[])["", "/events", "", "/track", ""])
        {
            await officer.GetJsonAsync($"api/v1/subjects/{subject}{path}");
        }

        using HttpClient auditor = await shared.Server.AsAsync("auditor");
        var seen = new List<string>();
        string? next = $"api/v1/access?subject={subject}&limit=2&account=officer";
        int pages = 0;
        while (next is not null)
        {
            using HttpResponseMessage page = await auditor.GetAsync(next, Cancellation);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            seen.AddRange(JsonElement.Parse(await page.Content.ReadAsStringAsync(Cancellation)).EnumerateArray().Select(look => look.GetProperty("what").GetString()!));
            next = page.Headers.TryGetValues("Link", out IEnumerable<string>? link) ? Next().Match(link.Single()).Groups[1].Value : null;
            pages++;
        }

        Assert.Equal(["subject", "events", "subject", "track", "subject"], seen);
        Assert.Equal(3, pages);
        Assert.Equal(3, (await auditor.GetJsonAsync($"api/v1/access?subject={subject}&what=subject")).GetArrayLength());
        Assert.Equal(0, (await auditor.GetJsonAsync($"api/v1/access?subject={subject}&account=approver")).GetArrayLength());
        using HttpResponseMessage bad = await auditor.GetAsync("api/v1/access?cursor=x", Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
    }

    private async Task<HttpClient> SignInAsync(string account)
    {
        var browser = new HttpClient { BaseAddress = shared.Server.Address };
        string form = await browser.GetStringAsync("sign-in", Cancellation);
        using HttpResponseMessage signedIn = await browser.PostAsync(
            "sign-in",
            new FormUrlEncodedContent([new("_handler", "password"), new("__RequestVerificationToken", Antiforgery().Match(form).Groups[1].Value), new("UserName", account), new("Password", ServerProcess.Password)]),
            Cancellation);
        Assert.DoesNotContain("sign-in", signedIn.RequestMessage!.RequestUri!.AbsolutePath, StringComparison.Ordinal);
        return browser;
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Antiforgery();

    [GeneratedRegex("^</([^>]+)>; rel=\"next\"$")]
    private static partial Regex Next();
}
