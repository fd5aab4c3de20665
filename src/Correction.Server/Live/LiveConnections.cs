using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;

namespace Correction.Server.Live;

/// <summary>
/// The connections of this host's live hub. SignalR's own senders write a message out again for every client they are
/// asked to reach one by one; through its connection a client can be given what was written out once.
/// </summary>
internal sealed class LiveConnections(ILogger<DefaultHubLifetimeManager<LiveHub>> logger) : DefaultHubLifetimeManager<LiveHub>(logger)
{
    private readonly ConcurrentDictionary<string, HubConnectionContext> _connections = new();

    /// <exception cref="HubException">The connection has ended.</exception>
    public HubConnectionContext this[string connectionId] =>
        _connections.TryGetValue(connectionId, out HubConnectionContext? connection) ? connection : throw new HubException("The connection has ended.");

    public override Task OnConnectedAsync(HubConnectionContext connection)
    {
        _connections[connection.ConnectionId] = connection;
        return base.OnConnectedAsync(connection);
    }

    public override Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        _connections.TryRemove(connection.ConnectionId, out _);
        return base.OnDisconnectedAsync(connection);
    }
}
