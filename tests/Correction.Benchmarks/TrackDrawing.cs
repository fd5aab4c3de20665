using System.Diagnostics;
using System.Globalization;
using Correction.Domain;
using Correction.Testing;
using Microsoft.Playwright;
using NodaTime;
using NodaTime.Text;

namespace Correction.Benchmarks;

/// <summary>
/// From the click to the lines on the map: the page of a period asked for, read, thinned, sent, laid out and drawn, in a real
/// browser that has been on the page before; a year against a week of the same track.
/// </summary>
internal static class TrackDrawing
{
    private const string Chromium = "/usr/bin/chromium";
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

        double week = await MedianAsync(page, Address("week")), year = await MedianAsync(page, Address("year"));
        Figure.Print(Figure.Of("track-year-drawn", year, "s", week));

        string Address(string span) => $"/subjects/{subject}/track?span={span}&date={LocalDatePattern.Iso.Format(last)}";
    }

    private static async Task<double> MedianAsync(IPage page, string address)
    {
        await DrawAsync(page, address); // the browser keeps what pages share
        var times = new List<(double Answered, double Drawn)>();
        for (int time = 0; time < Times; time++)
        {
            times.Add(await DrawAsync(page, address));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{address}: answered and drawn after {string.Join(", ", times.Select(each => $"{each.Answered:F2} and {each.Drawn:F2}"))} s"));
        return times.Select(each => each.Drawn).Order().ElementAt(Times / 2);
    }

    /// <summary>Seconds from the click to the beginning of the answer, and to its lines on the map.</summary>
    private static async Task<(double Answered, double Drawn)> DrawAsync(IPage page, string address)
    {
        await page.GotoAsync("/account");
        long begun = Stopwatch.GetTimestamp();
        await page.GotoAsync(address, new() { WaitUntil = WaitUntilState.Commit });
        double answered = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        await page.WaitForSelectorAsync("period-map[data-drawn]", new() { State = WaitForSelectorState.Attached });
        return (answered, Stopwatch.GetElapsedTime(begun).TotalSeconds);
    }
}
