using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests;

/// <summary>Every page, in both languages, wide and on a phone: WCAG 2.2 AA, nothing wider than the screen, no key for a word.</summary>
public sealed class EveryPageTests(BrowserFixture fixture)
{
    private static readonly string[] Rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

    [Theory]
    [InlineData("zh-CN", 1366, 768)]
    [InlineData("en", 390, 844)]
    public async Task A_page_is_accessible_and_fits_its_screen(string language, int width, int height)
    {
        Walker walker = await fixture.Server.WithAlertAsync($"页面{language}");
        await fixture.Server.BindTerminalAsync(walker, language == "en" ? "13970000011" : "13970000012");
        await fixture.Server.ReportAsync("stranger-8", 0, 112.37);
        var failures = new List<string>();
        IPage nobody = await fixture.OpenAsync(language, width, height);
        await ExamineAsync(nobody, "/sign-in", failures);
        IPage officer = await fixture.OpenAsync(language, width, height);
        await SignInAsync(officer, "officer");
        await officer.GotoAsync("/alerts");
        string alert = (await officer.Locator("#alerts tr").Filter(new() { HasText = walker.Name }).Locator("a[href^='/alerts/']").GetAttributeAsync("href"))!;
        foreach (string path in (string[])["/", "/subjects", "/subjects?q=nobody", "/subjects/new", walker.Page, walker.Page + "/replay", walker.Page + "/track", "/alerts", "/alerts?state=resolved", "/alerts/statistics", "/report", "/zones", "/relatives", "/relatives?stage=verified", "/relatives/new", "/visits/statistics", alert, "/account", "/nothing", "/denied", "/error"])
        {
            await ExamineAsync(officer, path, failures);
        }

        foreach ((string account, string[] paths) in ((string, string[])[])[("approver", ["/", walker.Page]), ("auditor", ["/audit/replay", $"/audit/replay?of=subject/{walker.Id}", "/audit/replay?of=board/430981001&known=then", "/audit/looks", "/audit/exports", "/audit/verify", $"/hindsight/subject/{walker.Id}/2"]), ("admin", ["/quarantine", "/quarantine/stranger-8", "/gateways"]), ("prison", ["/", "/?stage=scheduled", "/?stage=inDoubt", "/prisoners", "/prisoners/new", "/prisoners/nobody", "/visits/days", $"/visits/days/{Testing.ChinaDay.Today.AddDays(1):yyyy-MM-dd}"]), ("family", ["/", "/relatives/new", "/visits/book", "/visits/book?nobody=true", "/visits/past", "/messages", "/visits/nothing", "/relatives/nothing"])])
        {
            IPage page = await fixture.OpenAsync(language, width, height);
            await SignInAsync(page, account);
            foreach (string path in paths)
            {
                await ExamineAsync(page, path, failures);
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    private static async Task ExamineAsync(IPage page, string path, List<string> failures)
    {
        await page.GotoAsync(path);
        if (path == "/" && await page.Locator("live-board").CountAsync() > 0)
        {
            await Assertions.Expect(page.Locator("live-board")).ToHaveAttributeAsync("data-state", "live");
        }

        await Assertions.Expect(page.Locator(".map-loading")).ToHaveCountAsync(0);
        await ExamineShownAsync(page, path, failures);
    }

    /// <summary>The page as it stands, and its picture for a person to look at.</summary>
    internal static async Task SeeAsync(IPage page, string name, List<string> failures)
    {
        await PictureAsync(page, name);
        await ExamineShownAsync(page, name, failures);
    }

    /// <summary>The page as it stands.</summary>
    internal static async Task ExamineShownAsync(IPage page, string path, List<string> failures)
    {
        AxeResult found = await page.RunAxe(new AxeRunOptions { RunOnly = new RunOnlyOptions { Type = "tag", Values = [.. Rules] } });
        failures.AddRange(found.Violations.Select(violation => $"{path}: {violation.Id}: {violation.Nodes.FirstOrDefault()?.Html}"));
        if (await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth") is > 0 and var over)
        {
            failures.Add($"{path}: {over} px wider than the screen");
        }

        if (System.Text.RegularExpressions.Regex.Match(await page.Locator("body").InnerTextAsync(), @"\b[A-Z][A-Za-z]+\.[a-z][A-Za-z.]+\b") is { Success: true, Value: var key })
        {
            failures.Add($"{path}: a key where a word should stand: {key}");
        }
    }
}
