using System.Text.Json;
using System.Text.RegularExpressions;
using Correction.Server.Tests.Visits;
using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests.Visits;

/// <summary>A family on its phone: from the registration of a visitor to a booked visit, and back.</summary>
public sealed class FamilyTests(BrowserFixture fixture)
{
    private static readonly FilePayload Card = new() { Name = "card.png", MimeType = "image/png", Buffer = [1, 2, 3] };

    [Theory]
    [InlineData("zh-CN", false, true, "43F1C1")]
    [InlineData("en", true, true, "43F1C2")]
    [InlineData("zh-CN", false, false, "43F1C3")]
    public async Task A_family_registers_a_visitor_is_verified_books_a_visit_sees_it_approved_and_cancels_it(string language, bool keyboard, bool script, string code)
    {
        Assert.SkipWhen(fixture.Server is null, "No browser.");
        using FamilyScene scene = await FamilyScene.SetAsync(fixture.Server!, code, capacity: 2);
        IPage page = await fixture.OpenAsync(language, 390, 844, script);
        await SignInAsync(page, scene.Account, VisitCalls.Own);
        var hand = new Hand(page, keyboard);
        var failures = new List<string>();
        async Task LookAsync(string what, string mark)
        {
            await page.Locator(mark).First.WaitForAsync(); // a key, unlike a click, does not wait for the page that it leads to
            if (script)
            {
                await EveryPageTests.SeeAsync(page, $"family-{what}-{language}", failures);
            }
        }


        await LookAsync("home-empty", "main a[href='/relatives/new']");
        await hand.PressAsync("main a[href='/relatives/new']");
        await hand.FillAsync("[name=prison]", code);
        await hand.FillAsync("[name=prisonerNumber]", "1");
        await hand.ChooseAsync("[name=relationship]", "parent");
        await hand.FillAsync("[name='person.name']", "周母");
        await hand.FillAsync("[name='person.idNumber']", "4309811970");
        await hand.FillAsync("[name='person.birthDate']", "1970-01-01", "01011970");
        await hand.ChooseAsync("[name='person.sex']", "female");
        await LookAsync("register", "[name=prison]");
        await hand.PressAsync("main form button.primary");
        await LookAsync("register-wrong", "#f-person-idNumber-error");
        await page.Locator("[name='person.idNumber']").ClearAsync();
        await hand.FillAsync("[name='person.idNumber']", "430981197001011234");
        await hand.PressAsync("main form button.primary");
        await hand.ChooseAsync("[name=kind]", "householdRegister");
        await hand.GiveFileAsync("[name=file]", Card);
        await LookAsync("papers", "[name=file]");
        await hand.PressAsync("main form button.primary");
        await Assertions.Expect(page.Locator("dd a")).ToHaveCountAsync(1);
        string relative = page.Url.Split('/')[^1].Split('?')[0];
        await scene.Officer.DoneAsync($"api/v1/relatives/{relative}/verify", new { });

        await hand.PressAsync(".brand");
        await Assertions.Expect(page.Locator($"[data-relative='{relative}'] .tag")).ToHaveTextAsync(language == "en" ? "Verified" : "核验通过");
        await LookAsync("home-verified", "main a[href='/visits/book']");
        await hand.PressAsync("main a[href='/visits/book']");
        await hand.TickAsync("[name=visitor]");
        await LookAsync("who", "[name=visitor]");
        await hand.PressAsync("main form button.primary");
        await LookAsync("day", "a[data-day]");
        await hand.PressAsync("li:nth-child(2) a[data-day]");
        await Assertions.Expect(page.Locator("[data-slot] .tag")).ToContainTextAsync("2");
        await LookAsync("time", "button[name=hold]");
        await hand.PressAsync("button[name=hold]");
        await Assertions.Expect(page.Locator("[name=place]")).ToHaveCountAsync(2);
        await LookAsync("confirm", "[name=place]");
        await hand.PressAsync("main form button.primary");
        await Assertions.Expect(page.Locator("[data-stage]")).ToHaveAttributeAsync("data-stage", "kinshipChecked");
        await Assertions.Expect(page.Locator("dl.facts")).ToContainTextAsync("周母");
        string visit = page.Url.Split('/')[^1].Split('?')[0];
        await scene.Prison.DoneAsync($"api/v1/visits/{visit}/approve", new { });

        await hand.PressAsync(".brand");
        await Assertions.Expect(page.Locator($"[data-visit='{visit}'] [data-stage]")).ToHaveAttributeAsync("data-stage", "scheduled");
        await LookAsync("home-visit", "[data-visit]");
        await hand.PressAsync($"[data-visit='{visit}'] a");
        await LookAsync("visit", $"a[href='/visits/{visit}/cancel']");
        await hand.PressAsync($"a[href='/visits/{visit}/slip']");
        await Assertions.Expect(page.Locator(".slip-code svg")).ToHaveCountAsync(1);
        await LookAsync("slip", ".slip-code svg");
        await hand.PressAsync($"a[href='/visits/{visit}']");
        await hand.PressAsync($"a[href='/visits/{visit}/reschedule']");
        await LookAsync("reschedule", "a[data-day]");
        await hand.PressAsync("li:nth-child(4) a[data-day]");
        await LookAsync("reschedule-time", "button[name=slot]");
        await hand.PressAsync("button[name=slot]");
        await Assertions.Expect(page.Locator(".success")).ToContainTextAsync(language == "en" ? "has moved" : "已更改");
        await hand.PressAsync($"a[href='/visits/{visit}/cancel']");
        await LookAsync("cancel", "main form button.big");
        await hand.PressAsync("main form button");
        await Assertions.Expect(page.Locator("[data-stage]")).ToHaveAttributeAsync("data-stage", "cancelled");
        await LookAsync("cancelled", "[data-stage=cancelled]");
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public async Task Who_guesses_a_number_sees_the_same_pages_whether_or_not_there_is_such_a_prisoner_and_never_a_name()
    {
        Assert.SkipWhen(fixture.Server is null, "No browser.");
        using FamilyScene scene = await FamilyScene.SetAsync(fixture.Server!, "43F1C8", capacity: 1);
        string slot = (await scene.Family.SlotsAsync(scene.Code, ChinaDay.Today.AddDays(2)))[0].GetProperty("slotId").GetString()!;
        IPage page = await fixture.OpenAsync("zh-CN", 390, 844);
        await SignInAsync(page, scene.Account, VisitCalls.Own);
        var seen = new List<string>();
        foreach (string number in (string[])["1", "9"])
        {
            string relative = await scene.Family.ApplyAsync(scene.Code, number);
            await page.GotoAsync($"/relatives/{relative}");
            string shown = await page.Locator("main").InnerTextAsync();
            await page.GotoAsync($"/visits/book/confirm?visitor={relative}&slot={slot}");
            await page.Locator("main form button.primary").ClickAsync();
            await Assertions.Expect(page.Locator(".failure")).ToContainTextAsync("核验通过后再预约");
            seen.Add(Regex.Replace(shown + await page.Locator("main").InnerTextAsync(), @"\b\d\d:\d\d\b", "…").Replace($"亲属{number}", "亲属", StringComparison.Ordinal).Replace($" · {number}", " · …", StringComparison.Ordinal)
                .Replace($"\n{number}\n", "\n…\n", StringComparison.Ordinal));
        }

        Assert.Equal(seen[0], seen[1]);
        Assert.DoesNotContain("服刑人员1", seen[0], StringComparison.Ordinal);
        await page.GotoAsync("/visits/book");
        await Assertions.Expect(page.Locator("[name=visitor]")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Who_finds_a_time_full_is_told_so_waits_is_offered_the_place_that_became_free_and_takes_it()
    {
        Assert.SkipWhen(fixture.Server is null, "No browser.");
        using FamilyScene first = await FamilyScene.SetAsync(fixture.Server!, "43F1C4", capacity: 1);
        using FamilyScene second = await FamilyScene.SetAsync(fixture.Server!, "43F1C5", capacity: 1);
        string taken = (await first.Family.SlotsAsync(first.Code, ChinaDay.Today.AddDays(3)))[0].GetProperty("slotId").GetString()!;
        string visit = await first.Family.BookAsync(taken, "1", await first.Family.VerifiedAsync(first.Officer, first.Code, "1"));
        string relative = await second.Family.VerifiedAsync(second.Officer, first.Code, "1", "sibling");
        IPage page = await fixture.OpenAsync("zh-CN", 390, 844);
        await SignInAsync(page, second.Account, VisitCalls.Own);
        var failures = new List<string>();

        await page.GotoAsync($"/visits/book/confirm?visitor={relative}&slot={taken}");
        await page.Locator("main form button.primary").ClickAsync();
        await Assertions.Expect(page.Locator(".failure")).ToContainTextAsync("这个时段已满，请选择其他时间或者候补");
        await EveryPageTests.SeeAsync(page, "family-full", failures);
        await page.GotoAsync($"/visits/book/time?visitor={relative}&day={VisitCalls.Iso(ChinaDay.Today.AddDays(3))}");
        await page.Locator("button[name=wait]").ClickAsync();
        await Assertions.Expect(page.Locator("button[name=give-up]")).ToBeVisibleAsync();
        await EveryPageTests.SeeAsync(page, "family-waiting", failures);

        await first.Family.DoneAsync($"api/v1/visits/{visit}/cancel", new { reason = "familyCannotCome" });
        await Eventually.Until(
            async () =>
            {
                await page.GotoAsync("/");
                return await page.Locator(".offer").CountAsync() > 0;
            },
            "the place to be offered");
        await EveryPageTests.SeeAsync(page, "family-offer", failures);
        await page.Locator(".offer a").ClickAsync();
        await page.Locator("[name=visitor]").CheckAsync();
        await page.Locator("main form button.primary").ClickAsync();
        await page.Locator("main form button.primary").ClickAsync();
        await Assertions.Expect(page.Locator("[data-stage]")).ToHaveAttributeAsync("data-stage", "kinshipChecked");
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public async Task A_family_reads_why_a_visitor_was_refused_and_a_visit_declined_and_nothing_of_another_family_and_each_look_is_on_record()
    {
        Assert.SkipWhen(fixture.Server is null, "No browser.");
        using FamilyScene scene = await FamilyScene.SetAsync(fixture.Server!, "43F1C6", capacity: 1);
        using FamilyScene other = await FamilyScene.SetAsync(fixture.Server!, "43F1C7", capacity: 1);
        string refused = await scene.Family.ApplyAsync(scene.Code, "1");
        await scene.Officer.DoneAsync($"api/v1/relatives/{refused}/refuse", new { reason = "papersUnreadable", note = "请重新拍照" });
        string verified = await scene.Family.VerifiedAsync(scene.Officer, scene.Code, "1", "sibling");
        string slot = (await scene.Family.SlotsAsync(scene.Code, ChinaDay.Today.AddDays(2)))[0].GetProperty("slotId").GetString()!;
        string visit = await scene.Family.BookAsync(slot, "1", verified);
        await scene.Prison.DoneAsync($"api/v1/visits/{visit}/decline", new { reason = "prisonerRestricted", note = "下月可再申请" });

        IPage page = await fixture.OpenAsync("zh-CN", 390, 844);
        await SignInAsync(page, scene.Account, VisitCalls.Own);
        await Assertions.Expect(page.Locator($"[data-visit='{visit}']")).ToContainTextAsync("服刑人员暂不能会见");
        await Assertions.Expect(page.Locator($"[data-relative='{refused}']")).ToContainTextAsync("材料看不清");
        await page.GotoAsync($"/visits/{visit}");
        await Assertions.Expect(page.Locator("dl.facts")).ToContainTextAsync("服刑人员暂不能会见：下月可再申请");
        await page.GotoAsync($"/relatives/{refused}");
        await Assertions.Expect(page.Locator("dl.facts")).ToContainTextAsync("材料看不清：请重新拍照");
        using HttpClient auditor = await scene.Server.AsAsync("auditor");
        foreach ((string what, string whose) in ((string, string)[])[("visits", verified), ("relatives", refused), ("visit", verified), ("relative", refused)])
        {
            JsonElement looks = await auditor.GetJsonAsync($"api/v1/access?account={scene.Account}&via=page&what={what}");
            Assert.Contains(looks.EnumerateArray(), look => look.GetRawText().Contains($"relative/{whose}", StringComparison.Ordinal));
        }

        IPage stranger = await fixture.OpenAsync("zh-CN", 390, 844);
        await SignInAsync(stranger, other.Account, VisitCalls.Own);
        foreach (string path in (string[])[$"/visits/{visit}", $"/visits/{visit}/cancel", $"/relatives/{refused}"])
        {
            IResponse? answer = await stranger.GotoAsync(path);
            Assert.Equal(404, answer!.Status);
        }
    }

    [Fact]
    public async Task A_minor_is_registered_with_a_guardian_only_and_comes_to_a_visit_with_the_guardian_only()
    {
        Assert.SkipWhen(fixture.Server is null, "No browser.");
        using FamilyScene scene = await FamilyScene.SetAsync(fixture.Server!, "43F1C9", capacity: 1);
        IPage page = await fixture.OpenAsync("zh-CN", 390, 844);
        await SignInAsync(page, scene.Account, VisitCalls.Own);
        var failures = new List<string>();
        await FillMinorAsync(page, scene.Code);
        await page.Locator("main form button.primary").ClickAsync();
        await Assertions.Expect(page.Locator(".failure")).ToContainTextAsync("请先登记监护人");
        await EveryPageTests.SeeAsync(page, "family-minor-alone", failures);

        string guardian = await scene.Family.VerifiedAsync(scene.Officer, scene.Code, "1");
        await FillMinorAsync(page, scene.Code);
        await page.Locator("main form button.primary").ClickAsync();
        await Assertions.Expect(page.Locator("#f-guardian-error")).ToContainTextAsync("请选择监护人");
        await EveryPageTests.SeeAsync(page, "family-minor-guardian", failures);
        await page.Locator("[name=guardian]").SelectOptionAsync(guardian);
        await page.Locator("main form button.primary").ClickAsync();
        await page.Locator("[name=kind]").SelectOptionAsync("householdRegister");
        await page.Locator("[name=file]").SetInputFilesAsync(Card);
        await page.Locator("main form button.primary").ClickAsync();
        await Assertions.Expect(page.Locator("dd a")).ToHaveCountAsync(1);
        string minor = page.Url.Split('/')[^1].Split('?')[0];
        await scene.Officer.DoneAsync($"api/v1/relatives/{minor}/verify", new { });

        string slot = (await scene.Family.SlotsAsync(scene.Code, ChinaDay.Today.AddDays(2)))[0].GetProperty("slotId").GetString()!;
        await page.GotoAsync($"/visits/book/confirm?visitor={minor}&slot={slot}");
        await page.Locator("main form button.primary").ClickAsync();
        await Assertions.Expect(page.Locator(".failure")).ToContainTextAsync("请选择监护人");
        await EveryPageTests.SeeAsync(page, "family-minor-confirm", failures);
        await page.GetByText("更改会见人").ClickAsync();
        await Assertions.Expect(page.Locator($"label:has([value='{minor}'])")).ToContainTextAsync("未成年人");
        await page.Locator($"[value='{minor}']").CheckAsync();
        await page.Locator($"[value='{guardian}']").CheckAsync();
        await EveryPageTests.SeeAsync(page, "family-minor-who", failures);
        await page.Locator("main form button.primary").ClickAsync();
        await page.Locator("main form button.primary").ClickAsync();
        await Assertions.Expect(page.Locator("[data-stage]")).ToHaveAttributeAsync("data-stage", "kinshipChecked");
        await Assertions.Expect(page.Locator("dl.facts")).ToContainTextAsync("周小");
        await Assertions.Expect(page.Locator("dl.facts")).ToContainTextAsync("亲属1");
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public async Task Who_asks_for_more_visits_than_the_month_has_is_told_so_and_shown_other_days()
    {
        Assert.SkipWhen(fixture.Server is null, "No browser.");
        using FamilyScene scene = await FamilyScene.SetAsync(fixture.Server!, "43F1D1", capacity: 3);
        string relative = await scene.Family.VerifiedAsync(scene.Officer, scene.Code, "1");
        string slot = (await scene.Family.SlotsAsync(scene.Code, ChinaDay.Today.AddDays(2)))[0].GetProperty("slotId").GetString()!;
        await scene.Family.BookAsync(slot, "1", relative);
        await scene.Family.BookAsync(slot, "1", relative); // two in the month
        IPage page = await fixture.OpenAsync("en", 390, 844);
        await SignInAsync(page, scene.Account, VisitCalls.Own);
        var failures = new List<string>();
        await page.GotoAsync($"/visits/book/confirm?visitor={relative}&slot={slot}");
        await page.Locator("main form button.primary").ClickAsync();
        await Assertions.Expect(page.Locator(".failure")).ToContainTextAsync("used up");
        await EveryPageTests.SeeAsync(page, "family-used-up", failures);
        await page.GetByText("Choose another time").ClickAsync();
        await Assertions.Expect(page.Locator("a[data-day]").First).ToBeVisibleAsync();
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    private static async Task FillMinorAsync(IPage page, string prison)
    {
        await page.GotoAsync("/relatives/new");
        await page.Locator("[name=prison]").FillAsync(prison);
        await page.Locator("[name=prisonerNumber]").FillAsync("1");
        await page.Locator("[name=relationship]").SelectOptionAsync("child");
        await page.FillPersonAsync("周小", "430981201501011234", VisitCalls.Iso(ChinaDay.Today.AddYears(-10)));
    }
}
