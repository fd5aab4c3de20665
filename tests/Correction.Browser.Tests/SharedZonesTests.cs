using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests;

/// <summary>The shared zones of a jurisdiction: seen, laid and lifted; and where else they are seen.</summary>
public sealed class SharedZonesTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData("zh-CN", "沅江")]
    [InlineData("en", "Yuanjiang")]
    public async Task An_approver_lays_a_zone_of_the_county_an_officer_sees_it_and_may_not_lift_it(string language, string county)
    {
        string name = $"法院 {language} {Guid.CreateVersion7():N}";
        Walker walker = await fixture.Server.RegisterAsync($"公共{language}");
        IPage approver = await fixture.OpenAsync(language);
        await SignInAsync(approver, "approver");
        await approver.GotoAsync("/zones");
        ILocator editor = approver.Locator("zone-editor[data-ready]");
        foreach ((string field, string value) in ((string, string)[])[("name", name), ("lon", "111.5"), ("lat", "28.7"), ("radius", "120")])
        {
            await editor.Locator($"[name={field}]").FillAsync(value);
        }

        await editor.Locator("form button[type=submit]").ClickAsync();
        ILocator laid = editor.Locator(".zone-list li").Filter(new() { HasText = name });
        await Assertions.Expect(laid).ToContainTextAsync(county);
        await PictureAsync(approver, $"shared-zones-{language}");

        IPage officer = await fixture.OpenAsync(language);
        await SignInAsync(officer, "officer");
        await Assertions.Expect(officer.Locator(".board-map[data-zones]")).ToBeVisibleAsync();
        await officer.GotoAsync("/zones");
        ILocator seen = officer.Locator(".zone-list li").Filter(new() { HasText = name });
        await Assertions.Expect(seen).ToBeVisibleAsync();
        await Assertions.Expect(seen.Locator("button")).ToHaveCountAsync(0);
        await officer.GotoAsync(walker.Page);
        await Assertions.Expect(officer.Locator("[data-shared-zone]").Filter(new() { HasText = name })).ToContainTextAsync(county);

        approver.Dialog += (_, dialog) => dialog.AcceptAsync();
        await laid.Locator("button.lift").ClickAsync();
        await Assertions.Expect(laid).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Without_script_an_officer_lays_and_lifts_a_zone_of_the_own_station()
    {
        string name = $"学校 {Guid.CreateVersion7():N}";
        IPage page = await fixture.OpenAsync(script: false);
        await SignInAsync(page, "officer");
        await page.GotoAsync("/zones");
        await page.Locator("summary").ClickAsync();
        foreach ((string field, string value) in ((string, string)[])[("name", name), ("lon", "111.6"), ("lat", "28.7")])
        {
            await page.Locator($"form [name={field}]").FillAsync(value);
        }

        await page.Locator("form [name=kind]").SelectOptionAsync("exclusion");
        await page.Locator("details button[type=submit]").ClickAsync();
        ILocator row = page.Locator("[data-shared-zone]").Filter(new() { HasText = name });
        await Assertions.Expect(row).ToBeVisibleAsync();
        await row.Locator("button").ClickAsync();
        await Assertions.Expect(page.Locator(".success")).ToBeVisibleAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);
    }
}
