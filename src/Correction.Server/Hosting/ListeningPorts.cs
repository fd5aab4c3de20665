using System.Net;
using Correction.Store.Postgres;

namespace Correction.Server.Hosting;

/// <summary>
/// The ports of this host, looked at before anything is started: one that is configured must be free; a standard one that
/// another copy on this machine has is replaced by a free one, and printed.
/// </summary>
internal static class ListeningPorts
{
    private const int StandardPort = 5080;

    /// <exception cref="StartRefusedException">A configured port is taken.</exception>
    public static void Settle(WebApplicationBuilder builder)
    {
        if (builder.Configuration["urls"] is { Length: > 0 } configured)
        {
            foreach (string url in configured.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                RefuseTaken(BindingAddress.Parse(url));
            }
        }
        else
        {
            int port = LocalPort.IsFree(StandardPort, IPAddress.Loopback) && LocalPort.IsFree(StandardPort, IPAddress.IPv6Loopback) ? StandardPort : LocalPort.Free();
            builder.WebHost.UseUrls($"http://localhost:{port}");
            if (port != StandardPort)
            {
                Console.WriteLine($"Port {StandardPort} is taken, listening on http://localhost:{port} instead. Set ASPNETCORE_URLS to choose.");
            }
        }

        foreach (IConfigurationSection gateway in builder.Configuration.GetSection("Gateway").GetChildren())
        {
            RefuseTaken(gateway.GetValue<int?>("Port"), $"Gateway__{gateway.Key}__Port to a free one, or to 0 for none");
        }

        RefuseTaken(ClusterSetup.SiloPort(builder.Configuration), "Cluster__SiloPort to a free one");
        RefuseTaken(ClusterSetup.GatewayPort(builder.Configuration), "Cluster__GatewayPort to a free one");
    }

    private static void RefuseTaken(BindingAddress address)
    {
        IPAddress[] addresses = address.Host == "localhost" ? [IPAddress.Loopback, IPAddress.IPv6Loopback]
            : IPAddress.TryParse(address.Host.Trim('[', ']'), out IPAddress? given) ? [given]
            : [IPAddress.Any];
        if (!address.IsUnixPipe && address.Port > 0 && addresses.Any(one => !LocalPort.IsFree(address.Port, one)))
        {
            throw new StartRefusedException($"Port {address.Port} is taken: set ASPNETCORE_URLS to a free one, such as http://localhost:{LocalPort.Free()}.");
        }
    }

    private static void RefuseTaken(int? port, string remedy)
    {
        if (port > 0 && !LocalPort.IsFree(port.Value, IPAddress.Any))
        {
            throw new StartRefusedException($"Port {port} is taken: set {remedy}.");
        }
    }
}
