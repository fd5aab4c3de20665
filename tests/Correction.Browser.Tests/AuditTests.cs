using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests;

/// <summary>What an auditor does with a closed case.</summary>
public sealed class AuditTests(BrowserFixture fixture)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_auditor_plays_the_evening_of_a_closed_case_on_both_clocks_and_sees_who_looked()
    {
        (Walker walker, string alert) = await ClosedCaseAsync("结案回看");
        IPage page = await fixture.OpenAsync();
        await SignInAsync(page, "auditor");
        await page.GotoAsync("/audit/replay");
        await page.GetByLabel("重放对象").FillAsync($"subject/{walker.Id}");
        await page.GetByRole(AriaRole.Button, new() { Name = "查看" }).ClickAsync();

        ILocator film = page.Locator("replay-film[data-ready]");
        await Assertions.Expect(film).ToBeVisibleAsync();
        ILocator slider = film.Locator("input[type=range]");
        await slider.FillAsync((await film.GetAttributeAsync("data-to"))!); // the end of the day
        await Assertions.Expect(film.Locator("tr[data-key=openAlerts]")).ToContainTextAsync("无");
        await Assertions.Expect(film.Locator("tr[data-key=zones]")).ToContainTextAsync("学校周边");
        await slider.FillAsync((await film.GetAttributeAsync("data-from"))!); // its beginning: nobody was registered
        await Assertions.Expect(film.Locator("tbody tr")).ToHaveCountAsync(0);

        await film.GetByLabel("按当时所知").CheckAsync();
        await film.GetByLabel("播放速度").SelectOptionAsync("3600");
        await film.GetByRole(AriaRole.Button, new() { Name = "播放" }).ClickAsync();
        await Assertions.Expect(film.Locator("tr[data-key=status]")).ToBeVisibleAsync(); // played to where the case begins
        await Assertions.Expect(page.Locator("#look-table")).ToContainTextAsync("对象档案");
        await Assertions.Expect(page.Locator("#look-table")).ToContainTextAsync("officer");
        await PictureAsync(page, "audit-replay");

        await page.GotoAsync($"/hindsight/alert/{alert}/3");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("事后没有得知会影响这项决定的事");
        await page.GotoAsync($"/audit/looks?subject={walker.Id}&account=officer");
        await Assertions.Expect(page.Locator("#look-table tbody tr").First).ToContainTextAsync("officer");
        await PictureAsync(page, "audit-looks");
        IDownload export = await page.RunAndWaitForDownloadAsync(() => page.GetByText("导出 CSV").ClickAsync());
        string[] lines = await File.ReadAllLinesAsync((await export.PathAsync())!, Cancellation);
        Assert.StartsWith("sequence,at,account", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines[1..], line => line.Contains(walker.Id, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.DoesNotContain(walker.Name, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_script_the_form_shows_a_moment_of_a_station_and_the_links_lead_from_change_to_change()
    {
        (Walker walker, _) = await ClosedCaseAsync("无脚本回看");
        IPage page = await fixture.OpenAsync("en", script: false);
        await SignInAsync(page, "auditor");
        await page.GotoAsync("/audit/replay?of=board/430981001&known=then");
        ILocator row = page.Locator($"tr[data-key='{walker.Id}']");
        await Assertions.Expect(row).ToContainTextAsync("In breach");
        await PictureAsync(page, "audit-board");
        await page.GotoAsync($"/audit/replay?of=subject/{walker.Id}");
        await Assertions.Expect(page.Locator("#film tr[data-key=zones]")).ToContainTextAsync("学校周边");
        ILocator moment = page.GetByLabel("Moment shown");
        for (int step = 0; step < 2; step++)
        {
            string shown = await moment.InputValueAsync();
            await page.GetByText("Change before").ClickAsync();
            await Assertions.Expect(moment).Not.ToHaveValueAsync(shown);
        }
    }

    /// <summary>A breach whose alert was taken and resolved.</summary>
    private async Task<(Walker Walker, string Alert)> ClosedCaseAsync(string name)
    {
        Walker walker = await fixture.Server.WithAlertAsync(name);
        using HttpClient officer = await fixture.Server.AsAsync("officer");
        JsonElement alerts = await officer.GetFromJsonAsync<JsonElement>($"api/v1/alerts?subject={walker.Id}", Cancellation);
        string alert = alerts.GetProperty("items")[0].GetProperty("id").GetString()!;
        foreach ((string path, object body) in ((string, object)[])[("acknowledge", new { note = "已联系" }), ("resolve", new { outcome = "confirmed", note = "已谈话" })])
        {
            using HttpResponseMessage answer = await officer.PostAsJsonAsync($"api/v1/alerts/{alert}/{path}", body, Cancellation);
            Assert.True(answer.IsSuccessStatusCode, string.Create(CultureInfo.InvariantCulture, $"{path}: {answer.StatusCode}"));
        }

        await officer.GetFromJsonAsync<JsonElement>($"api/v1/subjects/{walker.Id}", Cancellation);
        return (walker, alert);
    }
}
