using Correction.Testing;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Correction.Browser.Tests.BrowserFixture))]

namespace Correction.Browser.Tests;

/// <summary>A real Chromium before a real server. Where Chromium is absent, the tests skip and say so.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public ServerProcess Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Chromium))
        {
            return;
        }

        Server = await ServerProcess.StartAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking"],
        });
    }

    public async Task<IPage> OpenAsync(string language = "zh-CN", int width = 1366, int height = 768)
    {
        Assert.SkipWhen(_browser is null, $"No browser at {Chromium}: install chromium to run the browser tests.");
        IBrowserContext context = await _browser!.NewContextAsync(new() { BaseURL = Server.Address.ToString(), ViewportSize = new() { Width = width, Height = height } });
        context.SetDefaultTimeout(30_000);
        IPage page = await context.NewPageAsync();
        if (language != "zh-CN")
        {
            await page.GotoAsync($"/culture?c={language}&returnUrl=/sign-in");
        }

        return page;
    }

    /// <summary>Signs in as a person does: the form, the button.</summary>
    public static async Task SignInAsync(IPage page, string account)
    {
        await page.GotoAsync("/sign-in");
        await page.Locator("main input:not([type=hidden])").First.FillAsync(account);
        await page.Locator("input[type=password]").FillAsync(ServerProcess.Password);
        await page.Locator("main button[type=submit]").ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal));
    }

    /// <summary>Keeps a picture for a person to look at, where a folder for them is named.</summary>
    public static async Task PictureAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("CORRECTION_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png") });
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }
    }
}
