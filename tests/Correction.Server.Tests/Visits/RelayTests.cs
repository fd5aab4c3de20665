using System.Net;
using System.Text.Json;
using Correction.Server.Visits;
using Correction.Testing;

namespace Correction.Server.Tests.Visits;

/// <summary>The names that the service makes for the relay, at a real coturn with the configuration that is shipped.</summary>
public sealed class RelayTests
{
    [Fact]
    public async Task The_relay_serves_a_party_by_its_name_and_nobody_by_an_expired_a_forged_or_another_s_and_reaches_no_inner_address()
    {
        await using CoturnProcess coturn = await CoturnProcess.StartAsync();
        await using ServerProcess server = await ServerProcess.StartAsync(coturn.Settings);
        using RoomScene scene = await RoomScene.OpenAsync(server, "43T3B1");
        await using RoomPage family = await scene.FamilyPageAsync();
        JsonElement given = (await family.JoinAsync(scene.Visit)).GetProperty("iceServers")[0];
        (string name, string password) = (given.GetProperty("username").GetString()!, given.GetProperty("credential").GetString()!);
        string expired = $"1790000000:{scene.Visit}:family", longer = "9" + name, secret = coturn.Settings.Single(setting => setting.Item1 == "Turn__Secret").Item2;

        using var relay = new TurnClient(coturn.Port);
        Assert.Equal(0, await relay.AllocateAsync(name, password));
        Assert.Equal(0, await relay.PermitAsync(IPAddress.Parse("203.0.113.7"), name, password));
        foreach (string inner in (string[])["127.0.0.1", "10.1.2.3", "172.28.0.5", "192.168.1.1", "169.254.169.254"])
        {
            Assert.Equal(403, await relay.PermitAsync(IPAddress.Parse(inner), name, password));
        }

        Assert.Equal(401, await AllocateAsync(coturn, expired, TurnCredentials.Password(secret, expired)));
        Assert.Equal(401, await AllocateAsync(coturn, longer, password));
        Assert.Equal(401, await AllocateAsync(coturn, name, TurnCredentials.Password("another-secret", name)));
        Assert.Equal(401, await AllocateAsync(coturn, name.Replace(":family", ":officer", StringComparison.Ordinal), password));
    }

    private static async Task<int> AllocateAsync(CoturnProcess coturn, string name, string password)
    {
        using var client = new TurnClient(coturn.Port);
        return await client.AllocateAsync(name, password);
    }
}
