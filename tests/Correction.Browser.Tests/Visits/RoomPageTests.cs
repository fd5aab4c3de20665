using Correction.Server.Tests.Visits;
using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests.Visits;

/// <summary>The room's page as people with a keyboard, a screen reader or a phone meet it.</summary>
public sealed class RoomPageTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData("zh-CN", "43T5C1", "会见已中止：扰乱会见秩序")]
    [InlineData("en", "43T5C2", "The visit was stopped: order was disturbed")]
    public async Task Every_screen_is_accessible_fits_a_phone_and_is_reached_by_keyboard(string language, string prison, string over)
    {
        Assert.SkipWhen(fixture.Server is null, "No browser.");
        using RoomScene scene = await RoomScene.OpenAsync(fixture.Server!, prison);
        var failures = new List<string>();
        IPage family = await VisitPages.PageAsync(fixture, scene, "family", Testing.ServerProcess.Password, 390, 844, language);
        ILocator room = family.Locator("visit-room");
        await Assertions.Expect(family.Locator("[data-do=enter]")).ToBeEnabledAsync();
        await PictureAsync(family, $"room-prepare-{language}");
        await EveryPageTests.ExamineShownAsync(family, "the test of devices", failures);
        await PressAsync(family, "enter");
        await Assertions.Expect(room).ToHaveAttributeAsync("data-screen", "wait");
        await PictureAsync(family, $"room-wait-{language}");
        await EveryPageTests.ExamineShownAsync(family, "the waiting room", failures);

        IPage officer = await VisitPages.PageAsync(fixture, scene, "officer", Testing.ServerProcess.Password, 1366, 900, language);
        await Assertions.Expect(officer.Locator("[data-do=admit]")).ToBeEnabledAsync();
        await PictureAsync(officer, $"room-desk-{language}");
        await EveryPageTests.ExamineShownAsync(officer, "the officer's desk", failures);
        await PressAsync(officer, "admit");
        await Assertions.Expect(room).ToHaveAttributeAsync("data-screen", "admitted");
        await PressAsync(officer, "cut");
        await Assertions.Expect(family.Locator(".room-status")).ToHaveTextAsync(over);
        await EveryPageTests.ExamineShownAsync(family, "the end", failures);

        await family.ReloadAsync();
        await Assertions.Expect(family.Locator("#closed")).ToBeVisibleAsync();
        await EveryPageTests.ExamineShownAsync(family, "a closed room", failures);
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    /// <summary>Goes there with Tab, as somebody without a pointer does, and presses Enter.</summary>
    private static async Task PressAsync(IPage page, string button)
    {
        for (int tabs = 0; tabs < 40; tabs++)
        {
            if (await page.EvaluateAsync<string?>("() => document.activeElement?.getAttribute('data-do')") == button)
            {
                await page.Keyboard.PressAsync("Enter");
                return;
            }

            await page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"{button} cannot be reached with Tab.");
    }
}
