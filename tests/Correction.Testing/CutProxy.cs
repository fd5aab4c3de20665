using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Correction.Testing;

/// <summary>Looks at the bytes of one connection as they pass a <see cref="CutProxy"/>, and says where it breaks.</summary>
public interface IWireTap
{
    /// <summary>True: the connection is cut, and these bytes do not arrive. Called in order for each direction.</summary>
    ValueTask<bool> CutsAsync(bool toServer, ReadOnlyMemory<byte> bytes);
}

/// <summary>
/// A TCP proxy on loopback that does to connections what networks do: cuts them without a farewell (a reset to both
/// ends), or lets nothing through for a while.
/// </summary>
public sealed class CutProxy : IAsyncDisposable
{
    /// <summary>Bytes; small, so that a stalled receiver is felt by the sender soon.</summary>
    private const int ReceiveBuffer = 8 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Line, Task> _lines = new();
    private readonly int _targetPort;
    private readonly Func<IWireTap?> _tap;
    private readonly Task _accepting;
    private TaskCompletionSource _open = Opened();

    private CutProxy(int targetPort, Func<IWireTap?> tap)
    {
        (_targetPort, _tap) = (targetPort, tap);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <param name="port">The server, on this machine.</param>
    /// <param name="tap">Gives each new connection its tap.</param>
    public static CutProxy To(int port, Func<IWireTap?>? tap = null) => new(port, tap ?? (() => null));

    /// <summary>The same address, by way of this proxy.</summary>
    public Uri Through(Uri address) => new UriBuilder(address) { Host = "127.0.0.1", Port = Port }.Uri;

    /// <summary>Resets every connection of this moment; new ones are taken.</summary>
    public void Cut()
    {
        foreach (Line line in _lines.Keys)
        {
            line.Dispose();
        }
    }

    /// <summary>From now on nothing that the server sends arrives, until <see cref="Flow"/>.</summary>
    public void Stall() => Interlocked.Exchange(ref _open, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    public void Flow() => Volatile.Read(ref _open).TrySetResult();

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        Flow();
        Cut();
        await _accepting;
        await Task.WhenAll(_lines.Values);
    }

    private static TaskCompletionSource Opened()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync();
            }
            catch (Exception over) when (over is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return; // the listener was stopped
            }

            var line = new Line(client, _tap(), () => Volatile.Read(ref _open).Task);
            _lines[line] = Task.CompletedTask;
            _lines[line] = line.RunAsync(_targetPort).ContinueWith(_ => _lines.TryRemove(line, out Task? _), TaskScheduler.Default);
        }
    }

    /// <summary>One connection: client, server, and what passes between them.</summary>
    private sealed class Line(Socket client, IWireTap? tap, Func<Task> open) : IDisposable
    {
        private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = ReceiveBuffer };
        private int _cut;

        public async Task RunAsync(int port)
        {
            client.NoDelay = true;
            try
            {
                await _server.ConnectAsync(IPAddress.Loopback, port);
                await await Task.WhenAny(PassAsync(client, _server, toServer: true), PassAsync(_server, client, toServer: false));
            }
            catch (Exception cut) when (cut is SocketException or ObjectDisposedException)
            {
                // one end is gone: so is the other
            }
            finally
            {
                Dispose();
            }
        }

        /// <summary>A reset to both ends.</summary>
        public void Dispose()
        {
            if (Interlocked.Exchange(ref _cut, 1) == 1)
            {
                return;
            }

            foreach (Socket end in (Socket[])[client, _server])
            {
                end.LingerState = new LingerOption(true, 0); // no orderly end
                end.Dispose();
            }
        }

        private async Task PassAsync(Socket from, Socket to, bool toServer)
        {
            byte[] buffer = new byte[16 * 1024];
            while (true)
            {
                if (!toServer)
                {
                    await open();
                }

                int count = await from.ReceiveAsync(buffer);
                if (count == 0 || (tap is not null && await tap.CutsAsync(toServer, buffer.AsMemory(0, count))))
                {
                    return;
                }

                for (int sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                }
            }
        }
    }
}
