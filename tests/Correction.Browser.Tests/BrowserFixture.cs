using System.Text.RegularExpressions;
using Correction.Testing;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Correction.Browser.Tests.BrowserFixture))]
[assembly: Xunit.v3.TestPipelineStartup(typeof(Correction.Testing.PostgresOfTheRun))]
[assembly: Correction.Browser.Tests.ClosePages]

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
        Assertions.SetDefaultExpectTimeout(30_000); // a build machine at work draws maps slowly
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args =
            [
                "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking",
                // visits: a camera and a microphone that need nobody's leave, and addresses that two pages of one machine reach
                "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required", "--disable-features=WebRtcHideLocalIpsWithMdns",
                "--allow-loopback-in-peer-connection",
            ],
        });
    }

    /// <param name="server">Another server than the shared one.</param>
    public async Task<IPage> OpenAsync(string language = "zh-CN", int width = 1366, int height = 768, bool script = true, ServerProcess? server = null)
    {
        Assert.SkipWhen(_browser is null, $"No browser at {Chromium}: install chromium to run the browser tests.");
        IBrowserContext context = await _browser!.NewContextAsync(new()
        {
            BaseURL = (server ?? Server).Address.ToString(),
            ViewportSize = new() { Width = width, Height = height },
            Locale = language == "en" ? "en-GB" : language,
            TimezoneId = "Asia/Shanghai",
            JavaScriptEnabled = script,
        });
        context.SetDefaultTimeout(30_000);
        ClosePagesAttribute.After(context);
        context.Response += (_, answer) => TellOfFailure(answer, server ?? Server);
        IPage page = await context.NewPageAsync();
        if (language != "zh-CN")
        {
            await page.GotoAsync($"/culture?c={language}&returnUrl=/sign-in");
        }

        return page;
    }

    /// <summary>Signs in as a person does: the form, the button.</summary>
    public static async Task SignInAsync(IPage page, string account, string password = ServerProcess.Password)
    {
        await EnterAsync(page, account, password);
        try
        {
            // Asked again and again: a navigation may be over before a wait for it begins.
            await Assertions.Expect(page).Not.ToHaveURLAsync(new Regex("/sign-in"));
        }
        catch (PlaywrightException refused)
        {
            throw new InvalidOperationException($"{account} was not let in. The page at {page.Url} says: {await page.Locator("main").InnerTextAsync()}", refused);
        }
    }

    /// <summary>The same without waiting to be let in.</summary>
    public static async Task EnterAsync(IPage page, string account, string password)
    {
        await page.GotoAsync("/sign-in");
        await page.Locator("main input:not([type=hidden])").First.FillAsync(account);
        await page.Locator("input[type=password]").FillAsync(password);
        await page.Locator("main button[type=submit]").ClickAsync();
    }

    /// <summary>Keeps a picture for a person to look at, where a folder for them is named.</summary>
    public static async Task PictureAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("CORRECTION_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png") });
        }
    }

    /// <summary>What hangs as it closes must not keep a run from its end; all tests are over.</summary>
    private static async Task PatientlyAsync(Task closing, string what)
    {
        try
        {
            await closing.WaitAsync(TimeSpan.FromMinutes(1));
        }
        catch (TimeoutException late)
        {
            Console.Error.WriteLine($"{what} did not close within a minute: {late.Message}");
        }
    }

    /// <summary>A test that waits for what a failed page does not hold would not say why.</summary>
    private static void TellOfFailure(IResponse answer, ServerProcess server)
    {
        if (answer.Status >= 500)
        {
            Console.Error.WriteLine($"{answer.Request.Method} {answer.Url}: {answer.Status}. The server's last words:\n{string.Join('\n', server.Output.Split('\n').TakeLast(40))}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await PatientlyAsync(ClosePagesAttribute.ClosedAsync(), "A page");
            await PatientlyAsync(_browser.CloseAsync(), "The browser");
        }

        _playwright?.Dispose(); // kills what is left
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }
    }
}
