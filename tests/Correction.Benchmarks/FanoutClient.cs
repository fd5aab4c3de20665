using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;

namespace Correction.Benchmarks;

/// <summary>
/// The cheapest SignalR client there can be: it shakes hands, sends one invocation, and counts the messages that come, by
/// the separator that ends each. What it costs is not counted against the server.
/// </summary>
internal sealed class FanoutClient : IAsyncDisposable
{
    private const byte Separator = 0x1e;

    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[16 * 1024];
    private long[] _arrived = [];
    private int _expected = int.MaxValue;
    private int _received;
    private TaskCompletionSource _complete = new();

    public int Received => Volatile.Read(ref _received);

    /// <summary>Connects and waits for so many messages: the answers of handshake and invocation, and what the hub sends first.</summary>
    public async Task ConnectAsync(Uri hub, string? invocation, int first)
    {
        await _socket.ConnectAsync(hub, CancellationToken.None);
        await SendAsync("""{"protocol":"json","version":1}""");
        if (invocation is not null)
        {
            await SendAsync(invocation);
        }

        Task complete = Expect(first);
        _ = ReceiveAsync();
        await complete.WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>As above, but reads nothing, ever.</summary>
    public async Task StallAsync(Uri hub, string invocation)
    {
        await _socket.ConnectAsync(hub, CancellationToken.None);
        await SendAsync("""{"protocol":"json","version":1}""");
        await SendAsync(invocation);
    }

    /// <summary>Counts anew; the task ends when so many messages have come.</summary>
    public Task Expect(int messages)
    {
        _arrived = new long[messages];
        _complete = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _received, 0);
        Volatile.Write(ref _expected, messages);
        return _complete.Task;
    }

    /// <summary>When each of the counted messages came.</summary>
    public ReadOnlySpan<long> Arrived => _arrived;

    public ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private ValueTask SendAsync(string message) => _socket.SendAsync(
        Encoding.UTF8.GetBytes(message + (char)Separator).AsMemory(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult part = await _socket.ReceiveAsync(_buffer.AsMemory(), CancellationToken.None);
                Count(_buffer.AsSpan(0, part.Count).Count(Separator));
            }
        }
        catch (Exception ended) when (ended is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            _complete.TrySetException(ended);
        }
    }

    private void Count(int messages)
    {
        for (int i = 0; i < messages; i++)
        {
            int index = _received;
            if (index < _arrived.Length)
            {
                _arrived[index] = Stopwatch.GetTimestamp();
            }

            Volatile.Write(ref _received, index + 1);
        }

        if (_received >= Volatile.Read(ref _expected))
        {
            _complete.TrySetResult();
        }
    }
}
