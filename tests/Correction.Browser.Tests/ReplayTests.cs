using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests;

/// <summary>A day of a subject, played again.</summary>
public sealed class ReplayTests(BrowserFixture fixture)
{
    private static readonly DateTimeOffset Eight = ChinaDay.Yesterday(hour: 8);

    [Fact]
    public async Task An_officer_drags_the_slider_sees_the_position_and_the_zones_of_that_time_and_takes_the_track_along()
    {
        Walker walker = await WalkAsync("回放");
        IPage page = await fixture.OpenAsync();
        await SignInAsync(page, "officer");
        await page.GotoAsync($"{walker.Page}/replay?date={Eight:yyyy-MM-dd}");
        ILocator replay = page.Locator("replay-map[data-ready]");
        await Assertions.Expect(replay).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".replay-clock")).ToHaveTextAsync("08:00:00"); // opens at the first position

        LocatorBoundingBoxResult slider = (await page.Locator("replay-map input[type=range]").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(slider.X + ((slider.Width - 16) / 3) + 8, slider.Y + (slider.Height / 2)); // 8 of 24 hours
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(slider.X + (slider.Width * 0.353f), slider.Y + (slider.Height / 2));
        await page.Mouse.UpAsync();
        Assert.InRange(double.Parse((await replay.GetAttributeAsync("data-at"))!, CultureInfo.InvariantCulture) / 3_600_000, 8.2, 8.7);
        await Assertions.Expect(page.Locator(".replay-where")).ToHaveAttributeAsync("data-unknown", "true"); // half past eight lies in the gap
        await Assertions.Expect(page.Locator(".replay-where")).ToContainTextAsync("08:14:00 之后位置不明");

        await page.Locator("a[data-seek]").First.ClickAsync(); // the stop
        await Assertions.Expect(page.Locator(".replay-clock")).ToHaveTextAsync("08:00:00");
        await page.Locator("replay-map input[type=range]").FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(page.Locator(".replay-clock")).ToHaveTextAsync("08:00:10");
        await page.GetByRole(AriaRole.Button, new() { Name = "下一个定位" }).ClickAsync();
        await Assertions.Expect(page.Locator(".replay-where")).ToContainTextAsync("08:01:00 定位");
        await Assertions.Expect(page.Locator(".replay-where")).ToContainTextAsync("112.36000, 28.85000");
        await page.GetByRole(AriaRole.Button, new() { Name = "播放" }).ClickAsync();
        await Assertions.Expect(page.Locator(".replay-clock")).Not.ToHaveTextAsync("08:01:00");
        await page.GetByRole(AriaRole.Button, new() { Name = "暂停" }).ClickAsync();
        await Assertions.Expect(page.Locator("replay-map .zone-list")).ToContainTextAsync("没有设定区域"); // it was laid today
        await PictureAsync(page, "replay");

        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.GetByText("导出 GPX").ClickAsync());
        XDocument gpx = XDocument.Load(await download.PathAsync());
        XNamespace space = "http://www.topografix.com/GPX/1/1";
        Assert.Equal([15, 6], gpx.Descendants(space + "trkseg").Select(segment => segment.Elements(space + "trkpt").Count()));
        Assert.DoesNotContain(walker.Name, gpx.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Zones_appear_when_they_were_laid_and_late_positions_only_when_they_arrived()
    {
        await ChinaDay.HasAsync(left: TimeSpan.FromMinutes(2), gone: TimeSpan.FromMinutes(11)); // it walks for ten minutes
        Walker walker = await fixture.Server.WithAlertAsync("回放当日");
        IPage page = await fixture.OpenAsync("en");
        await SignInAsync(page, "officer");
        await page.GotoAsync($"{walker.Page}/replay");
        await Assertions.Expect(page.Locator("replay-map[data-ready]")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("replay-map .zone-list")).ToContainTextAsync("No zones");
        await Assertions.Expect(page.Locator(".replay-where")).ToContainTextAsync("late"); // ten minutes after it was there
        await page.GetByLabel("As known then").CheckAsync();
        await Assertions.Expect(page.Locator(".replay-where")).ToContainTextAsync("No position of this day yet");
        await page.GetByLabel("As known then").UncheckAsync();

        await page.Locator("section:has(#alerts) a[data-seek]").ClickAsync();
        await Assertions.Expect(page.Locator("replay-map .zone-list")).ToContainTextAsync("学校周边");
        await Assertions.Expect(page.Locator("section:has(#alerts)")).ToContainTextAsync("Entered an exclusion zone");
    }

    [Fact]
    public async Task An_officer_sees_a_year_on_the_map_and_goes_from_a_day_of_it_to_its_replay()
    {
        Walker walker = await WalkAsync("长期轨迹");
        IPage page = await fixture.OpenAsync();
        await SignInAsync(page, "officer");
        await page.GotoAsync(walker.Page);
        await page.GetByRole(AriaRole.Link, new() { Name = "一段时间的轨迹" }).ClickAsync();
        await Assertions.Expect(page.Locator("period-map[data-drawn]")).ToBeVisibleAsync();
        await page.Locator("period-map canvas").EvaluateAsync("map => map.dataset.first = 'yes'");
        await page.GetByLabel("时长").SelectOptionAsync("year");
        await page.GetByRole(AriaRole.Button, new() { Name = "查看" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("span=year"));
        await Assertions.Expect(page.Locator("period-map[data-drawn] canvas[data-first]")).ToBeVisibleAsync(); // the map that was open
        await Assertions.Expect(page.Locator("[data-part=summary]")).ToContainTextAsync("不超过 20 米");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("共 21 个定位");
        await PictureAsync(page, "period");
        await page.EvaluateAsync("location.hash = 'main'"); // as the link past the menu does
        await Assertions.Expect(page.Locator("canvas[data-first]")).ToBeVisibleAsync();

        await page.GetByLabel("截至").FillAsync("2020-01-01");
        await page.GetByRole(AriaRole.Button, new() { Name = "查看" }).ClickAsync();
        await Assertions.Expect(page.Locator("main .empty")).ToBeVisibleAsync(); // nothing to draw: a page of its own
        await page.GoBackAsync();
        await Assertions.Expect(page.Locator("period-map[data-drawn]")).ToBeVisibleAsync();

        await page.Locator("section:has(#days) tbody a").ClickAsync();
        await Assertions.Expect(page.Locator(".replay-clock")).ToHaveTextAsync("08:00:00");
    }

    /// <summary>Yesterday from eight: a quarter of an hour at home, a gap, a walk.</summary>
    private async Task<Walker> WalkAsync(string name)
    {
        Walker walker = await fixture.Server.RegisterAsync(name);
        foreach (int minute in Enumerable.Range(0, 15))
        {
            await fixture.Server.ReportAsync(walker.Device, Eight.AddMinutes(minute), 112.36);
        }

        foreach (int minute in Enumerable.Range(60, 6))
        {
            await fixture.Server.ReportAsync(walker.Device, Eight.AddMinutes(minute), 112.36 + ((minute - 59) * 0.001));
        }

        return walker;
    }
}
