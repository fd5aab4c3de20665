using System.Security.Cryptography;
using System.Text.Json;
using Correction.Server.Tests.Visits;
using Microsoft.Playwright;

namespace Correction.Browser.Tests.Visits;

/// <summary>The cut, and what is left of a visit, whichever way its media went.</summary>
internal static class VisitEnd
{
    /// <summary>The officer cuts: within a second no page receives media, and each says why.</summary>
    public static async Task CutAsync(VisitPages pages)
    {
        await pages.Officer.Locator(".room-desk select").SelectOptionAsync("deviceUsed");
        double moment = await pages.Officer.EvaluateAsync<double>("() => { const now = Date.now(); document.querySelector('[data-do=cut]').click(); return now; }");
        foreach ((string name, IPage page) in pages.All)
        {
            await Assertions.Expect(page.Locator("visit-room")).ToHaveAttributeAsync("data-screen", "over");
            await Assertions.Expect(page.Locator(".room-status")).ToContainTextAsync("会见已中止：使用手机、录音、摄影摄像设备");
            Assert.Equal(0, await page.EvaluateAsync<int>("() => window.witness.open()"));
            Assert.True(await page.EvaluateAsync<int>("() => window.witness.received") > 0, $"{name} received nothing at all");
        }

        await BrowserFixture.PictureAsync(pages.Family, "visit-cut");
        Dictionary<string, double> last = await pages.LastReceivedAfterAsync(moment);
        Assert.True(last.Values.All(milliseconds => milliseconds < 1000), $"Milliseconds from the cut to the last packet: {string.Join(", ", last)}");
        TestContext.Current.TestOutputHelper?.WriteLine($"Milliseconds from the cut to the last packet: {string.Join(", ", last)}");
    }

    /// <summary>The page that plays it: each part has a player, and nothing is asked for before somebody presses play.</summary>
    private static async Task AssertPlayerAsync(RoomScene scene, IPage officer, int parts)
    {
        await officer.GotoAsync($"/visits/{scene.Visit}");
        await officer.Locator($"a[href='/visits/{scene.Visit}/recording']").ClickAsync();
        await Assertions.Expect(officer.Locator("video[preload=none]")).ToHaveCountAsync(parts);
        await Assertions.Expect(officer.Locator("[data-whole]")).ToHaveAttributeAsync("data-whole", "true");
        var failures = new List<string>();
        await BrowserFixture.PictureAsync(officer, "recording");
        await EveryPageTests.ExamineShownAsync(officer, "recording", failures);
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    /// <summary>Sealed, the hash of its manifest is the event's, each file has the hash of the manifest, and the officer's browser plays one.</summary>
    public static async Task AssertRecordingPlaysAsync(RoomScene scene, IPage officer, int files)
    {
        await Testing.Eventually.Until(async () => (await scene.EventsAsync()).Contains("recording_sealed"), "the recording to be sealed", TimeSpan.FromSeconds(90));
        JsonElement recording = await scene.Officer.GetJsonAsync($"{scene.Path}/recording");
        Assert.Equal((await scene.EventAsync("recording_sealed")).GetProperty("manifest").GetString(), recording.GetProperty("manifest").GetString());
        Assert.True(recording.GetProperty("whole").GetBoolean());
        JsonElement[] parts = [.. recording.GetProperty("files").EnumerateArray()];
        Assert.True(parts.Length >= files, recording.GetRawText());
        foreach (JsonElement part in parts)
        {
            byte[] bytes = await scene.Officer.GetByteArrayAsync($"{scene.Path}/recording/{part.GetProperty("file").GetString()}?original=true", TestContext.Current.CancellationToken);
            Assert.Equal(part.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        }

        string picture = parts.Select(part => part.GetProperty("file").GetString()!).First(file => !file.Contains("-audio-", StringComparison.Ordinal));
        double played = await officer.EvaluateAsync<double>(
            """
            (source) => new Promise((resolve, reject) => {
              const video = document.createElement("video");
              const fail = (why) => reject(new Error(`${why}: ${source}, ready ${video.readyState}, network ${video.networkState}, at ${video.currentTime} of ${video.duration} s, ${video.videoWidth} wide`));
              video.muted = true;
              video.src = source;
              video.onerror = () => fail(video.error?.message ?? "it does not play");
              video.ontimeupdate = () => { if (video.currentTime > 0.3 && video.videoWidth > 0) resolve(video.currentTime); };
              video.onended = () => video.currentTime > 0 && video.videoWidth > 0 ? resolve(video.currentTime) : fail("it ended without a picture"); // what a killed media server left may be short
              setTimeout(() => fail("it did not play within 30 s"), 30_000);
              document.body.append(video);
              video.play().catch(fail);
            })
            """,
            $"/{scene.Path}/recording/{picture}");
        Assert.True(played > 0);
        await AssertPlayerAsync(scene, officer, parts.Length);
    }
}
