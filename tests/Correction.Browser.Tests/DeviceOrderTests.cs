using System.Net.Sockets;
using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests;

/// <summary>Orders to a terminal from its subject's page, and what the administrator sees of the gateways.</summary>
public sealed class DeviceOrderTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData("zh-CN", "13970000001", "立即定位", "临时位置跟踪", "待发送", "每 10 秒，持续 600 秒")]
    [InlineData("en", "13970000002", "Locate now", "Temporary tracking", "Waiting", "every 10 s for 600 s")]
    public async Task An_officer_orders_a_terminal_that_is_away_and_sees_that_the_orders_wait(
        string language, string terminal, string locate, string track, string waiting, string every)
    {
        Walker walker = await fixture.Server.RegisterAsync($"指令{language}");
        await fixture.Server.BindTerminalAsync(walker, terminal);
        IPage page = await fixture.OpenAsync(language, script: false);
        await SignInAsync(page, "officer");
        await page.GotoAsync(walker.Page);
        ILocator section = page.Locator($"[data-orders='{terminal}']");
        await GiveAsync(section, locate);
        await Assertions.Expect(section.Locator("[data-order]")).ToHaveCountAsync(1);
        await Assertions.Expect(section.Locator("[data-state=requested]")).ToContainTextAsync(waiting);
        await GiveAsync(section, track);
        await Assertions.Expect(section.Locator("[data-order]").First).ToContainTextAsync(every);

        await section.Locator("summary").ClickAsync();
        await section.Locator("textarea").FillAsync("请速回电 0737-0000000");
        await section.Locator("form:has(textarea) button").ClickAsync();
        await Assertions.Expect(section.Locator("[data-order]").First).ToContainTextAsync("请速回电");
        await Assertions.Expect(section.Locator("[data-order]")).ToHaveCountAsync(3);
        await PictureAsync(page, $"orders-{language}");
    }

    [Theory]
    [InlineData("zh-CN", "帧前的杂乱字节")]
    [InlineData("en", "Bytes before a frame")]
    public async Task The_administrator_sees_what_a_gateway_could_not_read(string language, string garbage)
    {
        using var stranger = new TcpClient();
        await stranger.ConnectAsync("localhost", fixture.Server.Jt808, TestContext.Current.CancellationToken);
        await stranger.GetStream().WriteAsync(new byte[] { 0x30, 0x31, 0x7E, 0x30, 0x7E }, TestContext.Current.CancellationToken);
        IPage page = await fixture.OpenAsync(language);
        await SignInAsync(page, "admin");
        await page.GotoAsync("/gateways");
        await Testing.Eventually.Until(
            async () =>
            {
                await page.ReloadAsync();
                return await page.Locator("[data-gateway=jt808] [data-source]").Filter(new() { HasText = garbage }).CountAsync() > 0;
            },
            "the gateway's page to count the stranger's bytes");
        await Assertions.Expect(page.Locator("[data-gateway=osmand] .num").First).ToHaveTextAsync(fixture.Server.OsmAnd.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await PictureAsync(page, $"gateways-{language}");
    }

    private static async Task GiveAsync(ILocator section, string order)
    {
        await section.Locator("summary").ClickAsync();
        await section.GetByRole(AriaRole.Button, new() { Name = order }).ClickAsync();
    }
}
