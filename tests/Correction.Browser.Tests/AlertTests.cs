using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests;

/// <summary>What officers do about alerts, one by one and many at once.</summary>
public sealed class AlertTests(BrowserFixture fixture)
{
    [Fact]
    public async Task An_alert_is_acknowledged_and_resolved_on_its_page_each_with_a_note()
    {
        Walker walker = await fixture.Server.WithAlertAsync("告警处置");
        IPage page = await fixture.OpenAsync();
        await SignInAsync(page, "officer");
        await page.GotoAsync("/alerts");
        await page.Locator("#alerts tr").Filter(new() { HasText = walker.Name }).Locator("a[href^='/alerts/']").ClickAsync();
        await Assertions.Expect(page.Locator("evidence-map .maplibregl-canvas")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("table.fixes tbody tr")).ToHaveCountAsync(2); // as many as the zone asks for

        await page.Locator("#note-acknowledge").FillAsync("已电话联系");
        await page.Locator("form:has(#note-acknowledge) button").ClickAsync();
        await Assertions.Expect(page.Locator("[data-handling]")).ToHaveAttributeAsync("data-handling", "acknowledged");
        await Assertions.Expect(page.Locator(".timeline")).ToContainTextAsync("已电话联系");

        await page.Locator("[name=outcome]").SelectOptionAsync("permitted");
        await page.Locator("#note-resolve").FillAsync("送孩子上学，已核实");
        await page.Locator("form:has(#note-resolve) button").ClickAsync();
        await Assertions.Expect(page.Locator("[data-handling]")).ToHaveAttributeAsync("data-handling", "resolved");
        await Assertions.Expect(page.Locator(".timeline")).ToContainTextAsync("送孩子上学，已核实");
        await page.GotoAsync("/alerts?state=resolved");
        await Assertions.Expect(page.Locator("#alerts")).ToContainTextAsync(walker.Name);
    }

    [Fact]
    public async Task Many_alerts_are_acknowledged_with_one_reason_handed_over_noted_and_counted()
    {
        Walker[] walkers = [await fixture.Server.WithAlertAsync("批量签收甲"), await fixture.Server.WithAlertAsync("批量签收乙")];
        IPage page = await fixture.OpenAsync();
        await SignInAsync(page, "officer");
        await page.GotoAsync("/alerts?kind=zoneEntered");
        foreach (Walker walker in walkers)
        {
            await Row(page, walker).Locator("[name=id]").CheckAsync();
        }

        await page.Locator("#reason").FillAsync("值班室统一核查");
        await page.GetByText("签收所选").ClickAsync();
        await Assertions.Expect(page.Locator("[role=status]")).ToBeVisibleAsync();
        await page.GotoAsync("/alerts?state=acknowledged&mine=1");
        await Assertions.Expect(Row(page, walkers[0])).ToContainTextAsync("officer");
        await Row(page, walkers[1]).Locator("a[href^='/alerts/']").ClickAsync();
        await Assertions.Expect(page.Locator(".timeline")).ToContainTextAsync("值班室统一核查");

        await page.Locator("summary").Filter(new() { HasText = "移交" }).ClickAsync();
        await page.Locator("[name=to]").SelectOptionAsync("approver");
        await page.Locator("#note-hand-over").FillAsync("请县里核实");
        await page.Locator("form:has(#note-hand-over) button").ClickAsync();
        await Assertions.Expect(page.Locator(".timeline")).ToContainTextAsync("请县里核实");
        await Assertions.Expect(page.Locator("dl.facts")).ToContainTextAsync("approver");
        await page.Locator("summary").Filter(new() { HasText = "补充说明" }).ClickAsync();
        await page.Locator("#note-note").FillAsync("家属称已返回");
        await page.Locator("form:has(#note-note) button").ClickAsync();
        await Assertions.Expect(page.Locator(".timeline")).ToContainTextAsync("家属称已返回");

        await page.GotoAsync("/alerts/statistics");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("进入禁入区域");
        await Assertions.Expect(page.Locator("section").Filter(new() { HasText = "按区域" })).ToContainTextAsync("学校周边");
    }

    private static ILocator Row(IPage page, Walker walker) => page.Locator("#alerts tbody tr").Filter(new() { HasText = walker.Name });
}
