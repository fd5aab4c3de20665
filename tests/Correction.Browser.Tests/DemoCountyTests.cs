using Correction.Testing;
using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests;

/// <summary>
/// What a newcomer sees after the first command. With <c>CORRECTION_SCREENSHOTS=docs/images</c> this takes the picture of
/// the README.
/// </summary>
public sealed class DemoCountyTests(BrowserFixture fixture)
{
    [Fact]
    public async Task The_demo_county_walks_about_on_the_board()
    {
        Assert.SkipWhen(fixture.Server is null, "No browser.");
        await using ServerProcess server = await ServerProcess.StartAsync(("Demo__County", "true"));
        IPage page = await fixture.OpenAsync(server: server);
        await SignInAsync(page, "officer");
        await Assertions.Expect(page.Locator(".board-list li[data-lon]")).ToHaveCountAsync(24, new() { Timeout = 90_000 });
        ILocator first = page.Locator(".board-list li[data-lon]").First;
        (string subject, string? at) = ((await first.GetAttributeAsync("data-subject-id"))!, await first.GetAttributeAsync("data-at"));
        ILocator walker = page.Locator($".board-list li[data-subject-id='{subject}']");
        await Assertions.Expect(walker).Not.ToHaveAttributeAsync("data-at", at ?? "");
        await Assertions.Expect(page.Locator(".board-alerts li").First).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await Assertions.Expect(page.Locator(".pin").First).ToBeVisibleAsync();
        await PictureAsync(page, "dashboard");
    }
}
