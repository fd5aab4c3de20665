using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests;

/// <summary>An old browser without script: everything reads and submits.</summary>
public sealed class NoScriptTests(BrowserFixture fixture)
{
    [Fact]
    public async Task An_officer_without_script_reads_the_board_lays_a_zone_binds_a_device_and_resolves_an_alert()
    {
        Walker walker = await fixture.Server.WithAlertAsync("无脚本");
        IPage page = await fixture.OpenAsync(script: false);
        await SignInAsync(page, "officer");
        await Assertions.Expect(page.Locator(".board-fallback")).ToContainTextAsync("进入禁入区域");
        await page.Locator(".board-fallback").GetByRole(AriaRole.Link, new() { Name = walker.Name, Exact = true }).ClickAsync();

        await page.Locator(".zone-circle summary").ClickAsync();
        ILocator zone = page.Locator(".zone-circle form");
        await zone.Locator("[name=name]").FillAsync("活动范围");
        await zone.Locator("[name=kind]").SelectOptionAsync("inclusion");
        await zone.Locator("[name=lon]").FillAsync("112.36");
        await zone.Locator("[name=lat]").FillAsync("28.85");
        await zone.Locator("button").ClickAsync();
        await Assertions.Expect(page.Locator(".zone-plain tbody tr")).ToHaveCountAsync(2);

        await page.Locator("section:has(#devices) summary").ClickAsync();
        await page.Locator("[name=deviceId]").FillAsync("old-phone-1");
        await page.Locator("[name=protocol]").SelectOptionAsync("owntracks");
        await page.Locator("section:has(#devices) details [name=kind]").SelectOptionAsync("phone");
        await page.Locator("section:has(#devices) details button").ClickAsync();
        await Assertions.Expect(page.Locator("section:has(#devices) tbody tr")).ToHaveCountAsync(2);

        await page.Locator("section:has(#open-alerts) a").First.ClickAsync();
        await page.Locator("[name=outcome]").SelectOptionAsync("falseAlarm");
        await page.Locator("form:has(#note-resolve) button").ClickAsync();
        await Assertions.Expect(page.Locator("[data-handling]")).ToHaveAttributeAsync("data-handling", "resolved");
    }
}
