using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests;

/// <summary>Applying for a leave, deciding on it and reporting back, from the subject's page.</summary>
public sealed class LeaveTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData("zh-CN", "待审批", "县级社区矫正机构审批", "县级审批", "已返回", "共 8 日")]
    [InlineData("en", "Applied for", "the county approves", "Approved by the county", "Returned", "8 days")]
    public async Task A_leave_of_eight_days_is_applied_for_by_an_officer_approved_by_the_county_and_reported_over(
        string language, string applied, string beyond, string approved, string returned, string days)
    {
        Walker walker = await fixture.Server.RegisterAsync($"请假{language}");
        IPage officer = await fixture.OpenAsync(language, script: false);
        await SignInAsync(officer, "officer");
        await officer.GotoAsync(walker.Page);
        ILocator section = Section(officer);
        await section.Locator("summary").ClickAsync();
        await section.Locator("[name='leave.reason']").SelectOptionAsync("medical");
        await section.Locator("[name='leave.destination']").FillAsync("长沙市湘雅医院");
        await section.Locator("[name='leave.to']").FillAsync(TimeProvider.System.GetUtcNow().AddHours(8).AddDays(7).ToString("yyyy-MM-dd", null));
        await section.Locator("details button").ClickAsync();
        await Assertions.Expect(section.Locator(".tag").First).ToHaveTextAsync(applied);
        await Assertions.Expect(section).ToContainTextAsync("长沙市湘雅医院");
        await Assertions.Expect(section).ToContainTextAsync(days);
        await section.Locator("[data-leave] form button").First.ClickAsync();
        await Assertions.Expect(section).ToContainTextAsync(beyond);
        await PictureAsync(officer, $"leave-refused-{language}");

        IPage approver = await fixture.OpenAsync(language, script: false);
        await SignInAsync(approver, "approver");
        await approver.GotoAsync(walker.Page);
        await Section(approver).Locator("[data-leave] form button").First.ClickAsync();
        await Assertions.Expect(Section(approver)).ToContainTextAsync(approved);

        await officer.GotoAsync(walker.Page);
        await section.Locator("[data-leave] form button").First.ClickAsync();
        await Assertions.Expect(section.Locator(".tag").First).ToHaveTextAsync(returned);
        await PictureAsync(officer, $"leave-{language}");
    }

    private static ILocator Section(IPage page) => page.Locator("section:has(#leaves)");
}
