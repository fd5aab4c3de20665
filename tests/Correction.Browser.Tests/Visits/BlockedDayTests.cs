using Correction.Server.Tests.Visits;
using Correction.Testing;
using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests.Visits;

/// <summary>The prison blocks a day on its page; what is booked there waits for a person, who lets it stand or cancels it.</summary>
public sealed class BlockedDayTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData("zh-CN", 1366, 768, true, "43F3C1", "prison", "请选择全天", "监狱停用了这个时段")]
    [InlineData("zh-CN", 390, 844, false, "43F3C3", "officer", "请选择全天", "监狱停用了这个时段")]
    public async Task A_visit_on_a_day_that_the_prison_blocks_needs_a_decision_and_stands_when_staff_say_so(
        string language, int width, int height, bool script, string code, string who, string choose, string obstacle)
    {
        Assert.SkipWhen(fixture.Server is null, "No browser.");
        using FamilyScene scene = await FamilyScene.SetAsync(fixture.Server!, code, capacity: 2);
        string visit = (await ApprovedAsync(scene, 1))[0];
        var failures = new List<string>();
        IPage prison = await fixture.OpenAsync(language, width, height, script);
        await BlockAsync(prison, scene, [visit], choose, what => LookAsync(prison, what, language, script, failures));

        IPage staff = prison;
        if (who == "officer")
        {
            staff = await fixture.OpenAsync(language, width, height, script);
            await SignInAsync(staff, "officer");
        }

        await staff.GotoAsync($"/visits/{visit}");
        await Assertions.Expect(staff.Locator("[data-in-doubt]")).ToContainTextAsync(obstacle);
        await staff.Locator("form:has(input[value=stand]) button").ClickAsync();
        await Assertions.Expect(staff.Locator(".success")).ToBeVisibleAsync();
        await Assertions.Expect(staff.Locator("[data-in-doubt]")).ToHaveCountAsync(0);
        await Assertions.Expect(staff.Locator("[data-stage]")).ToHaveAttributeAsync("data-stage", "scheduled");
        await LookAsync(staff, "stands", language, script, failures);

        string late = VisitCalls.Iso(ChinaDay.Today.AddDays(40));
        await staff.GotoAsync($"/visits/{visit}/reschedule");
        await Assertions.Expect(staff.Locator($"[data-day='{late}']")).ToHaveCountAsync(1);
        IPage family = await fixture.OpenAsync(language, width, height, script);
        await SignInAsync(family, scene.Account, VisitCalls.Own);
        await family.GotoAsync($"/visits/{visit}/reschedule");
        await Assertions.Expect(family.Locator("[data-day]").First).ToBeVisibleAsync();
        await Assertions.Expect(family.Locator($"[data-day='{late}']")).ToHaveCountAsync(0);

        await prison.GotoAsync("/?stage=inDoubt");
        await Assertions.Expect(prison.Locator("tr[data-visit]")).ToHaveCountAsync(0);
        await prison.GotoAsync("/visits/days/" + Day);
        await prison.Locator("[data-block] button").ClickAsync();
        await Assertions.Expect(prison.Locator("[data-block]")).ToHaveCountAsync(0);
        await Assertions.Expect(prison.Locator("tr[data-slot] .tag.good")).ToHaveCountAsync(1);
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Theory]
    [InlineData("en", 390, 844, "43F3C2", "Choose the whole day", "Choose a reason", "equipment has failed")]
    public async Task A_visit_that_is_cancelled_for_a_blocked_day_says_why_to_the_family_and_nothing_to_another_prison(
        string language, int width, int height, string code, string choose, string chooseReason, string reason)
    {
        Assert.SkipWhen(fixture.Server is null, "No browser.");
        using FamilyScene scene = await FamilyScene.SetAsync(fixture.Server!, code, capacity: 2);
        using HttpClient other = await fixture.Server!.AsNewAsync("stranger-" + code.ToLowerInvariant(), "prison", "43F3C9");
        string[] visits = await ApprovedAsync(scene, 2);
        (string visit, string withdrawn) = (visits[0], visits[1]);
        var failures = new List<string>();
        IPage prison = await fixture.OpenAsync(language, width, height);
        await BlockAsync(prison, scene, visits, choose, what => LookAsync(prison, what, language, script: true, failures));

        await prison.Locator($"tr[data-visit='{visit}'] a").ClickAsync();
        await LookAsync(prison, "in-doubt-visit", language, script: true, failures);
        await prison.Locator("[name=because]").EvaluateAsync("field => field.required = false");
        await prison.Locator("form:has([name=because]) button").ClickAsync();
        await Assertions.Expect(prison.Locator(".failure")).ToContainTextAsync(chooseReason);
        await prison.Locator("[name=because]").SelectOptionAsync("equipment");
        await prison.Locator("form:has([name=because]) button").ClickAsync();
        await Assertions.Expect(prison.Locator("[data-stage]")).ToHaveAttributeAsync("data-stage", "cancelled");
        await Assertions.Expect(prison.Locator("#ahead")).ToHaveCountAsync(0);
        await prison.GotoAsync($"/visits/{withdrawn}");
        await prison.Locator("details:has([name=reason]) summary").ClickAsync();
        await prison.Locator("[name=reason]").SelectOptionAsync("slotUnavailable");
        await prison.Locator("[name=note]").FillAsync("设备正在检修");
        await LookAsync(prison, "withdraw", language, script: true, failures);
        await prison.Locator("form:has([name=reason]) button").ClickAsync();
        await Assertions.Expect(prison.Locator("[data-stage]")).ToHaveAttributeAsync("data-stage", "declined");
        await prison.GotoAsync("/?stage=inDoubt");
        await Assertions.Expect(prison.Locator("tr[data-visit]")).ToHaveCountAsync(0);

        IPage family = await fixture.OpenAsync(language, width, height);
        await SignInAsync(family, scene.Account, VisitCalls.Own);
        await family.GotoAsync($"/visits/{visit}");
        await Assertions.Expect(family.Locator("dl.facts").First).ToContainTextAsync(reason);
        await Assertions.Expect(family.Locator("dl.facts").First).Not.ToContainTextAsync("closed");
        await Assertions.Expect(family.Locator("#ahead")).ToHaveCountAsync(0);
        await LookAsync(family, "cancelled", language, script: true, failures);
        await family.GotoAsync($"/visits/{withdrawn}");
        await Assertions.Expect(family.Locator("dl.facts").First).ToContainTextAsync("设备正在检修");
        Assert.Equal(403, (await family.GotoAsync("/visits/days"))!.Status);

        IPage stranger = await fixture.OpenAsync(language, width, height);
        await SignInAsync(stranger, "stranger-" + code.ToLowerInvariant(), VisitCalls.Own);
        Assert.Equal(404, (await stranger.GotoAsync($"/visits/{visit}"))!.Status);
        await stranger.GotoAsync("/visits/days");
        await Assertions.Expect(stranger.Locator("main .empty")).ToBeVisibleAsync();
        await LookAsync(stranger, "no-days", language, script: true, failures);
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Theory]
    [InlineData("zh-CN", 1366, 768, "43F3C4")]
    public async Task A_session_is_blocked_with_all_its_times_and_one_time_alone(string language, int width, int height, string code)
    {
        Assert.SkipWhen(fixture.Server is null, "No browser.");
        (_, HttpClient client) = await fixture.Server!.PrisonAsync(code, TwoSessions);
        client.Dispose();
        var failures = new List<string>();
        IPage prison = await fixture.OpenAsync(language, width, height);
        await SignInAsync(prison, "prison-" + code.ToLowerInvariant(), VisitCalls.Own);
        await prison.GotoAsync("/visits/days/" + Day);
        await ChooseAsync(prison, "am");
        await Assertions.Expect(prison.Locator("tr[data-slot] .tag.bad")).ToHaveCountAsync(4);
        await Assertions.Expect(prison.Locator("tr[data-slot] .tag.good")).ToHaveCountAsync(1);
        await LookAsync(prison, "session", language, script: true, failures);
        await prison.GotoAsync("/visits/days");
        await Assertions.Expect(prison.Locator($"tr[data-day='{Day}'] .tag.warn")).ToHaveCountAsync(1);
        await LookAsync(prison, "part", language, script: true, failures);

        await prison.GotoAsync("/visits/days/" + Day);
        await ChooseAsync(prison, $"{code}.{Day}.pm.1500");
        await Assertions.Expect(prison.Locator("[data-block]")).ToHaveCountAsync(2);
        await prison.Locator("[data-block] button").First.ClickAsync();
        await Assertions.Expect(prison.Locator("[data-block]")).ToHaveCountAsync(1);
        await Assertions.Expect(prison.Locator("tr[data-slot] .tag.bad")).ToHaveCountAsync(1);
        Assert.Equal(404, (await prison.GotoAsync("/visits/days/nothing"))!.Status);
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    private static object TwoSessions { get; } = new
    {
        validFrom = "2026-01-01",
        source = "会见须知（示例）",
        sessions = new[] { VisitCalls.Session("am", "09:00:00", "11:00:00", 30, capacity: 2), VisitCalls.Session("pm", "15:00:00", "15:30:00", 30, capacity: 2) },
        quotas = new[] { new { level = "standard", pool = "video", channels = (string[])["station"], perMonth = 2 } },
        mostVisitors = 3, stationMinutes = 30, phoneMinutes = 0, leadDays = 0, windowDays = 30,
    };

    private static async Task ChooseAsync(IPage prison, string what)
    {
        await prison.Locator("[name=what]").SelectOptionAsync(what);
        await prison.Locator("[name=reason]").SelectOptionAsync("staffing");
        await prison.Locator("form:has([name=what]) button").ClickAsync();
        await Assertions.Expect(prison.Locator(".success")).ToBeVisibleAsync();
    }

    private static string Day { get; } = VisitCalls.Iso(ChinaDay.Today.AddDays(2));

    /// <summary>Visits of one family at the same time.</summary>
    private static async Task<string[]> ApprovedAsync(FamilyScene scene, int count)
    {
        string relative = await scene.Family.VerifiedAsync(scene.Officer, scene.Code, "1");
        string slot = (await scene.Family.SlotsAsync(scene.Code, DateOnly.Parse(Day, System.Globalization.CultureInfo.InvariantCulture)))[0].GetProperty("slotId").GetString()!;
        var visits = new List<string>();
        for (int number = 0; number < count; number++)
        {
            visits.Add(await scene.Family.BookAsync(slot, "1", relative));
            await scene.Prison.DoneAsync($"api/v1/visits/{visits[number]}/approve", new { });
        }

        return [.. visits];
    }

    /// <summary>From the navigation to the day, past a form that is not filled in, to the list of what needs a decision.</summary>
    private static async Task BlockAsync(IPage prison, FamilyScene scene, string[] visits, string choose, Func<string, Task> look)
    {
        await SignInAsync(prison, "prison-" + scene.Code.ToLowerInvariant(), VisitCalls.Own);
        await prison.Locator("nav a[href='/visits/days']").ClickAsync();
        await Assertions.Expect(prison.Locator($"tr[data-day='{Day}'] [data-booked]")).ToHaveTextAsync($"{visits.Length}");
        await look("days");
        await prison.Locator($"tr[data-day='{Day}'] a").ClickAsync();
        await prison.Locator("[name=what]").EvaluateAsync("field => field.required = false");
        await prison.Locator("[name=reason]").SelectOptionAsync("equipment");
        await prison.Locator("form:has([name=what]) button").ClickAsync();
        await Assertions.Expect(prison.Locator(".failure")).ToContainTextAsync(choose);
        await prison.Locator("[name=what]").SelectOptionAsync("whole-day");
        await prison.Locator("form:has([name=what]) button").ClickAsync();
        await Assertions.Expect(prison.Locator(".success")).ToBeVisibleAsync();
        await Assertions.Expect(prison.Locator("[data-block]")).ToHaveCountAsync(1);
        await look("day-blocked");
        await Eventually.Until(
            async () =>
            {
                await prison.GotoAsync("/?stage=inDoubt");
                return await prison.Locator("tr[data-visit] [data-in-doubt]").CountAsync() == visits.Length;
            },
            "the visits to need a decision");
        await Assertions.Expect(prison.Locator($"tr[data-visit='{visits[0]}']")).ToHaveCountAsync(1);
        await look("in-doubt");
    }

    private static Task LookAsync(IPage page, string what, string language, bool script, List<string> failures) =>
        script ? EveryPageTests.SeeAsync(page, $"blocked-{what}-{language}", failures) : PictureAsync(page, $"blocked-{what}-{language}");
}
