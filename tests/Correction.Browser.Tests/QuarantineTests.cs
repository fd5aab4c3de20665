using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests;

/// <summary>A device that is nobody's, and the administrator who gives it to a subject.</summary>
public sealed class QuarantineTests(BrowserFixture fixture)
{
    [Fact]
    public async Task The_administrator_binds_an_unknown_device_and_its_positions_join_the_track()
    {
        const string IdNumber = "430981198512120018";
        Walker walker = await fixture.Server.RegisterAsync("待绑定", IdNumber);
        await fixture.Server.ReportAsync("stranger-7", 0, 112.37);
        IPage admin = await fixture.OpenAsync();
        await SignInAsync(admin, "admin");
        await admin.Locator("#quarantine a").Filter(new() { HasText = "stranger-7" }).ClickAsync();
        await BindAsync(admin, "110101199001010000");
        await Assertions.Expect(admin.Locator("[role=alert]")).ToContainTextAsync("没有使用该公民身份号码的对象");
        await BindAsync(admin, IdNumber);
        await Assertions.Expect(admin.Locator("[role=status]")).ToContainTextAsync("设备已绑定");
        await Assertions.Expect(admin.Locator("main")).Not.ToContainTextAsync(walker.Name);
        await admin.Locator("main form button").ClickAsync();
        await Assertions.Expect(admin.Locator("[role=status]")).ToContainTextAsync("定位已接收");

        IPage officer = await fixture.OpenAsync();
        await SignInAsync(officer, "officer");
        await officer.GotoAsync(walker.Page);
        await Assertions.Expect(officer.Locator("section:has(#devices)")).ToContainTextAsync("stranger-7");
        await Assertions.Expect(officer.Locator("track-map")).ToHaveAttributeAsync("data-fixes", "1");
    }

    private static async Task BindAsync(IPage page, string idNumber)
    {
        await page.Locator("[name=idNumber]").FillAsync(idNumber);
        await page.Locator("[name=protocol]").SelectOptionAsync("osmand");
        await page.Locator("[name=kind]").SelectOptionAsync("phone");
        await page.Locator("main form button").ClickAsync();
    }
}
