using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Correction.Grains.Rooms.Janus;

/// <summary>
/// One visit's VideoRoom: family and prison publish, each receives the other, the officer receives both and publishes
/// nothing. Recorded by Janus, and no participant can switch that off. Pages speak of links: <c>up</c> (what they publish)
/// and <c>down:family</c>, <c>down:prison</c> (what they receive).
/// </summary>
/// <remarks>Called by one grain, one call at a time.</remarks>
internal sealed class JanusRoom : IAsyncDisposable
{
    private const string Up = "up";

    private readonly JanusConnection _janus;
    private readonly JanusOptions _options;
    private readonly string _room;
    private readonly bool _recorded;
    private readonly long _control;
    private readonly Dictionary<(RoomParty Party, string Link), long> _handles = [];
    private readonly HashSet<RoomParty> _publishing = [];
    private readonly HashSet<(RoomParty Party, string Link)> _flowing = [];
    private int _takes;

    private JanusRoom(JanusConnection janus, JanusOptions options, string room, bool recorded, long control) =>
        (_janus, _options, _room, _recorded, _control) = (janus, options, room, recorded, control);

    /// <summary>Ends when Janus, or the way to it, is gone.</summary>
    public Task Closed => _janus.Closed;

    /// <summary>The officer receives both.</summary>
    public bool IsWatched => _flowing.Contains((RoomParty.Officer, Down(RoomParty.Family))) && _flowing.Contains((RoomParty.Officer, Down(RoomParty.Prison)));

    /// <param name="room">Id of the visit.</param>
    /// <param name="recorded">Into the folder of the visit under the recordings.</param>
    /// <param name="heard">An event of Janus, to be handed to <see cref="Hear"/> in the grain's turn.</param>
    public static async Task<JanusRoom> OpenAsync(JanusOptions options, string room, bool recorded, TimeProvider time, Action<long, JsonElement> heard, CancellationToken cancellation)
    {
        JanusConnection janus = await JanusConnection.OpenAsync(options, time, heard, cancellation);
        try
        {
            long control = await janus.AttachAsync("control");
            var opened = new JanusRoom(janus, options, room, recorded, control);
            await opened.CreateAsync();
            return opened;
        }
        catch
        {
            await janus.DisposeAsync();
            throw;
        }
    }

    /// <summary>A page's signal: <c>{"link","sdp"?,"ice"?}</c>. Returns the answer for it, or null.</summary>
    public async Task<JsonObject?> SignalAsync(RoomParty from, JsonElement payload)
    {
        string link = payload.GetProperty("link").GetString() ?? string.Empty;
        if (payload.TryGetProperty("sdp", out JsonElement description))
        {
            return link == Up ? await PublishAsync(from, description) : await StartAsync(from, link, description);
        }

        if (payload.TryGetProperty("ice", out JsonElement candidate) && _handles.TryGetValue((from, link), out long handle))
        {
            await _janus.TrickleAsync(handle, candidate.ValueKind == JsonValueKind.Object ? JsonNode.Parse(candidate.GetRawText()) : null);
        }

        return null;
    }

    /// <summary>What must be offered to whom now: the officer receives who publishes; family and prison each other once they may.</summary>
    public async Task<List<(RoomParty To, JsonObject Offer)>> OfferAsync(Func<RoomParty, bool> isPresent, bool mediaOpen)
    {
        var offers = new List<(RoomParty, JsonObject)>();
        foreach (RoomParty feed in _publishing.Where(feed => _flowing.Contains((feed, Up))).ToArray()) // before that Janus knows no such feed
        {
            foreach (RoomParty to in (RoomParty[])[RoomParty.Officer, feed == RoomParty.Family ? RoomParty.Prison : RoomParty.Family])
            {
                if (isPresent(to) && (to == RoomParty.Officer ? _recorded : mediaOpen) && !_handles.ContainsKey((to, Down(feed))))
                {
                    offers.Add((to, await SubscribeAsync(to, feed)));
                }
            }
        }

        return offers;
    }

    /// <summary>Takes away what family and prison receive from each other; what they publish goes on to the officer and the recording.</summary>
    public async Task SeparateAsync()
    {
        foreach ((RoomParty Party, string Link) key in _handles.Keys.Where(key => key.Party != RoomParty.Officer && key.Link != Up).ToArray())
        {
            await DropAsync(key);
        }
    }

    /// <summary>The party is gone, or begins anew.</summary>
    public async Task LeaveAsync(RoomParty party)
    {
        _publishing.Remove(party);
        foreach ((RoomParty Party, string Link) key in _handles.Keys.Where(key => key.Party == party || key.Link == Down(party)).ToArray())
        {
            await DropAsync(key);
        }
    }

