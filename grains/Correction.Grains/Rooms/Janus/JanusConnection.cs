using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Correction.Grains.Rooms.Janus;

/// <summary>Janus answered with an error.</summary>
public sealed class JanusException(int code, string reason) : Exception($"Janus: {reason} ({code})")
{
    public int Code { get; } = code;
}

/// <summary>
/// One session of the Janus API over one WebSocket (sub-protocol <c>janus-protocol</c>). When the socket closes, whatever
/// the reason, Janus ends the session with all its handles at once: media stops when the service does.
/// </summary>
/// <remarks>Safe for concurrent callers. Events are told in order, on a thread of the pool.</remarks>
internal sealed class JanusConnection : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> _pending = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly JanusOptions _options;
    private readonly Action<long, JsonElement> _heard;
    private readonly TimeProvider _time;
    private long _transaction;
    private long _session;

    private JanusConnection(JanusOptions options, TimeProvider time, Action<long, JsonElement> heard) => (_options, _time, _heard) = (options, time, heard);

    /// <summary>Ends when the session is over: destroyed, timed out, or the socket gone.</summary>
    public Task Closed { get; private set; } = Task.CompletedTask;

    /// <param name="heard">Called with the handle and the message of every event.</param>
    /// <exception cref="WebSocketException">Janus does not answer.</exception>
    public static async Task<JanusConnection> OpenAsync(JanusOptions options, TimeProvider time, Action<long, JsonElement> heard, CancellationToken cancellation)
    {
        var connection = new JanusConnection(options, time, heard);
        connection._socket.Options.AddSubProtocol("janus-protocol");
        await connection._socket.ConnectAsync(options.Url, cancellation).WaitAsync(Patience, time, cancellation);
        Task reading = connection.ReadAsync();
        JsonElement created = await connection.AskAsync(new JsonObject { ["janus"] = "create" });
        connection._session = created.GetProperty("data").GetProperty("id").GetInt64();
        connection.Closed = Task.WhenAny(reading, connection.BeatAsync());
        return connection;
    }

    /// <summary>A new handle of the VideoRoom plugin.</summary>
    public async Task<long> AttachAsync(string party) => (await AskAsync(new JsonObject
    {
        ["janus"] = "attach", ["plugin"] = "janus.plugin.videoroom", ["opaque_id"] = party,
    })).GetProperty("data").GetProperty("id").GetInt64();

    /// <summary>A request to the plugin; its answer, with the session description that comes with it.</summary>
    /// <exception cref="JanusException">The plugin refuses.</exception>
    public async Task<(JsonElement Data, JsonElement? Jsep)> RequestAsync(long handle, JsonObject body, JsonNode? jsep = null)
    {
        var message = new JsonObject { ["janus"] = "message", ["handle_id"] = handle, ["body"] = body };
        if (jsep is not null)
        {
            message["jsep"] = jsep;
        }

        JsonElement answer = await AskAsync(message);
        JsonElement data = answer.GetProperty("plugindata").GetProperty("data");
        return data.TryGetProperty("error_code", out JsonElement code)
            ? throw new JanusException(code.GetInt32(), data.GetProperty("error").GetString() ?? string.Empty)
            : (data, answer.TryGetProperty("jsep", out JsonElement description) ? description : null);
    }

    public Task TrickleAsync(long handle, JsonNode? candidate) => SendAsync(new JsonObject
    {
        ["janus"] = "trickle", ["handle_id"] = handle, ["candidate"] = candidate ?? new JsonObject { ["completed"] = true },
    });

    public Task DetachAsync(long handle) => SendAsync(new JsonObject { ["janus"] = "detach", ["handle_id"] = handle });

    /// <summary>Ends the session: within milliseconds nobody receives media of it any more.</summary>
    public async Task DestroyAsync()
    {
        try
        {
            await AskAsync(new JsonObject { ["janus"] = "destroy" });
        }
        catch (Exception failure) when (failure is TimeoutException or WebSocketException or JanusException or OperationCanceledException or ObjectDisposedException)
        {
            // the socket closes now, and with it the session
        }

        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _socket.Abort();
        _socket.Dispose();
    }

    private async Task<JsonElement> AskAsync(JsonObject message)
    {
        var answered = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        string transaction = Transaction();
        _pending[transaction] = answered;
        try
        {
            await SendAsync(message, transaction);
            JsonElement answer = await answered.Task.WaitAsync(Patience, _time, _closing.Token);
            return answer.GetProperty("janus").GetString() == "error"
                ? throw new JanusException(answer.GetProperty("error").GetProperty("code").GetInt32(), answer.GetProperty("error").GetProperty("reason").GetString() ?? string.Empty)
                : answer;
        }
        finally
        {
            _pending.TryRemove(transaction, out _);
        }
    }

    private async Task SendAsync(JsonObject message, string? transaction = null)
    {
        message["transaction"] = transaction ?? Transaction();
        message["apisecret"] = _options.ApiSecret;
        if (_session != 0)
        {
            message["session_id"] = _session;
        }

        byte[] text = JsonSerializer.SerializeToUtf8Bytes(message);
        await _writing.WaitAsync(_closing.Token);
        try
        {
            await _socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, _closing.Token);
        }
        finally
        {
            _writing.Release();
        }
    }

    private string Transaction() => Interlocked.Increment(ref _transaction).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private async Task ReadAsync()
    {
        var buffer = new MemoryStream();
        byte[] piece = new byte[16 * 1024];
        try
        {
            while (!_closing.IsCancellationRequested)
            {
                ValueWebSocketReceiveResult read = await _socket.ReceiveAsync(piece.AsMemory(), _closing.Token);
                if (read.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                buffer.Write(piece, 0, read.Count);
                if (read.EndOfMessage)
                {
                    using var message = JsonDocument.Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
                    buffer.SetLength(0);
                    if (!Take(message.RootElement.Clone()))
                    {
                        return;
                    }
                }
            }
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // over, whatever the reason
        }
    }

    /// <summary>False: Janus says that the session is over.</summary>
    private bool Take(JsonElement message)
    {
        string? kind = message.GetProperty("janus").GetString();
        if (kind != "ack" && message.TryGetProperty("transaction", out JsonElement transaction) && _pending.TryRemove(transaction.GetString()!, out var waiting))
        {
            waiting.TrySetResult(message);
        }
        else if (message.TryGetProperty("sender", out JsonElement sender))
        {
            _heard(sender.GetInt64(), message);
        }

        return kind != "timeout";
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(Heartbeat, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_closing.Token))
            {
                await SendAsync(new JsonObject { ["janus"] = "keepalive" });
            }
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // over
        }
    }
}
