using Correction.Server.Tests.Visits;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests.Visits;

/// <summary>A visit from browser to browser, recorded by the officer's page.</summary>
[Collection(nameof(Alone))]
public sealed class PeerToPeerTests(BrowserFixture fixture)
{
    [Fact]
    public async Task All_see_what_they_should_the_cut_ends_it_within_a_second_and_the_recording_plays_and_is_the_one_of_the_event()
    {
        Assert.SkipWhen(fixture.Server is null, "No browser.");
        using RoomScene scene = await RoomScene.OpenAsync(fixture.Server!, "43T5A1");
        VisitPages pages = await VisitPages.TalkAsync(fixture, scene, party => party);
        await PictureAsync(pages.Family, "visit-family");
        await PictureAsync(pages.Officer, "visit-officer");
        await VisitEnd.CutAsync(pages);

        await VisitEnd.AssertRecordingPlaysAsync(scene, pages.Officer, files: 2);
    }
}
