using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests;

/// <summary>Suspending the watching of a subject from its page.</summary>
public sealed class SuspensionTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData("zh-CN", "暂停中", "出庭", "已结束")]
    [InlineData("en", "Suspended", "Court appearance", "Over")]
    public async Task An_officer_suspends_watching_and_lets_it_go_on(string language, string inForce, string reason, string over)
    {
        Walker walker = await fixture.Server.RegisterAsync($"暂停{language}");
        IPage page = await fixture.OpenAsync(language, script: false);
        await SignInAsync(page, "officer");
        await page.GotoAsync(walker.Page);
        ILocator section = page.Locator("section:has(#suspensions)");
        await section.Locator("summary").ClickAsync();
        await section.Locator("[name=reason]").SelectOptionAsync("courtAppearance");
        string to = ChinaDay.Now.AddDays(1).ToString("yyyy-MM-dd'T'HH:mm", null);
        await section.Locator("[name=suspendTo]").FillAsync(to);
        await section.Locator("details button").ClickAsync();

        await Assertions.Expect(section.Locator(".tag")).ToHaveTextAsync(inForce);
        await Assertions.Expect(section).ToContainTextAsync(reason);
        await section.Locator("form.inline button").ClickAsync();
        await Assertions.Expect(section.Locator(".tag")).ToHaveTextAsync(over);
    }
}
