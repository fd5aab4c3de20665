using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests;

/// <summary>An officer's evening: sign in, watch, lay a zone, get the alert, resolve it.</summary>
public sealed class OfficerTests(BrowserFixture fixture)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en")]
    public async Task An_officer_watches_a_subject_move_lays_a_zone_gets_the_alert_and_resolves_it(string language)
    {
        IPage page = await fixture.OpenAsync(language);
        (string subject, string device) = await RegisterAsync($"看板{language}");
        await ReportAsync(device, 0, 112.36);
        await SignInAsync(page, "officer");
        await Assertions.Expect(page.Locator("live-board")).ToHaveAttributeAsync("data-state", "live");
        ILocator row = page.Locator($".board-list li[data-subject-id='{subject}']");
        await Assertions.Expect(row).ToHaveAttributeAsync("data-lon", "112.36");

        await ReportAsync(device, 1, 112.361);
        await Assertions.Expect(row).ToHaveAttributeAsync("data-lon", "112.361");
        await Assertions.Expect(page.Locator($".pin[data-subject-id='{subject}']")).ToBeVisibleAsync(); // the map is drawn
        await PictureAsync(page, $"board-{language}");

        await page.GotoAsync($"/subjects/{subject}");
        await LayCircleAsync(page, 112.365, 28.85, 150);
        await PictureAsync(page, $"subject-{language}");
        await page.GotoAsync("/");
        await Assertions.Expect(page.Locator("live-board")).ToHaveAttributeAsync("data-state", "live");
        foreach (int step in Enumerable.Range(2, 4))
        {
            await ReportAsync(device, step, 112.365);
        }

        ILocator alert = page.Locator($".board-alerts li:has(a[href^='/alerts/'])").Filter(new() { HasText = $"看板{language}" });
        await Assertions.Expect(alert).ToBeVisibleAsync();
        await PictureAsync(page, $"alert-{language}");
        string href = (await alert.Locator("a[href^='/alerts/']").GetAttributeAsync("href"))!;
        await alert.Locator("button.resolve").ClickAsync();
        await alert.Locator("textarea").FillAsync("已电话核实");
        await alert.Locator("form button[type=submit]").ClickAsync();
        await Assertions.Expect(alert).ToHaveCountAsync(0);

        await page.GotoAsync(href);
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("已电话核实");
        await PictureAsync(page, $"alert-page-{language}");
    }

    [Fact]
    public async Task The_sign_in_page_has_no_accessibility_violation()
    {
        IPage page = await fixture.OpenAsync();
        await page.GotoAsync("/sign-in");
        var found = await page.RunAxe();
        Assert.Empty(found.Violations.Select(violation => $"{violation.Id}: {violation.Help}"));
        await PictureAsync(page, "sign-in");
    }

    private static async Task LayCircleAsync(IPage page, double lon, double lat, int radius)
    {
        ILocator editor = page.Locator("zone-editor");
        await editor.ScrollIntoViewIfNeededAsync();
        await editor.Locator("input[name=name]").FillAsync("禁止进入");
        await editor.Locator("select[name=kind]").SelectOptionAsync("exclusion");
        await editor.Locator("input[name=lon]").FillAsync(lon.ToString(CultureInfo.InvariantCulture));
        await editor.Locator("input[name=lat]").FillAsync(lat.ToString(CultureInfo.InvariantCulture));
        await editor.Locator("input[name=radius]").FillAsync(radius.ToString(CultureInfo.InvariantCulture));
        await editor.Locator("form button[type=submit]").ClickAsync();
        await Assertions.Expect(editor.Locator(".zone-list li[data-zone-id]")).ToHaveCountAsync(1);
    }

    private async Task<(string Subject, string Device)> RegisterAsync(string name)
    {
        using HttpClient officer = await fixture.Server.AsAsync("officer");
        using HttpResponseMessage registered = await officer.PostAsJsonAsync(
            "api/v1/subjects",
            new
            {
                person = new { name, idNumber = "430981199001011234", birthDate = "1990-01-01", sex = "male" },
                category = "probation",
                jurisdiction = "430981001",
                judgment = new { court = "沅江市人民法院", documentNumber = "（2026）湘0981刑初1号", effectiveOn = "2026-01-01" },
                term = new { from = "2026-01-01", to = "2099-01-01" },
            },
            Cancellation);
        registered.EnsureSuccessStatusCode();
        string id = (await registered.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("id").GetString()!;
        string device = $"b-{id[..12]}{id[^6..]}";
        using HttpResponseMessage bound = await officer.PostAsJsonAsync($"api/v1/subjects/{id}/devices", new { deviceId = device, protocol = "osmand", kind = "phone" }, Cancellation);
        bound.EnsureSuccessStatusCode();
        return (id, device);
    }

    private async Task ReportAsync(string device, int step, double lon)
    {
        using var phone = new HttpClient();
        long at = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + step; // now: the page lays zones from now on
        string query = string.Create(CultureInfo.InvariantCulture, $"?id={device}&lat=28.85&lon={lon:R}&timestamp={at}&accuracy=8");
        using HttpResponseMessage answer = await phone.GetAsync(new Uri(fixture.Server.OsmAnd, query), Cancellation);
        answer.EnsureSuccessStatusCode();
    }
}
