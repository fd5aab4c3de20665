using Correction.Server.Tests.Visits;
using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests.Visits;

/// <summary>Today's visits on the officer's board, which nobody has to load again.</summary>
public sealed class WallTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData("zh-CN", "43W2C1", "监狱已批准，时间已定", "候见中", "旁观", "已中止")]
    [InlineData("en", "43W2C2", "Approved; the time is fixed", "In the waiting room", "Observe", "Stopped")]
    public async Task An_officer_sees_a_visit_of_today_come_up_and_the_family_wait_and_enters_the_room_with_one_click(
        string language, string code, string scheduled, string waiting, string observe, string cut)
    {
        Assert.SkipWhen(fixture.Server is null, "No browser.");
        await ChinaDay.HasAsync(left: TimeSpan.FromMinutes(8)); // the slot begins six minutes before its end
        using HttpClient family = await fixture.Server!.AsAsync("family"), officer = await fixture.Server.AsAsync("officer");
        (_, HttpClient prison) = await fixture.Server.PrisonAsync(code, VisitCalls.LateToday);
        await prison.ReceiveAsync(code, "1");
        string relative = await family.VerifiedAsync(officer, code, "1");
        string slot = (await family.SlotsAsync(code, ChinaDay.Today))[0].GetProperty("slotId").GetString()!;
        IPage page = await fixture.OpenAsync(language);
        await SignInAsync(page, "officer");
        await Assertions.Expect(page.Locator("live-board")).ToHaveAttributeAsync("data-state", "live");

        string visit = await family.BookAsync(slot, "1", relative);
        ILocator item = page.Locator($".board-wall [data-visit='{visit}']"), room = item.Locator("a.observe");
        await Assertions.Expect(item).ToBeVisibleAsync();
        await Assertions.Expect(room).ToBeHiddenAsync(); // the prison has not decided
        await prison.DoneAsync($"api/v1/visits/{visit}/approve", new { });
        await Assertions.Expect(item.Locator(".state")).ToHaveTextAsync(scheduled);
        await family.DoneAsync($"api/v1/visits/{visit}/arrive", new { });
        await Assertions.Expect(item).ToHaveAttributeAsync("data-attention", "waiting");
        await Assertions.Expect(item.Locator(".state")).ToHaveTextAsync(waiting);
        await Assertions.Expect(item).Not.ToContainTextAsync("亲属"); // a wall that others see names nobody
        var failures = new List<string>();
        await PictureAsync(page, $"wall-{language}");
        await EveryPageTests.ExamineShownAsync(page, "the wall", failures);
        Assert.True(failures.Count == 0, string.Join('\n', failures));

        await Assertions.Expect(room).ToHaveTextAsync(observe);
        await room.ClickAsync();
        await Assertions.Expect(page.Locator("visit-room [data-do=admit]")).ToBeVisibleAsync();
        await page.GoBackAsync();
        await officer.DoneAsync($"api/v1/visits/{visit}/admit", new { });
        await officer.DoneAsync($"api/v1/visits/{visit}/cut", new { reason = "deviceUsed" });
        await Assertions.Expect(item.Locator(".state")).ToHaveTextAsync(cut);
        await Assertions.Expect(room).ToBeHiddenAsync();
        prison.Dispose();
    }
}
