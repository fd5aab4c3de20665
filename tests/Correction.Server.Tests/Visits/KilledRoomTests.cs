using System.Net;
using System.Text.Json;
using Correction.Testing;

namespace Correction.Server.Tests.Visits;

/// <summary>The server is killed as by <c>kill -9</c> in mid-visit: what was recorded is whole, what was lost is counted.</summary>
public sealed class KilledRoomTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_in_mid_visit_it_goes_on_when_the_parties_are_back_with_the_time_credited_and_every_acknowledged_chunk_in_the_recording()
    {
        using var data = new TemporaryDirectory();
        await using ServerProcess server = await ServerProcess.StartAsync(("Data__Directory", data.Path));
        using RoomScene scene = await RoomScene.OpenAsync(server, "43T4A1");
        await BeginAsync(scene);

        await server.KillAsync();
        await Eventually.Until(RestedFor(TimeSpan.FromSeconds(10)), "ten seconds without a service to pass");
        await server.RunAsync();
        await using RoomPage family = await scene.FamilyPageAsync(), prison = await scene.PrisonPageAsync(), officer = await scene.OfficerPageAsync();
        await Task.WhenAll(family.JoinAsync(scene.Visit), prison.JoinAsync(scene.Visit), officer.JoinAsync(scene.Visit));
        await Eventually.Until(async () => (await scene.EventsAsync()).Contains("visit_interrupted"), "the loss to be noticed");
        await scene.RecordBothAsync(1); // the officer's page had it, and sends it now

        await Eventually.Until(async () => (await scene.EventsAsync()).Contains("visit_resumed"), "the visit to go on");
        Assert.True((await scene.EventAsync("visit_resumed")).GetProperty("secondsCredited").GetInt32() >= 10);
        await scene.Officer.DoneAsync($"{scene.Path}/end", new { });
        await Eventually.Until(async () => (await scene.EventsAsync()).Contains("recording_sealed"), "the recording to be sealed", TimeSpan.FromSeconds(90));
        JsonElement recording = await scene.Officer.GetJsonAsync($"{scene.Path}/recording");
        Assert.Equal([1001L, 1001L], recording.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("bytes").GetInt64())); // chunks 0 and 1 of each
    }

    [Fact]
    public async Task Killed_in_mid_visit_and_nobody_back_it_ends_with_the_seconds_since_the_last_chunk_lost()
    {
        using var data = new TemporaryDirectory();
        await using ServerProcess server = await ServerProcess.StartAsync(("Data__Directory", data.Path));
        using RoomScene scene = await RoomScene.OpenAsync(server, "43T4A2", minutes: 1, resumeMinutes: 0);
        await BeginAsync(scene);

        await server.KillAsync();
        await server.RunAsync();

        await Eventually.Until(async () => (await scene.EventsAsync()).Contains("visit_ended"), "the visit to end", TimeSpan.FromSeconds(120));
        JsonElement ended = await scene.EventAsync("visit_ended");
        Assert.Equal("notResumed", ended.GetProperty("reason").GetString());
        Assert.InRange(ended.GetProperty("secondsLost").GetInt32(), 20, 60);
    }

    private static async Task BeginAsync(RoomScene scene)
    {
        await using RoomPage family = await scene.FamilyPageAsync(), prison = await scene.PrisonPageAsync(), officer = await scene.OfficerPageAsync();
        await Task.WhenAll(family.JoinAsync(scene.Visit), prison.JoinAsync(scene.Visit), officer.JoinAsync(scene.Visit));
        await scene.Officer.DoneAsync($"{scene.Path}/admit", new { });
        await scene.RecordBothAsync(0);
        await family.HearsAsync("started");
    }

    private static Func<bool> RestedFor(TimeSpan time)
    {
        long since = TimeProvider.System.GetTimestamp();
        return () => TimeProvider.System.GetElapsedTime(since) > time;
    }
}
