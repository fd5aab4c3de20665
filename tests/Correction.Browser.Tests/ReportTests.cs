using System.Net.Http.Json;
using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests;

/// <summary>The work report as the county's leader reads it: the figures, another period beside them, and from a number to its events.</summary>
public sealed class ReportTests(BrowserFixture fixture)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("zh-CN", 1366, 768, "调解成功率", "人民调解结束")]
    [InlineData("en", 390, 844, "Share settled", "Mediation concluded")]
    public async Task A_leader_computes_a_year_compares_it_and_goes_from_a_number_to_its_events(string language, int width, int height, string share, string happened)
    {
        await RecordAsync(language == "en" ? 2011 : 2013);
        string year = language == "en" ? "2011" : "2013", before = language == "en" ? "2010" : "2012";
        IPage page = await fixture.OpenAsync(language, width, height);
        await SignInAsync(page, "leader");
        await page.GotoAsync("/report");
        foreach ((string field, string date) in ((string, string)[])[("from", $"{year}-01-01"), ("to", $"{year}-12-31"), ("compareFrom", $"{before}-01-01"), ("compareTo", $"{before}-12-31")])
        {
            await page.Locator($"[name={field}]").FillAsync(date);
        }

        await page.Locator("form.filters button").ClickAsync();

        ILocator mediated = page.Locator("tr[data-measure=disputesMediated]");
        await Assertions.Expect(mediated.Locator("a").First).ToHaveTextAsync("3");
        await Assertions.Expect(mediated.Locator("a").Last).ToHaveTextAsync("0");
        await Assertions.Expect(mediated.Locator("td").Last).ToHaveTextAsync("+3");
        await Assertions.Expect(page.Locator("tr[data-share=settled]")).ToContainTextAsync(share);
        await Assertions.Expect(page.Locator("tr[data-share=settled]")).ToContainTextAsync("66.7%");
        var failures = new List<string>();
        await EveryPageTests.ExamineShownAsync(page, "/report", failures);
        await PictureAsync(page, $"report-{language}");

        await mediated.Locator("a").First.ClickAsync();
        await Assertions.Expect(page.Locator("#steps tbody tr")).ToHaveCountAsync(3);
        await Assertions.Expect(page.Locator("#steps tbody tr").First).ToContainTextAsync(happened);
        await Assertions.Expect(page.Locator("#steps tbody tr").First).ToContainTextAsync("approver");
        await EveryPageTests.ExamineShownAsync(page, "/report/disputesMediated", failures);
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public async Task A_period_that_is_none_is_told_and_on_paper_stand_the_figures_without_menus_and_forms()
    {
        IPage page = await fixture.OpenAsync();
        await SignInAsync(page, "leader");
        await page.GotoAsync("/report?from=2011-12-31&to=2011-01-01");
        await Assertions.Expect(page.Locator("[role=alert]")).ToBeVisibleAsync();
        await page.GotoAsync("/report?from=2009-01-01&to=2009-12-31");
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await Assertions.Expect(page.Locator("#report")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("header.top")).ToBeHiddenAsync();
        await Assertions.Expect(page.Locator("form.filters")).ToBeHiddenAsync();
        await page.GotoAsync("/report/salaries?from=2009-01-01&to=2009-12-31");
        await Assertions.Expect(page.Locator("section.notice")).ToBeVisibleAsync();
    }

    /// <summary>Three disputes that ended, two of them settled, and one that goes on.</summary>
    private async Task RecordAsync(int year)
    {
        using HttpClient approver = await fixture.Server.AsAsync("approver");
        using HttpResponseMessage taken = await approver.PostAsJsonAsync(
            $"api/v1/work-registers/430981/mediation/{year}/records",
            new
            {
                source = "调解台账",
                records = Enumerable.Range(1, 4).Select(number => new
                {
                    number = $"{number}",
                    jurisdiction = "430981001",
                    dispute = "neighbours",
                    acceptedOn = $"{year}-05-0{number}",
                    concludedOn = number == 4 ? null : $"{year}-06-0{number}",
                    outcome = number switch { 4 => null, 3 => "failed", _ => "agreed" },
                }),
            },
            Cancellation);
        taken.EnsureSuccessStatusCode();
    }
}
