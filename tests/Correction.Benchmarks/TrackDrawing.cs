using System.Diagnostics;
using System.Globalization;
using Correction.Domain;
using Correction.Testing;
using Microsoft.Playwright;
using NodaTime;
using NodaTime.Text;

namespace Correction.Benchmarks;

/// <summary>
/// From the click to the lines on the map: a period asked for, read, thinned, sent, laid out and drawn, in a real browser that
/// has been on the page before; a year against a week of the same track. Chosen on the page, as officers do, and as a page of
/// its own, which opens its map first.
/// </summary>
internal static class TrackDrawing
{
    private const string Chromium = "/usr/bin/chromium";
    private const string Drawn = "period-map[data-drawn]";
    private const int Times = 5;

    public static async Task RunAsync(string connection, SubjectId subject, LocalDate last)
    {
        if (!File.Exists(Chromium))
        {
            Console.WriteLine($"No browser at {Chromium}: the drawing is not measured.");
            return;
        }

        await using ServerProcess server = await ServerProcess.StartAsync(("ConnectionStrings__Correction", connection), ("Logging__LogLevel__Default", "Warning"));
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium, Args = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
        });
        IPage page = await browser.NewPageAsync(new() { BaseURL = server.Address.ToString(), ViewportSize = new() { Width = 1366, Height = 768 } });
        page.SetDefaultTimeout(60_000);
        await page.GotoAsync("/sign-in");
        await page.Locator("main input:not([type=hidden])").First.FillAsync("officer");
        await page.Locator("input[type=password]").FillAsync(ServerProcess.Password);
        await page.Locator("main button[type=submit]").ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal), new() { WaitUntil = WaitUntilState.Commit });

        double week = await MedianAsync("opened, week", () => OpenAsync("week")), year = await MedianAsync("opened, year", () => OpenAsync("year"));
        double chosenWeek = await MedianAsync("chosen, week", () => ChooseAsync("week")), chosenYear = await MedianAsync("chosen, year", () => ChooseAsync("year"));
        Figure.Print(Figure.Of("track-year-drawn", chosenYear, "s", chosenWeek), Figure.Of("track-year-opened", year, "s", week));

        string Address(string span) => $"/subjects/{subject}/track?span={span}&date={LocalDatePattern.Iso.Format(last)}";

        async Task<double> OpenAsync(string span)
        {
            await page.GotoAsync("/account");
            return await DrawnAfterAsync(page, () => page.GotoAsync(Address(span), new() { WaitUntil = WaitUntilState.Commit }));
        }

        async Task<double> ChooseAsync(string span)
        {
            await page.GotoAsync(Address("month"));
            await page.WaitForSelectorAsync(Drawn);
            await page.Locator("select[name=span]").SelectOptionAsync(span);
            return await DrawnAfterAsync(page, () => page.Locator("form.filters button").ClickAsync());
        }
    }

    private static async Task<double> MedianAsync(string what, Func<Task<double>> draw)
    {
        await draw(); // the browser keeps what pages share
        var times = new List<double>();
        for (int time = 0; time < Times; time++)
        {
            times.Add(await draw());
        }

        Console.WriteLine($"{what}: drawn after {string.Join(", ", times.Select(each => each.ToString("F2", CultureInfo.InvariantCulture)))} s");
        return times.Order().ElementAt(Times / 2);
    }

    /// <summary>Seconds from the click to its lines on the map.</summary>
    private static async Task<double> DrawnAfterAsync(IPage page, Func<Task> click)
    {
        long begun = Stopwatch.GetTimestamp();
        await click();
        await page.WaitForSelectorAsync(Drawn, new() { State = WaitForSelectorState.Attached });
        return Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}
