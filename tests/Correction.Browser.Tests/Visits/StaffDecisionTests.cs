using Correction.Server.Tests.Visits;
using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests.Visits;

/// <summary>The office verifies a visitor and the prison decides on a visit, each on its own pages.</summary>
public sealed class StaffDecisionTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData("zh-CN", 1366, 768, true, "43F2C1", "请选择原因")]
    [InlineData("en", 390, 844, true, "43F2C2", "Choose a reason")]
    [InlineData("zh-CN", 1366, 768, false, "43F2C3", "请选择原因")]
    public async Task An_officer_refuses_and_then_verifies_a_visitor_the_prison_declines_one_visit_and_approves_another(
        string language, int width, int height, bool script, string code, string choose)
    {
        Assert.SkipWhen(fixture.Server is null, "No browser.");
        using FamilyScene scene = await FamilyScene.SetAsync(fixture.Server!, code, capacity: 2);
        string relative = await scene.Family.ApplyAsync(code, "1");
        var failures = new List<string>();
        Task SeeAsync(IPage page, string what) => script ? EveryPageTests.SeeAsync(page, $"staff-{what}-{language}", failures) : Task.CompletedTask;

        IPage officer = await fixture.OpenAsync(language, width, height, script);
        await SignInAsync(officer, "officer");
        await officer.GotoAsync("/relatives");
        await SeeAsync(officer, "relatives");
        while (await officer.Locator($"[data-relative='{relative}']").CountAsync() == 0)
        {
            await officer.GotoAsync((await officer.Locator("a[href*='after=']").GetAttributeAsync("href"))!);
        }

        await officer.Locator($"[data-relative='{relative}'] a").ClickAsync();
        await Assertions.Expect(officer.Locator("[data-prisoner]")).ToHaveTextAsync("服刑人员1");
        await SeeAsync(officer, "relative");
        await officer.Locator("[name=reason]").EvaluateAsync("field => field.required = false");
        await officer.Locator("form:has([name=reason]) button").ClickAsync();
        await Assertions.Expect(officer.Locator(".failure")).ToContainTextAsync(choose);
        await officer.Locator("[name=reason]").SelectOptionAsync("papersMissing");
        await officer.Locator("[name=note]").FillAsync("缺户口簿");
        await officer.Locator("form:has([name=reason]) button").ClickAsync();
        await Assertions.Expect(officer.Locator("[data-stage]")).ToHaveAttributeAsync("data-stage", "refused");
        await Assertions.Expect(officer.Locator("dl.facts")).ToContainTextAsync("缺户口簿");
        await officer.Locator("section:has(#decision) button.primary").ClickAsync();
        await Assertions.Expect(officer.Locator("[data-stage]")).ToHaveAttributeAsync("data-stage", "verified");

        await Assertions.Expect(officer.Locator("a[href='/visits/book?number=1']")).ToBeVisibleAsync();
        await officer.GotoAsync($"/visits/book/day?visitor={relative}");
        await Assertions.Expect(officer.Locator("a[data-day]").First).ToBeVisibleAsync();

        string slot = (await scene.Family.SlotsAsync(code, ChinaDay.Today.AddDays(2)))[0].GetProperty("slotId").GetString()!;
        string first = await scene.Family.BookAsync(slot, "1", relative), second = await scene.Family.BookAsync(slot, "1", relative);
        IPage prison = await fixture.OpenAsync(language, width, height, script);
        await SignInAsync(prison, "prison-" + code.ToLowerInvariant(), VisitCalls.Own);
        await Assertions.Expect(prison.Locator("tr[data-visit]")).ToHaveCountAsync(2);
        await SeeAsync(prison, "prison");
        await prison.Locator($"tr[data-visit='{first}'] a").ClickAsync();
        await SeeAsync(prison, "prison-visit");
        await prison.Locator("[name=reason]").SelectOptionAsync("notBeneficial");
        await prison.Locator("form:has([name=reason]) button").ClickAsync();
        await Assertions.Expect(prison.Locator("[data-stage]")).ToHaveAttributeAsync("data-stage", "declined");
        await Assertions.Expect(prison.Locator("#decision")).ToHaveCountAsync(0);

        await prison.GotoAsync($"/visits/{second}");
        await prison.Locator("section:has(#decision) button.primary").ClickAsync();
        await Assertions.Expect(prison.Locator("[data-stage]")).ToHaveAttributeAsync("data-stage", "scheduled");
        await prison.GotoAsync("/?stage=scheduled");
        await Assertions.Expect(prison.Locator("tr[data-visit]")).ToHaveCountAsync(1);

        await Testing.Eventually.Until(
            async () =>
            {
                await officer.GotoAsync($"/relatives/{relative}");
                return await officer.Locator("[data-message='relativeVerified'][data-state='notConfigured']").CountAsync() == 1;
            },
            "the office to see that the family could not be told");
        await SeeAsync(officer, "relative-told");
        IPage family = await fixture.OpenAsync(language, width, height, script);
        await SignInAsync(family, scene.Account, VisitCalls.Own);
        await family.Locator("a[href='/messages']").ClickAsync();
        await Assertions.Expect(family.Locator("[data-message='visitDeclined']").First).ToBeVisibleAsync();
        await Assertions.Expect(family.Locator("main")).Not.ToContainTextAsync("缺户口簿");
        await SeeAsync(family, "messages");
        await family.GotoAsync($"/visits/{second}");
        await Assertions.Expect(family.Locator("[data-message]")).ToHaveCountAsync(1);
        await SeeAsync(family, "visit-told");
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }
}
