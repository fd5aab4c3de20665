using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests;

/// <summary>An officer receives a subject, binds and unbinds a device; the county approves electronic positioning.</summary>
public sealed class RegistrationTests(BrowserFixture fixture)
{
    private const string Bracelet = "bracelet-4711";

    [Fact]
    public async Task A_refused_registration_keeps_its_input_and_names_the_field_and_a_mended_one_opens_the_dossier()
    {
        IPage page = await fixture.OpenAsync();
        await SignInAsync(page, "officer");
        await page.GotoAsync("/subjects");
        await page.Locator("a[href='/subjects/new']").ClickAsync();
        await FillAsync(page, idNumber: "4309811990010112", to: "2027-01-01");
        await SubmitAsync(page);

        ILocator idNumber = page.Locator("[name='person.idNumber']");
        await Assertions.Expect(idNumber).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(idNumber).ToBeFocusedAsync();
        await Assertions.Expect(page.Locator("#f-person-idNumber-error")).ToContainTextAsync("18 位");
        await Assertions.Expect(page.Locator("[aria-invalid]")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("[name='person.name']")).ToHaveValueAsync("登记对象");
        await Assertions.Expect(page.Locator("[name='category']")).ToHaveValueAsync("parole");

        await idNumber.FillAsync("430981199001011234");
        await page.Locator("[name='term.to']").FillAsync("2025-01-01");
        await SubmitAsync(page);
        await Assertions.Expect(page.Locator("#f-term-to-error")).ToContainTextAsync("截止日");
        await Assertions.Expect(page.Locator("[role=alert]")).ToContainTextAsync("《社区矫正法》第二十二条");

        await page.Locator("[name='term.to']").FillAsync("2027-01-01");
        await SubmitAsync(page);
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("登记对象");
        await Assertions.Expect(page.Locator(".timeline")).ToContainTextAsync("登记接收");
    }

    [Fact]
    public async Task A_bracelet_needs_an_order_of_the_county_and_is_bound_and_unbound_by_the_station()
    {
        Walker walker = await fixture.Server.RegisterAsync("电子定位");
        IPage officer = await fixture.OpenAsync();
        await SignInAsync(officer, "officer");
        await officer.GotoAsync(walker.Page);
        await Assertions.Expect(officer.Locator("form:has([name=ground])")).ToHaveCountAsync(0); // the station does not order it
        await BindBraceletAsync(officer);
        await Assertions.Expect(officer.Locator("[role=alert]")).ToContainTextAsync("电子定位装置须有有效审批");
        await Assertions.Expect(officer.Locator("[name=deviceId]")).ToHaveValueAsync(Bracelet);

        IPage approver = await fixture.OpenAsync();
        await SignInAsync(approver, "approver");
        await approver.GotoAsync(walker.Page);
        await approver.Locator("section:has(#orders) summary").ClickAsync();
        await approver.Locator("[name=ground][value=restrainingOrderViolated]").CheckAsync();
        string from = await approver.Locator("section:has(#orders) [name=from]").InputValueAsync();
        await approver.Locator("section:has(#orders) [name=to]").FillAsync(Plus(from, months: 4));
        await approver.Locator("section:has(#orders) button[type=submit]").ClickAsync();
        await Assertions.Expect(approver.Locator("[role=alert]")).ToContainTextAsync("三个月");
        await approver.Locator("section:has(#orders) [name=to]").FillAsync(Plus(from, months: 2));
        await approver.Locator("section:has(#orders) button[type=submit]").ClickAsync();
        await Assertions.Expect(approver.Locator("section:has(#orders) .tag")).ToHaveTextAsync("有效");

        await officer.GotoAsync(walker.Page);
        await BindBraceletAsync(officer);
        ILocator row = officer.Locator("section:has(#devices) tr").Filter(new() { HasText = Bracelet });
        await Assertions.Expect(row).ToContainTextAsync("电子定位装置");
        await row.Locator("button").ClickAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);
        await Assertions.Expect(officer.Locator(".timeline li").First).ToContainTextAsync("解绑设备");
        await Assertions.Expect(officer.Locator(".timeline")).ToContainTextAsync("《社区矫正法》第二十九条");
    }

    private static async Task BindBraceletAsync(IPage page)
    {
        ILocator form = page.Locator("section:has(#devices) details");
        if (await form.GetAttributeAsync("open") is null)
        {
            await form.Locator("summary").ClickAsync();
        }

        await form.Locator("[name=deviceId]").FillAsync(Bracelet);
        await form.Locator("[name=protocol]").SelectOptionAsync("osmand");
        await form.Locator("[name=kind]").SelectOptionAsync("bracelet");
        await form.Locator("button[type=submit]").ClickAsync();
    }

    private static string Plus(string date, int months) => NodaTime.Text.LocalDatePattern.Iso.Format(NodaTime.Text.LocalDatePattern.Iso.Parse(date).Value.PlusMonths(months));

    private static async Task FillAsync(IPage page, string idNumber, string to)
    {
        foreach ((string name, string value) in ((string, string)[])[
            ("person.name", "登记对象"), ("person.idNumber", idNumber), ("person.birthDate", "1990-01-01"), ("judgment.court", "沅江市人民法院"),
            ("judgment.documentNumber", "（2026）湘0981刑初2号"), ("judgment.effectiveOn", "2026-01-01"), ("term.from", "2026-01-10"), ("term.to", to)])
        {
            await page.Locator($"[name='{name}']").FillAsync(value);
        }

        foreach ((string name, string value) in ((string, string)[])[("person.sex", "female"), ("category", "parole"), ("jurisdiction", "430981001")])
        {
            await page.Locator($"[name='{name}']").SelectOptionAsync(value);
        }
    }

    private static Task SubmitAsync(IPage page) => page.Locator("main form button[type=submit]").ClickAsync();
}
