using Correction.Server.Tests.Visits;
using Correction.Testing;
using Microsoft.Playwright;

namespace Correction.Browser.Tests.Visits;

/// <summary>A visit over a real Janus, which records it.</summary>
[Collection(nameof(Alone))]
public sealed class JanusTests(BrowserFixture fixture)
{
    [Fact]
    public async Task All_see_what_they_should_the_cut_ends_it_within_a_second_and_the_recording_plays_and_is_the_one_of_the_event()
    {
        Assert.SkipWhen(fixture.Server is null, "No browser.");
        await using JanusProcess janus = await JanusProcess.StartAsync();
        await using ServerProcess server = await ServerProcess.StartAsync(janus.Settings);
        using RoomScene scene = await RoomScene.OpenAsync(server, "43T5B1");
        VisitPages pages = await VisitPages.TalkAsync(fixture, scene, Down);
        await VisitEnd.CutAsync(pages);

        await VisitEnd.AssertRecordingPlaysAsync(scene, pages.Officer, files: 4); // picture and sound of both
    }

    [Fact]
    public async Task Janus_killed_in_mid_visit_interrupts_it_and_it_goes_on_when_Janus_is_back_with_the_time_credited()
    {
        Assert.SkipWhen(fixture.Server is null, "No browser.");
        await using JanusProcess janus = await JanusProcess.StartAsync();
        await using ServerProcess server = await ServerProcess.StartAsync(janus.Settings);
        using RoomScene scene = await RoomScene.OpenAsync(server, "43T5B2");
        VisitPages pages = await VisitPages.TalkAsync(fixture, scene, Down);

        await janus.KillAsync();
        await Assertions.Expect(pages.Family.Locator("visit-room")).ToHaveAttributeAsync("data-screen", "interrupted");
        await Assertions.Expect(pages.Family.Locator(".room-status")).ToContainTextAsync("网络或设备故障");
        await janus.RunAsync();

        await Assertions.Expect(pages.Family.Locator("visit-room")).ToHaveAttributeAsync("data-screen", "talk", new() { Timeout = 60_000 });
        await pages.SeeEachOtherAsync(Down);
        Assert.True((await scene.EventAsync("visit_resumed")).GetProperty("secondsCredited").GetInt32() >= 0);
        await VisitEnd.CutAsync(pages);
        await VisitEnd.AssertRecordingPlaysAsync(scene, pages.Officer, files: 8); // what the killed Janus left, and what came after
    }

    [Fact]
    public async Task With_a_lawyer_nobody_listens_and_nothing_is_recorded_though_the_officer_s_page_asks_for_it()
    {
        Assert.SkipWhen(fixture.Server is null, "No browser.");
        await using JanusProcess janus = await JanusProcess.StartAsync();
        await using ServerProcess server = await ServerProcess.StartAsync(janus.Settings);
        using RoomScene scene = await RoomScene.OpenAsync(server, "43T5B3", "lawyer");
        VisitPages pages = await VisitPages.OpenAsync(fixture, scene);
        await pages.AdmitAsync();
        await VisitPages.DecodesMoreAsync((pages.Family, Down("prison")), (pages.Prison, Down("family")));
        await Assertions.Expect(pages.Officer.Locator("visit-room")).ToHaveAttributeAsync("data-connection", "joined");
        await VisitPages.DecodesMoreAsync((pages.Family, Down("prison")), (pages.Prison, Down("family"))); // also with the officer in the room

        Assert.Equal(0, await pages.Officer.EvaluateAsync<int>("() => window.witness.received"));
        Assert.Equal(0, await pages.Officer.EvaluateAsync<int>("() => window.witness.open()"));
        Assert.Equal("[]", (await pages.Officer.EvaluateAsync("() => document.querySelector('visit-room').inbound()"))!.Value.GetRawText());
        await scene.Officer.DoneAsync($"{scene.Path}/end", new { });
        await Assertions.Expect(pages.Family.Locator("visit-room")).ToHaveAttributeAsync("data-screen", "over");

        Assert.Empty(Directory.EnumerateFiles(janus.Recordings, "*", SearchOption.AllDirectories));
        using HttpResponseMessage chunk = await scene.RecordAsync(scene.Officer, "family", 0);
        Assert.Equal(System.Net.HttpStatusCode.Conflict, chunk.StatusCode);
        Assert.Equal("lawyer", (await scene.EventAsync("visit_applied")).GetProperty("kind").GetString());
        Assert.DoesNotContain(await scene.EventsAsync(), happened => happened.StartsWith("recording", StringComparison.Ordinal));
    }

    private static string Down(string party) => "down:" + party;
}
