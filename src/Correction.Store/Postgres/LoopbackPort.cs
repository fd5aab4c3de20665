using System.Net;
using System.Net.Sockets;

namespace Correction.Store.Postgres;

/// <summary>A port of 127.0.0.1 that was free a moment ago: who binds it must be ready to ask again.</summary>
public static class LoopbackPort
{
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