    /// <summary>An event of Janus. Returns a candidate for a page, or null.</summary>
    public (RoomParty To, JsonObject Payload)? Hear(long sender, JsonElement message)
    {
        if (_handles.FirstOrDefault(handle => handle.Value == sender) is not { Value: not 0, Key: var key })
        {
            return null;
        }

        switch (message.GetProperty("janus").GetString())
        {
            case "webrtcup":
                _flowing.Add(key);
                return null;
            case "hangup" or "detached":
                _flowing.Remove(key);
                return null;
            case "trickle":
                JsonElement candidate = message.GetProperty("candidate");
                return (key.Party, new JsonObject { ["link"] = key.Link, ["ice"] = candidate.TryGetProperty("completed", out _) ? null : JsonNode.Parse(candidate.GetRawText()) });
            default:
                return null;
        }
    }

    /// <summary>Nobody receives anything after it: the room is destroyed, then the session.</summary>
    public async Task EndAsync()
    {
        try
        {
            await _janus.RequestAsync(_control, new JsonObject { ["request"] = "destroy", ["room"] = _room, ["secret"] = Secret("room"), ["permanent"] = false });
        }
        catch (Exception failure) when (failure is JanusException or TimeoutException or System.Net.WebSockets.WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // the session ends below, and all its handles with it
        }

        await _janus.DestroyAsync();
    }

    public ValueTask DisposeAsync() => _janus.DisposeAsync();

    private async Task CreateAsync()
    {
        try
        {
            await _janus.RequestAsync(_control, new JsonObject { ["request"] = "destroy", ["room"] = _room, ["secret"] = Secret("room"), ["permanent"] = false });
        }
        catch (JanusException)
        {
            // none was left by a host that died: as it should be
        }

        var create = new JsonObject
        {
            ["request"] = "create", ["admin_key"] = _options.AdminKey, ["room"] = _room, ["permanent"] = false, ["is_private"] = true,
            ["secret"] = Secret("room"), ["pin"] = Secret("pin"), ["allowed"] = new JsonArray(Secret("family"), Secret("prison")),
            ["publishers"] = 2, ["bitrate"] = _options.BitrateCap, ["bitrate_cap"] = true, ["fir_freq"] = 10, ["audiocodec"] = "opus", ["videocodec"] = "vp8",
            ["require_pvtid"] = false, ["require_e2ee"] = false, ["notify_joining"] = false,
            ["record"] = _recorded, ["lock_record"] = true, // without the lock a participant could switch the recording on or off
        };
        if (_recorded)
        {
            create["rec_dir"] = Path.Combine(_options.RecordingDirectory, _room);
        }

        await _janus.RequestAsync(_control, create);
    }

    private async Task<JsonObject> PublishAsync(RoomParty party, JsonElement offer)
    {
        await LeaveAsync(party);
        long handle = _handles[(party, Up)] = await _janus.AttachAsync(Name(party));
        await _janus.RequestAsync(handle, new JsonObject
        {
            ["request"] = "join", ["ptype"] = "publisher", ["room"] = _room, ["id"] = Name(party), ["pin"] = Secret("pin"), ["token"] = Secret(Name(party)),
        });
        (_, JsonElement? answer) = await _janus.RequestAsync(
            handle, new JsonObject { ["request"] = "publish", ["filename"] = $"{Name(party)}-{Stamp()}" }, JsonNode.Parse(offer.GetRawText()));
        _publishing.Add(party);
        return Description(Up, answer);
    }

    private async Task<JsonObject> SubscribeAsync(RoomParty to, RoomParty feed)
    {
        long handle = _handles[(to, Down(feed))] = await _janus.AttachAsync(Name(to));
        (_, JsonElement? offer) = await _janus.RequestAsync(handle, new JsonObject
        {
            ["request"] = "join", ["ptype"] = "subscriber", ["room"] = _room, ["pin"] = Secret("pin"), ["streams"] = new JsonArray(new JsonObject { ["feed"] = Name(feed) }),
        });
        return Description(Down(feed), offer);
    }

    private async Task<JsonObject?> StartAsync(RoomParty party, string link, JsonElement answer)
    {
        if (_handles.TryGetValue((party, link), out long handle))
        {
            await _janus.RequestAsync(handle, new JsonObject { ["request"] = "start", ["room"] = _room }, JsonNode.Parse(answer.GetRawText()));
        }

        return null;
    }

    private async Task DropAsync((RoomParty Party, string Link) key)
    {
        _flowing.Remove(key);
        if (_handles.Remove(key, out long handle))
        {
            await _janus.DetachAsync(handle);
        }
    }

    private static JsonObject Description(string link, JsonElement? jsep) => new()
    {
        ["link"] = link, ["sdp"] = jsep is { } description ? JsonNode.Parse(description.GetRawText()) : null,
    };

    /// <summary>A new name for every take: one that begins anew overwrites nothing.</summary>
    private string Stamp() => $"{Guid.CreateVersion7():N}-{++_takes}";

    /// <summary>What only the service knows of a room, without storing it.</summary>
    private string Secret(string purpose) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(_options.ApiSecret), Encoding.UTF8.GetBytes($"{_room}/{purpose}")))[..32];

    private static string Down(RoomParty feed) => $"down:{Name(feed)}";

    private static string Name(RoomParty party) => party switch { RoomParty.Family => "family", RoomParty.Prison => "prison", _ => "officer" };
}
