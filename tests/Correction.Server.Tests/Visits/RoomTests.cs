using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Correction.Testing;

namespace Correction.Server.Tests.Visits;

/// <summary>The room of a visit over the hub: who sees whom, and when.</summary>
public sealed class RoomTests(SharedServer shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_family_and_prison_say_to_each_other_is_held_until_the_officer_records_both_and_the_cut_is_told_to_all()
    {
        using RoomScene scene = await RoomScene.OpenAsync(shared.Server, "43T2A1");
        await using RoomPage family = await scene.FamilyPageAsync(), prison = await scene.PrisonPageAsync(), officer = await scene.OfficerPageAsync();
        JsonElement entered = await family.JoinAsync(scene.Visit);
        Assert.Equal(("family", "waiting", "peerToPeer", true), (
            entered.GetProperty("party").GetString(), entered.GetProperty("stage").GetString(), entered.GetProperty("mode").GetString(), entered.GetProperty("supervised").GetBoolean()));
        await prison.JoinAsync(scene.Visit);
        await officer.JoinAsync(scene.Visit);
        await family.HearsAsync("joined officer");

        await family.SignalAsync(scene.Visit, "officer", new { link = "1" });
        await officer.HearsAsync("""signal family {"link":"1"}""");
        await scene.Officer.DoneAsync($"{scene.Path}/admit", new { });
        await family.SignalAsync(scene.Visit, "prison", new { link = "2" });
        await scene.RecordBothAsync(0);

        await prison.HearsAsync("""signal family {"link":"2"}""");
        string[] heard = [.. prison.Heard];
        Assert.True(Array.IndexOf(heard, "admitted") < Array.IndexOf(heard, "media True"));
        Assert.True(Array.IndexOf(heard, "media True") < Array.IndexOf(heard, """signal family {"link":"2"}"""));
        await Eventually.Until(async () => (await scene.EventsAsync()).Contains("visit_started"), "the clock to run");
        await scene.Officer.DoneAsync($"{scene.Path}/warn", new { reason = "codedLanguage" });
        await family.HearsAsync("warned codedLanguage");
        await scene.Officer.DoneAsync($"{scene.Path}/cut", new { reason = "deviceUsed" });

        await Task.WhenAll(family.HearsAsync("cut deviceUsed"), prison.HearsAsync("cut deviceUsed"), officer.HearsAsync("cut deviceUsed"));
        await Assert.ThrowsAnyAsync<Exception>(() => family.SignalAsync(scene.Visit, "prison", new { link = "3" }));
    }

    [Fact]
    public async Task A_recording_is_sealed_after_the_visit_and_its_hash_is_the_event_s()
    {
        using RoomScene scene = await RoomScene.OpenAsync(shared.Server, "43T2A2");
        await SealAsync(scene);
        await AssertSealedAsync(scene);
    }

    [Fact]
    public async Task A_sealed_recording_that_was_moved_to_S3_is_given_out_as_before()
    {
        using var data = new TemporaryDirectory();
        await using S3Server storage = await S3Server.StartAsync();
        await using ServerProcess server = await ServerProcess.StartAsync([.. storage.Settings, ("Recordings__Store", "s3"), ("Recordings__Directory", data.Path)]);
        using RoomScene scene = await RoomScene.OpenAsync(server, "43T2A6");
        await SealAsync(scene);
        await Eventually.Until(() => storage.Names.Length == 3 && !Directory.EnumerateFiles(data.Path, "*", SearchOption.AllDirectories).Any(), "two parts and their manifest to be in the storage, and there alone", TimeSpan.FromSeconds(90));
        await AssertSealedAsync(scene);

        await storage.StopAsync();
        using HttpResponseMessage meanwhile = await scene.Officer.GetAsync($"{scene.Path}/recording", Cancellation);
        JsonElement problem = await meanwhile.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "storageUnavailable", true), (meanwhile.StatusCode, problem.GetProperty("code").GetString(), meanwhile.Headers.RetryAfter is not null));
    }

    private static async Task SealAsync(RoomScene scene)
    {
        await scene.HoldRecordedAsync();
        await scene.RecordBothAsync(1); // what the page had still to send
        await Eventually.Until(async () => (await scene.EventsAsync()).Contains("recording_sealed"), "the recording to be sealed", TimeSpan.FromSeconds(90));
    }

    private static async Task AssertSealedAsync(RoomScene scene)
    {
        string manifest = (await scene.EventAsync("recording_sealed")).GetProperty("manifest").GetString()!;
        JsonElement recording = await scene.Officer.GetJsonAsync($"{scene.Path}/recording");
        Assert.Equal((manifest, true, 2), (recording.GetProperty("manifest").GetString(), recording.GetProperty("whole").GetBoolean(), recording.GetProperty("files").GetArrayLength()));
        JsonElement file = recording.GetProperty("files")[0];
        string path = $"{scene.Path}/recording/{file.GetProperty("file").GetString()}?original=true";
        byte[] bytes = await scene.Officer.GetByteArrayAsync(path, Cancellation);
        Assert.Equal(file.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        using var part = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Range = new(10, 19) } };
        using HttpResponseMessage ranged = await scene.Officer.SendAsync(part, Cancellation);
        Assert.Equal(HttpStatusCode.PartialContent, ranged.StatusCode);
        Assert.Equal(bytes[10..20], await ranged.Content.ReadAsByteArrayAsync(Cancellation));

        using HttpResponseMessage late = await scene.RecordAsync(scene.Officer, "family", 2, "fa");
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        await AssertGivenToOfficeAndAuditorOnlyAsync(scene, path, manifest);
    }

    /// <summary>A family learns that there is one and its hash; who plays it is on record with whom it shows.</summary>
    private static async Task AssertGivenToOfficeAndAuditorOnlyAsync(RoomScene scene, string path, string manifest)
    {
        Assert.Equal(manifest, (await scene.Family.GetJsonAsync($"{scene.Path}/recording")).GetProperty("manifest").GetString());
        using HttpResponseMessage asked = await scene.Family.GetAsync(path, Cancellation);
        JsonElement refused = await asked.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal((HttpStatusCode.Forbidden, "recordingNotGiven", "视频会见"), (
            asked.StatusCode, refused.GetProperty("code").GetString(), refused.GetProperty("basis")[0].GetProperty("article").GetString()));

        using HttpClient auditor = await scene.Server.AsAsync("auditor");
        await auditor.GetByteArrayAsync(path, Cancellation);
        string[] shown = [$"prisoner/{scene.Code}/1", $"relative/{(await scene.Officer.GetJsonAsync(scene.Path)).GetProperty("visitors")[0].GetProperty("relativeId").GetString()}"];
        foreach (string account in (string[])["officer", "auditor"])
        {
            JsonElement looks = await auditor.GetJsonAsync($"api/v1/access?account={account}&what=recording&limit=1000");
            Assert.Contains(looks.EnumerateArray(), look => shown.All(look.GetProperty("persons").EnumerateArray().Select(person => person.GetString()).Contains));
        }
    }

    [Fact]
    public async Task A_lawyer_s_visit_has_no_officer_in_it_and_no_recording_and_begins_without_them()
    {
        using RoomScene scene = await RoomScene.OpenAsync(shared.Server, "43T2A3", "lawyer");
        await using RoomPage lawyer = await scene.FamilyPageAsync(), prison = await scene.PrisonPageAsync(), officer = await scene.OfficerPageAsync();
        Assert.False((await lawyer.JoinAsync(scene.Visit)).GetProperty("supervised").GetBoolean());
        await prison.JoinAsync(scene.Visit);
        await officer.JoinAsync(scene.Visit);
        await lawyer.SignalAsync(scene.Visit, "officer", new { link = "1" });
        await scene.Officer.DoneAsync($"{scene.Path}/admit", new { });

        await lawyer.HearsAsync("started");
        await lawyer.SignalAsync(scene.Visit, "prison", new { link = "2" });
        await prison.HearsAsync("""signal family {"link":"2"}""");
        using HttpResponseMessage chunk = await scene.RecordAsync(scene.Officer, "family", 0);
        Assert.Equal(HttpStatusCode.Conflict, chunk.StatusCode);
        Assert.DoesNotContain(officer.Heard, said => said.StartsWith("signal", StringComparison.Ordinal));
        await scene.Officer.DoneAsync($"{scene.Path}/end", new { });
        Assert.False((await scene.Officer.GetJsonAsync(scene.Path)).GetProperty("monitored").GetBoolean());
    }

    [Fact]
    public async Task When_chunks_stop_the_visit_is_interrupted_and_the_time_is_credited_when_they_come_again()
    {
        using RoomScene scene = await RoomScene.OpenAsync(shared.Server, "43T2A4");
        await using RoomPage family = await scene.FamilyPageAsync(), prison = await scene.PrisonPageAsync(), officer = await scene.OfficerPageAsync();
        await Task.WhenAll(family.JoinAsync(scene.Visit), prison.JoinAsync(scene.Visit), officer.JoinAsync(scene.Visit));
        await scene.Officer.DoneAsync($"{scene.Path}/admit", new { });
        await scene.RecordBothAsync(0);
        await family.HearsAsync("started");

        await family.HearsAsync("media False");
        await family.HearsAsync("interrupted network");
        await scene.RecordBothAsync(1);
        await family.HearsAsync("resumed");

        JsonElement resumed = await scene.EventAsync("visit_resumed");
        Assert.True(resumed.GetProperty("secondsCredited").GetInt32() >= 7, resumed.GetRawText()); // from the last chunk on, not from when it was noticed
    }

    [Fact]
    public async Task A_party_that_comes_back_takes_its_place_again_and_its_older_page_gives_way()
    {
        using RoomScene scene = await RoomScene.OpenAsync(shared.Server, "43T2A5");
        await using RoomPage first = await scene.FamilyPageAsync(), second = await scene.FamilyPageAsync(), officer = await scene.OfficerPageAsync();
        await first.JoinAsync(scene.Visit);
        await officer.JoinAsync(scene.Visit);
        await second.JoinAsync(scene.Visit);

        await first.HearsAsync("replaced");
        await Assert.ThrowsAnyAsync<Exception>(() => first.SignalAsync(scene.Visit, "officer", new { link = "1" }));
        await second.SignalAsync(scene.Visit, "officer", new { link = "2" });
        await officer.HearsAsync("""signal family {"link":"2"}""");
        await second.LeaveAsync();
        await officer.HearsAsync("left family");
    }
}
