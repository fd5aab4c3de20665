using System.Net;
using Correction.Server.Tests.Visits;
using Correction.Testing;
using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests.Visits;

/// <summary>The prison registers its prisoners, grades them, grants visits and suspends them; the office registers who stands at its counter.</summary>
public sealed class PrisonerTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData("zh-CN", 1366, 768, true, "43F4C1", "17 位数字", "没有这个编号", "已登记", "须晚于", "违反会见规定")]
    [InlineData("en", 390, 844, true, "43F4C2", "17 digits", "knows no such number", "registered already", "must not end before", "rules of visits were broken")]
    [InlineData("zh-CN", 1366, 768, false, "43F4C3", "17 位数字", "没有这个编号", "已登记", "须晚于", "违反会见规定")]
    public async Task A_prison_receives_a_prisoner_grades_him_grants_visits_suspends_them_and_discharges_him(
        string language, int width, int height, bool script, string code, string wrong, string unknown, string known, string reversed, string reason)
    {
        Assert.SkipWhen(fixture.Server is null, "No browser.");
        using FamilyScene scene = await FamilyScene.SetAsync(fixture.Server!, code, capacity: 2);
        var failures = new List<string>();
        IPage prison = await fixture.OpenAsync(language, width, height, script);
        Task SeeAsync(IPage page, string what) => script ? EveryPageTests.SeeAsync(page, $"prisoner-{what}-{language}", failures) : Task.CompletedTask;

        await SignInAsync(prison, "prison-" + code.ToLowerInvariant(), VisitCalls.Own);
        await prison.Locator("nav a[href='/prisoners']").ClickAsync();
        await FindAsync(prison, "R-7");
        await Assertions.Expect(prison.Locator(".error")).ToContainTextAsync(unknown);
        await SeeAsync(prison, "unknown");
        await prison.Locator("a[href='/prisoners/new']").ClickAsync();
        await ReceiveAsync(prison, "1", "430981");
        await Assertions.Expect(prison.Locator(".error")).ToContainTextAsync(wrong);
        await SeeAsync(prison, "wrong");
        await ReceiveAsync(prison, "1", "43098119900101123X");
        await Assertions.Expect(prison.Locator("#f-number-error")).ToContainTextAsync(known);
        await ReceiveAsync(prison, "R-7", "43098119900101123X");
        await Assertions.Expect(prison.Locator("h1")).ToHaveTextAsync("周某");
        await Assertions.Expect(prison.Locator("[data-granted]")).ToHaveTextAsync("2");
        await SeeAsync(prison, "received");

        string relative = await scene.Family.VerifiedAsync(scene.Officer, code, "R-7");
        await SendAsync(prison, "grant", ("pool", "video"), ("count", "3"), ("ground", "familyNeed"));
        await Assertions.Expect(prison.Locator("[data-granted]")).ToHaveTextAsync("5");
        await SendAsync(prison, "restrict", ("reason", "visitRulesBroken"), ("from", VisitCalls.Iso(ChinaDay.Today)), ("to", VisitCalls.Iso(ChinaDay.Today.AddDays(-1))));
        await Assertions.Expect(prison.Locator(".failure")).ToContainTextAsync(reversed);
        await Assertions.Expect(prison.Locator(".success")).ToHaveCountAsync(0); // what was saved before is not told again
        await Assertions.Expect(prison.Locator("[name=count]")).ToHaveValueAsync("1"); // and the other forms stand as they were
        await SeeAsync(prison, "reversed");
        await SendAsync(prison, "restrict", ("reason", "visitRulesBroken"), ("from", VisitCalls.Iso(ChinaDay.Today)), ("to", ""));
        await Assertions.Expect(prison.Locator("[data-restriction]")).ToContainTextAsync(reason);
        await SeeAsync(prison, "restricted");
        string slot = (await scene.Family.SlotsAsync(code, ChinaDay.Today.AddDays(2)))[0].GetProperty("slotId").GetString()!;
        Assert.Equal("prisonerRestricted", (await scene.Family.RefusedAsync("api/v1/visits", VisitCalls.Visit(slot, "R-7", relative))).Code);
        await SendAsync(prison, "lift");
        await Assertions.Expect(prison.Locator("[data-restriction]")).ToHaveCountAsync(0);
        await scene.Family.BookAsync(slot, "R-7", relative);

        await BanAsync(prison, await fixture.OpenAsync(language, width, height, script), scene, relative, reason, SeeAsync);
        await SendAsync(prison, "discharge");
        await Assertions.Expect(prison.Locator("[data-custody='discharged']")).ToBeVisibleAsync();
        await Assertions.Expect(prison.Locator("main form[method=post]")).ToHaveCountAsync(0);
        await SeeAsync(prison, "discharged");
        Assert.Equal(404, (await prison.GotoAsync("/prisoners/nobody"))!.Status);
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public async Task A_prisoner_is_shown_to_his_prison_alone()
    {
        Assert.SkipWhen(fixture.Server is null, "No browser.");
        using FamilyScene scene = await FamilyScene.SetAsync(fixture.Server!, "43F4C4", capacity: 2);
        using HttpClient other = await fixture.Server!.AsNewAsync("stranger-43f4c4", "prison", "43F4C9");
        IPage stranger = await fixture.OpenAsync();
        await SignInAsync(stranger, "stranger-43f4c4", VisitCalls.Own);
        Assert.Equal(404, (await stranger.GotoAsync("/prisoners/1"))!.Status);
        IPage family = await fixture.OpenAsync();
        await SignInAsync(family, scene.Account, VisitCalls.Own);
        Assert.Equal(403, (await family.GotoAsync("/prisoners/1"))!.Status);
        Assert.Equal(403, (await family.GotoAsync("/prisoners"))!.Status);

        IPage prison = await fixture.OpenAsync();
        await SignInAsync(prison, "prison-43f4c4", VisitCalls.Own);
        await prison.GotoAsync("/prisoners?number=1");
        await Assertions.Expect(prison).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/prisoners/1$"));
    }

    [Theory]
    [InlineData("zh-CN", 1366, 768, "43F4C5")]
    [InlineData("en", 390, 844, "43F4C6")]
    public async Task The_office_registers_a_family_without_an_account_with_its_papers_and_a_minor_who_comes_along(string language, int width, int height, string code)
    {
        Assert.SkipWhen(fixture.Server is null, "No browser.");
        using FamilyScene scene = await FamilyScene.SetAsync(fixture.Server!, code, capacity: 2);
        var failures = new List<string>();
        IPage officer = await fixture.OpenAsync(language, width, height);
        await SignInAsync(officer, "officer");
        await officer.GotoAsync("/relatives");
        await officer.Locator("a[href='/relatives/new']").ClickAsync();
        await officer.Locator("[name=prison]").FillAsync(code);
        await officer.Locator("[name=prisonerNumber]").FillAsync("1");
        await officer.Locator("[name=relationship]").SelectOptionAsync("parent");
        await officer.FillPersonAsync("周母", "430981195501011234", "1955-01-01");
        await EveryPageTests.SeeAsync(officer, $"counter-apply-{language}", failures);
        await officer.Locator("main form button.primary").ClickAsync();
        await Assertions.Expect(officer.Locator(".success")).ToBeVisibleAsync();
        await officer.Locator("[name=kind]").SelectOptionAsync("householdRegister");
        await officer.Locator("[type=file]").SetInputFilesAsync(new FilePayload { Name = "户口簿.png", MimeType = "image/png", Buffer = [1, 2, 3] });
        await officer.Locator("section:has(#add-paper) button").ClickAsync();
        await Assertions.Expect(officer.Locator("a[href*='/papers/0']")).ToBeVisibleAsync();
        await officer.Locator("section:has(#decision) button.primary").ClickAsync();
        await Assertions.Expect(officer.Locator("[data-stage]")).ToHaveAttributeAsync("data-stage", "verified");
        await EveryPageTests.SeeAsync(officer, $"counter-verified-{language}", failures);

        await officer.Locator("a[href^='/relatives/new?guardian=']").ClickAsync();
        await Assertions.Expect(officer.Locator("[name=prison]")).ToHaveValueAsync(code);
        await Assertions.Expect(officer.Locator("[name=guardian]")).Not.ToHaveValueAsync("");
        await officer.Locator("[name=relationship]").SelectOptionAsync("child");
        await officer.FillPersonAsync("周小", "430981201501011234", VisitCalls.Iso(ChinaDay.Today.AddYears(-10)));
        await EveryPageTests.SeeAsync(officer, $"counter-minor-{language}", failures);
        await officer.Locator("main form button.primary").ClickAsync();
        await Assertions.Expect(officer.Locator("h1")).ToHaveTextAsync("周小");
        Assert.Equal(HttpStatusCode.NotFound, (await scene.Family.GetAsync(new Uri(new Uri(officer.Url).AbsolutePath.Insert(0, "/api/v1"), UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    /// <summary>The prison bans a visitor, whose family reads for how long and why, and lets him come again.</summary>
    private static async Task BanAsync(IPage prison, IPage family, FamilyScene scene, string relative, string reason, Func<IPage, string, Task> see)
    {
        await prison.Locator($"[data-relative='{relative}'] a").ClickAsync();
        await SendAsync(prison, "restrict", ("reason", "visitRulesBroken"), ("from", VisitCalls.Iso(ChinaDay.Today)), ("to", VisitCalls.Iso(ChinaDay.Today.AddDays(30))));
        await Assertions.Expect(prison.Locator("[data-restriction]")).ToContainTextAsync(reason);
        await see(prison, "banned");
        await SignInAsync(family, scene.Account, VisitCalls.Own);
        await family.GotoAsync($"/relatives/{relative}");
        await Assertions.Expect(family.Locator("[data-bans]")).ToContainTextAsync(reason);
        await Assertions.Expect(family.Locator("#restrictions")).ToHaveCountAsync(0);
        await see(family, "banned-family");
        await SendAsync(prison, "lift");
        await Assertions.Expect(prison.Locator("[data-restriction]")).ToHaveCountAsync(0);
        await prison.Locator("main a[href^='/prisoners/']").ClickAsync();
    }

    private static async Task FindAsync(IPage prison, string number)
    {
        await prison.Locator("form[role=search] [name=number]").FillAsync(number);
        await prison.Locator("form[role=search] button").ClickAsync();
    }

    private static async Task ReceiveAsync(IPage prison, string number, string idNumber)
    {
        await prison.Locator("[name=number]").FillAsync(number);
        await prison.FillPersonAsync("周某", idNumber, "1990-01-01");
        await prison.Locator("[name=level]").SelectOptionAsync("standard");
        await prison.Locator("main form button.primary").ClickAsync();
    }

    /// <summary>Opens the form where it is folded, fills it in and sends it.</summary>
    private static async Task SendAsync(IPage page, string form, params (string Name, string Value)[] fields)
    {
        ILocator at = page.Locator($"form:has(input[name=_handler][value={form}])");
        ILocator folded = page.Locator("details:not([open])", new() { Has = at });
        if (await folded.CountAsync() > 0)
        {
            await folded.Locator("summary").ClickAsync();
        }

        foreach ((string name, string value) in fields)
        {
            ILocator field = at.Locator($"[name={name}]");
            await (await field.EvaluateAsync<bool>("field => field.tagName === 'SELECT'") ? field.SelectOptionAsync(value) : field.FillAsync(value));
        }

        await at.Locator("button[type=submit]").ClickAsync();
    }
}
