using System.Globalization;
using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests;

/// <summary>An officer's evening: sign in, watch, lay a zone, get the alert, resolve it.</summary>
public sealed class OfficerTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en")]
    public async Task An_officer_watches_a_subject_move_lays_a_zone_gets_the_alert_and_resolves_it(string language)
    {
        IPage page = await fixture.OpenAsync(language);
        Walker walker = await fixture.Server.RegisterAsync($"看板{language}");
        await fixture.Server.ReportAsync(walker.Device, 0, 112.36);
        await SignInAsync(page, "officer");
        await Assertions.Expect(page.Locator("live-board")).ToHaveAttributeAsync("data-state", "live");
        ILocator row = page.Locator($".board-list li[data-subject-id='{walker.Id}']");
        await Assertions.Expect(row).ToHaveAttributeAsync("data-lon", "112.36");

        await fixture.Server.ReportAsync(walker.Device, 1, 112.361);
        await Assertions.Expect(row).ToHaveAttributeAsync("data-lon", "112.361");
        await Assertions.Expect(page.Locator($".pin[data-subject-id='{walker.Id}']")).ToBeVisibleAsync(); // the map is drawn
        await PictureAsync(page, $"board-{language}");

        await page.GotoAsync(walker.Page);
        await LayCircleAsync(page, 112.365, 28.85, 150);
        await PictureAsync(page, $"subject-{language}");
        await page.GotoAsync("/");
        await Assertions.Expect(page.Locator("live-board")).ToHaveAttributeAsync("data-state", "live");
        foreach (int step in Enumerable.Range(2, 4))
        {
            await fixture.Server.ReportAsync(walker.Device, step, 112.365);
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
}
