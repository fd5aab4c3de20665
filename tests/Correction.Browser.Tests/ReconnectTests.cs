using Correction.Testing;
using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests;

/// <summary>The server dies as in a power cut, and comes back.</summary>
public sealed class ReconnectTests(BrowserFixture fixture)
{
    [Fact]
    public async Task The_board_keeps_what_it_shows_says_so_and_goes_on_when_the_server_is_back()
    {
        Assert.SkipWhen(fixture.Server is null, "No browser.");
        await using ServerProcess server = await ServerProcess.StartAsync();
        Walker walker = await server.RegisterAsync("断线重连");
        await server.ReportAsync(walker.Device, 0, 112.36);
        IPage page = await fixture.OpenAsync(server: server);
        await SignInAsync(page, "officer");
        ILocator board = page.Locator("live-board");
        ILocator row = page.Locator($".board-list li[data-subject-id='{walker.Id}']");
        await Assertions.Expect(board).ToHaveAttributeAsync("data-state", "live");
        await Assertions.Expect(row).ToHaveAttributeAsync("data-lon", "112.36");

        await server.KillAsync();
        await Assertions.Expect(board).ToHaveAttributeAsync("data-state", "reconnecting");
        await Assertions.Expect(page.Locator(".board-status")).ToContainTextAsync("正在重连");
        await Assertions.Expect(row).ToBeVisibleAsync(); // an officer goes on reading
        await PictureAsync(page, "board-reconnecting");

        await server.RunAsync();
        await Assertions.Expect(board).ToHaveAttributeAsync("data-state", "live", new() { Timeout = 60_000 });
        await server.ReportAsync(walker.Device, 1, 112.361);
        await Assertions.Expect(row).ToHaveAttributeAsync("data-lon", "112.361");
    }
}
