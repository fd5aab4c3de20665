using System.Net;
using System.Net.Sockets;
using Correction.Gateway.Jt808.Codec;
using Correction.Simulation.Terminals;

namespace Correction.Gateway.Tests.Simulation;

public sealed class TerminalClientTests
{
    [Fact]
    public async Task A_terminal_hangs_up_though_it_had_still_to_send_what_it_wrote()
    {
        using var platform = new TcpListener(IPAddress.Loopback, 0);
        platform.Start();
        TerminalClient terminal = await TerminalClient.ConnectAsync(
            "127.0.0.1", ((IPEndPoint)platform.LocalEndpoint).Port, TerminalNumber.Parse("13900000001", isLong: false), TestContext.Current.CancellationToken);
        using TcpClient accepted = await platform.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        terminal.Write(MessageIds.Heartbeat, []);

        await terminal.DisposeAsync();

        Assert.Equal(0, await accepted.GetStream().ReadAsync(new byte[64], TestContext.Current.CancellationToken));
    }
}
