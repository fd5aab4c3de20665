using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Correction.Testing;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Correction.Server.Tests.Live;

/// <summary>
/// An outside client of one live board that follows the protocol: keeps what snapshots and deltas say, comes back with
/// its last sequence, and notes every delta that does not follow the one before.
/// </summary>
/// <param name="after">The sequence it begins with; null: it knows nothing yet.</param>
internal sealed class BoardFollower(ServerProcess server, string token, string board, bool messagePack = false, CutProxy? proxy = null, long? after = null)
    : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, JsonNode> _subjects = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, JsonNode> _alerts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, JsonNode> _visits = new(StringComparer.Ordinal);
    private HubConnection? _hub;
    private long? _sequence = after;

    /// <summary>Deltas that left a gap: must stay empty.</summary>
    public List<string> Gaps { get; } = [];

    public int Snapshots { get; private set; }

    public int Deltas { get; private set; }

    /// <summary>Ends when the connection does.</summary>
    public Task Closed { get; private set; } = Task.CompletedTask;

    /// <summary>The whole board as this client holds it, in one text; without the sequence, which is of no picture.</summary>
    public string Picture
    {
        get
        {
            lock (_gate)
            {
                return string.Join('\n', _subjects.Values.Concat(_alerts.Values).Concat(_visits.Values).Select(item => item.ToJsonString()));
            }
        }
    }

    /// <summary>What the board says of a visit; null: it is not on it.</summary>
    public JsonNode? Visit(string id)
    {
        lock (_gate)
        {
            return _visits.GetValueOrDefault(id)?.DeepClone();
        }
    }

    /// <summary>A new connection that goes on from the last sequence.</summary>
    public async Task ConnectAsync()
    {
        await DisposeAsync();
        Uri address = new(proxy?.Through(server.Address) ?? server.Address, "hubs/live");
        IHubConnectionBuilder builder = new HubConnectionBuilder().WithUrl(address, options => options.AccessTokenProvider = () => Task.FromResult<string?>(token));
        _hub = (messagePack ? builder.AddMessagePackProtocol() : builder).Build();
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _hub.Closed += _ => Task.FromResult(closed.TrySetResult());
        Closed = closed.Task;
        _hub.On<string, long, object>("snapshot", (_, at, content) => Take(at, Plain(content)!.AsObject()));
        _hub.On<string, long, long, object>("delta", (_, from, to, content) => Take(from, to, Plain(content)!.AsObject()));
        await _hub.StartAsync(TestContext.Current.CancellationToken);
        await _hub.InvokeAsync("Watch", board, _sequence, TestContext.Current.CancellationToken);
    }

    /// <summary>Asks for the board anew without waiting for the answer.</summary>
    public Task AskAgainAsync() => _hub!.SendAsync("Watch", board, (long?)null, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_hub is not null)
        {
            await _hub.DisposeAsync();
        }
    }

    private void Take(long at, JsonObject content)
    {
        lock (_gate)
        {
            (_sequence, Snapshots) = (at, Snapshots + 1);
            _subjects.Clear();
            _alerts.Clear();
            _visits.Clear();
            Merge(content);
        }
    }

    private void Take(long from, long to, JsonObject content)
    {
        lock (_gate)
        {
            if (to <= _sequence)
            {
                return; // known already
            }

            if (from != _sequence)
            {
                Gaps.Add(FormattableString.Invariant($"{_sequence} then {from}"));
            }

            (_sequence, Deltas) = (to, Deltas + 1);
            Merge(content);
            foreach (JsonNode? move in content["moved"]!.AsArray())
            {
                JsonNode subject = _subjects[(string)move!["id"]!];
                (subject["position"], subject["battery"]) = (move["position"]!.DeepClone(), move["battery"]?.DeepClone() ?? subject["battery"]?.DeepClone());
            }
        }
    }

    private void Merge(JsonObject content)
    {
        MergeVisits(content);
        foreach (JsonNode? subject in content["subjects"]!.AsArray())
        {
            _subjects[(string)subject!["id"]!] = subject.DeepClone();
        }

        foreach (JsonNode? alert in content["alerts"]!.AsArray())
        {
            _alerts.Remove((string)alert!["id"]!);
            if ((string)alert["state"]! != "resolved")
            {
                _alerts[(string)alert["id"]!] = alert.DeepClone();
            }
        }
    }

    private void MergeVisits(JsonObject content)
    {
        foreach (JsonNode? visit in content["visits"]!.AsArray())
        {
            _visits.Remove((string)visit!["id"]!);
            if ((string)visit["state"]! != "rescheduled")
            {
                _visits[(string)visit["id"]!] = visit.DeepClone();
            }
        }
    }

    /// <summary>Both protocols in one form: JSON elements, or the maps and lists of MessagePack.</summary>
    private static JsonNode? Plain(object? content) => content switch
    {
        null => null,
        JsonElement element => JsonNode.Parse(element.GetRawText()),
        IDictionary map => new JsonObject(map.Keys.Cast<object>().Select(key => KeyValuePair.Create((string)key, Plain(map[key])))),
        string text => text,
        IEnumerable items => new JsonArray([.. items.Cast<object?>().Select(Plain)]),
        double number => number,
        bool flag => flag,
        var number => Convert.ToInt64(number, CultureInfo.InvariantCulture),
    };
}
