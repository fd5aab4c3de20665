using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Correction.Server.Hosting;

/// <summary>
/// Behind a proxy: whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed, by network
/// (<c>Proxy:Networks</c>, comma separated, such as 10.0.0.0/8). None: nobody's.
/// </summary>
internal static class ProxySetup
{
    private const string Key = "Proxy:Networks";

    public static void UseProxy(this WebApplication app)
    {
        if (app.Configuration[Key] is not { Length: > 0 } networks)
        {
            return;
        }

        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (string network in networks.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            options.KnownIPNetworks.Add(IPNetwork.TryParse(network, out IPNetwork known)
                ? known
                : throw new StartRefusedException($"Proxy__Networks: '{network}' is no network such as 10.0.0.0/8."));
        }

        app.UseForwardedHeaders(options);
    }
}
