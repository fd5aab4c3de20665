using System.Text.Json;
using Correction.Server.Tests.Visits;
using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests.Visits;

/// <summary>The three pages of one visit in three browsers of their own.</summary>
internal sealed record VisitPages(IPage Family, IPage Prison, IPage Officer)
{
    /// <summary>Small pictures, so that a build machine keeps up; and a witness of what really comes in, whatever the page says.</summary>
    private const string Witness = """
        const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = (wanted) => ask({ ...wanted, video: wanted.video && { width: 320, height: 240, frameRate: 10 } });
        const peers = [];
        window.RTCPeerConnection = class extends RTCPeerConnection { constructor(...given) { super(...given); peers.push(this); } };
        window.witness = { received: 0, lastAt: 0, open: () => peers.filter((pc) => pc.connectionState !== "closed").length };
        setInterval(async () => {
          for (const pc of peers) {
            if (pc.connectionState === "closed") continue;
            (await pc.getStats()).forEach((stat) => {
              if (stat.type !== "inbound-rtp" || !stat.lastPacketReceivedTimestamp) return;
              window.witness.received = Math.max(window.witness.received, stat.packetsReceived);
              window.witness.lastAt = Math.max(window.witness.lastAt, stat.lastPacketReceivedTimestamp);
            });
          }
        }, 20);
        """;

    public IEnumerable<(string Name, IPage Page)> All => [("family", Family), ("prison", Prison), ("officer", Officer)];

    public static async Task<VisitPages> OpenAsync(BrowserFixture fixture, RoomScene scene)
    {
        IPage[] pages = await Task.WhenAll(
            PageAsync(fixture, scene, "family", Testing.ServerProcess.Password, 390, 844), PageAsync(fixture, scene, scene.PrisonAccount, VisitCalls.Own, 1024, 768),
            PageAsync(fixture, scene, "officer", Testing.ServerProcess.Password, 1366, 900));
        return new VisitPages(pages[0], pages[1], pages[2]);
    }

    /// <summary>From the open pages to a visit that goes on.</summary>
    /// <param name="link">What a page calls the way by which it receives a party.</param>
    public static async Task<VisitPages> TalkAsync(BrowserFixture fixture, RoomScene scene, Func<string, string> link)
    {
        VisitPages pages = await OpenAsync(fixture, scene);
        await pages.AdmitAsync();
        await pages.SeeEachOtherAsync(link);
        return pages;
    }

    /// <summary>Family and prison test their devices and enter; the officer, who is there, checks who came and admits.</summary>
    public async Task AdmitAsync()
    {
        await Task.WhenAll(EnterAsync(Family), EnterAsync(Prison));
        await Officer.Locator("[data-do=admit]").ClickAsync();
    }

    /// <summary>Until each page decodes more frames of everyone it should see than before.</summary>
    public Task SeeEachOtherAsync(Func<string, string> link) =>
        DecodesMoreAsync((Family, link("prison")), (Prison, link("family")), (Officer, link("family")), (Officer, link("prison")));

    /// <summary>Until each of these pages decodes more frames over its link than before.</summary>
    public static async Task DecodesMoreAsync(params (IPage Page, string Link)[] ways)
    {
        foreach ((IPage page, string link) in ways)
        {
            int before = await FramesAsync(page, link);
            await Testing.Eventually.Until(async () => await FramesAsync(page, link) > before, $"more frames over {link}", TimeSpan.FromSeconds(60));
        }
    }

    /// <summary>When each page last received anything, by the browser's own clock of packets, in milliseconds after that moment.</summary>
    public async Task<Dictionary<string, double>> LastReceivedAfterAsync(double moment)
    {
        var last = new Dictionary<string, double>();
        foreach ((string name, IPage page) in All)
        {
            last[name] = await page.EvaluateAsync<double>("() => window.witness.lastAt") - moment;
        }

        return last;
    }

    public static async Task<IPage> PageAsync(BrowserFixture fixture, RoomScene scene, string account, string password, int width, int height, string language = "zh-CN")
    {
        IPage page = await fixture.OpenAsync(language, width, height, server: scene.Server);
        await page.Context.AddInitScriptAsync(Witness);
        await SignInAsync(page, account, password);
        await page.GotoAsync($"/visits/{scene.Visit}/room");
        return page;
    }

    private static async Task EnterAsync(IPage page)
    {
        await page.Locator("[data-do=enter]:enabled").ClickAsync();
        await Assertions.Expect(page.Locator("visit-room")).ToHaveAttributeAsync("data-connection", "joined");
    }

    private static async Task<int> FramesAsync(IPage page, string link)
    {
        JsonElement? links = await page.EvaluateAsync("() => document.querySelector('visit-room').inbound()");
        return links!.Value.EnumerateArray().Where(one => one.GetProperty("link").GetString() == link).Sum(one => one.GetProperty("framesDecoded").GetInt32());
    }
}
