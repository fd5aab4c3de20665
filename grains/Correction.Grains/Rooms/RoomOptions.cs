namespace Correction.Grains.Rooms;

/// <summary>How rooms carry picture and sound.</summary>
/// <param name="Janus">Null: from browser to browser, recorded by the officer's page.</param>
/// <param name="RelayOnly">Only candidates of the TURN server are passed on: no party learns another's address.</param>
public sealed record RoomOptions(JanusOptions? Janus, RoomLimits Limits, bool RelayOnly)
{
    public static RoomOptions Default { get; } = new(null, RoomLimits.Default, false);
}

/// <summary>The Janus that carries the rooms. The service is its only client; browsers never see its API.</summary>
/// <param name="Url">Its WebSocket API, <c>ws://127.0.0.1:8188</c>.</param>
/// <param name="ApiSecret"><c>api_secret</c> of its configuration.</param>
/// <param name="AdminKey"><c>admin_key</c> of its VideoRoom plugin.</param>
/// <param name="RecordingDirectory">The service's recordings as Janus sees them.</param>
/// <param name="BitrateCap">Of each party's picture, bit/s.</param>
public sealed record JanusOptions(Uri Url, string ApiSecret, string AdminKey, string RecordingDirectory, int BitrateCap);
