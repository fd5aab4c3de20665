using Correction.Server.Tests.Visits;
using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests;

/// <summary>An officer who finds a relative among the subjects says so, and an auditor sees each look.</summary>
public sealed class RelationTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData("zh-CN", "您已申报与此人有近亲属关系", "查阅本人已申报的近亲属")]
    [InlineData("en", "You declared that this person is a relative of yours", "A look at a declared relative")]
    public async Task An_officer_declares_a_relative_and_the_auditor_sees_the_look(string language, string declared, string rule)
    {
        string account = $"recusal.{language.ToLowerInvariant()}";
        using HttpClient opened = await fixture.Server.AsNewAsync(account, "officer", "430981001");
        Walker walker = await fixture.Server.RegisterAsync($"申报{language}");
        IPage officer = await fixture.OpenAsync(language, script: false);
        await SignInAsync(officer, account, VisitCalls.Own);
        await officer.GotoAsync(walker.Page);
        ILocator section = officer.Locator("section:has(#relation)");
        await section.Locator("summary").ClickAsync();
        await section.Locator("[name=related]").CheckAsync();
        await section.Locator("button").ClickAsync();
        await Assertions.Expect(section).ToContainTextAsync(declared);
        await PictureAsync(officer, $"relation-{language}");

        IPage auditor = await fixture.OpenAsync(language, script: false);
        await SignInAsync(auditor, "auditor");
        await auditor.GotoAsync("/audit/looks");
        await Assertions.Expect(auditor.Locator("tr").Filter(new() { HasText = account }).Filter(new() { HasText = rule }).First).ToBeVisibleAsync();
        await PictureAsync(auditor, $"relation-looks-{language}");
    }
}
