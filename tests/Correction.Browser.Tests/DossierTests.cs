using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests;

/// <summary>Looking back at one subject.</summary>
public sealed class DossierTests(BrowserFixture fixture)
{
    [Fact]
    public async Task The_track_of_a_chosen_day_shows_that_day_only_with_its_gap()
    {
        Walker walker = await fixture.Server.RegisterAsync("昨日轨迹");
        DateTimeOffset noon = ChinaDay.Yesterday(hour: 12);
        foreach (int minute in (int[])[0, 1, 2, 60, 61])
        {
            await fixture.Server.ReportAsync(walker.Device, noon.AddMinutes(minute), 112.36 + (minute * 0.0001));
        }

        IPage page = await fixture.OpenAsync();
        await SignInAsync(page, "officer");
        await page.GotoAsync(walker.Page);
        await Assertions.Expect(page.Locator("section:has(#track)")).ToContainTextAsync("没有定位记录");
        await page.Locator("[name=day]").FillAsync(noon.ToString("yyyy-MM-dd", null));
        await page.Locator("section:has(#track) button[type=submit]").ClickAsync();

        await Assertions.Expect(page.Locator("track-map")).ToHaveAttributeAsync("data-fixes", "5");
        await Assertions.Expect(page.Locator("track-map")).ToContainTextAsync("1 处中断");
        await page.Locator("section:has(#track) summary").ClickAsync();
        await Assertions.Expect(page.Locator("table.fixes tbody tr").First).ToContainTextAsync("13:01:00");
        await page.GetByLabel("后一天").ClickAsync();
        await Assertions.Expect(page.Locator("section:has(#track)")).ToContainTextAsync("没有定位记录");
    }

    [Theory]
    [InlineData("zh-CN", "违反区域规定", "《社区矫正法》第二十三条", "系统")]
    [InlineData("en", "Zone breached", "Community Correction Law Art. 23", "System")]
    public async Task The_timeline_tells_what_happened_in_words_of_the_law(string language, string breached, string article, string system)
    {
        Walker walker = await fixture.Server.WithAlertAsync($"记录{language}");
        IPage page = await fixture.OpenAsync(language);
        await SignInAsync(page, "officer");
        await page.GotoAsync(walker.Page);
        ILocator latest = page.Locator(".timeline li").First;
        await Assertions.Expect(latest).ToContainTextAsync(breached);
        await Assertions.Expect(latest).ToContainTextAsync(system);
        await Assertions.Expect(page.Locator(".timeline li").Nth(1)).ToContainTextAsync(article);
    }
}
