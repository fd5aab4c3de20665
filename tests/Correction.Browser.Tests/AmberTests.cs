using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests;

/// <summary>Who is in a zone's amber ring stands out on map and list, and raises no alert.</summary>
public sealed class AmberTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData("zh-CN", "接近边界")]
    [InlineData("en", "Near a border")]
    public async Task A_subject_in_the_ring_is_amber_on_the_map_and_in_the_list(string language, string word)
    {
        Walker walker = await fixture.Server.RegisterAsync($"黄色{language}");
        await fixture.Server.ReportAsync(walker.Device, -600_000, 112.36);
        await fixture.Server.ForbidAsync(walker, "学校周边", 112.37, 28.85, 100, buffer: 300);
        IPage page = await fixture.OpenAsync(language);
        await SignInAsync(page, "officer");
        ILocator row = page.Locator($".board-list li[data-subject-id='{walker.Id}']");
        await Assertions.Expect(row).ToHaveAttributeAsync("data-status", "reporting");
        foreach (int step in Enumerable.Range(1, 3))
        {
            await fixture.Server.ReportAsync(walker.Device, step, 112.3725); // some 240 metres from the middle
        }

        await Assertions.Expect(row).ToHaveAttributeAsync("data-status", "amber");
        await Assertions.Expect(row).ToContainTextAsync(word);
        await Assertions.Expect(page.Locator($".pin[data-subject-id='{walker.Id}'][data-status=amber] i")).ToHaveCSSAsync("background-color", "rgb(224, 168, 0)");
        await Assertions.Expect(page.Locator(".board-alerts li").Filter(new() { HasText = walker.Name })).ToHaveCountAsync(0);
        await PictureAsync(page, $"amber-{language}");
    }
}
