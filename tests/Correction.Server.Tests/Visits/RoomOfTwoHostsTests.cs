using Correction.Server.Tests.Hosting;

namespace Correction.Server.Tests.Visits;

/// <summary>The parties of one visit come in by different hosts of one cluster.</summary>
public sealed class RoomOfTwoHostsTests
{
    [Fact]
    public async Task What_one_host_s_pages_say_the_other_s_hear_and_a_cut_through_either_is_told_at_both()
    {
        using var data = new TemporaryDirectory();
        string database = await (await PostgresServer.Shared()).CreateDatabaseAsync("rooms");
        await using ServerProcess first = await ServerProcess.StartAsync([.. ClusterTests.Host(database), ("Recordings__Directory", data.Path)]);
        await using ServerProcess second = await ServerProcess.StartAsync([.. ClusterTests.Host(database), ("Recordings__Directory", data.Path)]);
        using RoomScene scene = await RoomScene.OpenAsync(first, "43T6A1");
        await using RoomPage family = await RoomPage.OpenAsync(first, Token(scene.Family)), prison = await RoomPage.OpenAsync(second, Token(scene.Prison)), officer = await RoomPage.OpenAsync(second, Token(scene.Officer));
        await family.JoinAsync(scene.Visit);
        await prison.JoinAsync(scene.Visit);
        await officer.JoinAsync(scene.Visit);
        await family.HearsAsync("joined officer");

        await scene.Officer.DoneAsync($"{scene.Path}/admit", new { });
        await scene.RecordBothAsync(0); // through the first host
        await family.SignalAsync(scene.Visit, "prison", new { link = "1" });
        await prison.HearsAsync("""signal family {"link":"1"}""");
        await scene.Officer.DoneAsync($"{scene.Path}/cut", new { reason = "harmfulTalk" });

        await Task.WhenAll(family.HearsAsync("cut harmfulTalk"), prison.HearsAsync("cut harmfulTalk"), officer.HearsAsync("cut harmfulTalk"));
    }

    private static string Token(HttpClient account) => account.DefaultRequestHeaders.Authorization!.Parameter!;
}
