using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Correction.Store.Postgres;

/// <summary>
/// A port of this machine that was free on its loopback addresses a moment ago, and that this process was not given before:
/// who binds it must be ready to ask again, for another process may have been faster. It lies below the ports that systems
/// lend to outgoing connections (32768 and up on Linux, 49152 and up by RFC 6335), so no connection made meanwhile can have it.
/// </summary>
public static class LocalPort
{
    private const int First = 10_000;
    private const int AfterLast = 32_768;

    /// <summary>What was asked for is often bound only later: until then only this says that it is somebody's.</summary>
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    public static int Free()
    {
        while (true)
        {
            int port = RandomNumberGenerator.GetInt32(First, AfterLast);
            if (IsFree(port, IPAddress.Loopback) && IsFree(port, IPAddress.IPv6Loopback) && Given.TryAdd(port, true))
            {
                return port;
            }
        }
    }

    /// <summary>Only a port that another has is not free; one that may not be had for another reason is left to who binds it to say.</summary>
    public static bool IsFree(int port, IPAddress address)
    {
        using var probe = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(address, port));
            return true;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode != SocketError.AddressAlreadyInUse;
        }
    }
}
