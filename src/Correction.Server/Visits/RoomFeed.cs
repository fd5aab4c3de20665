using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Correction.Grains.Rooms;
using Microsoft.AspNetCore.SignalR;

namespace Correction.Server.Visits;

/// <summary>This host's pages in rooms: takes what the rooms say to them, and tells the rooms that they are still there.</summary>
internal sealed partial class RoomFeed(IGrainFactory grains, IHubContext<VisitHub> hub, TimeProvider time, ILogger<RoomFeed> logger) : BackgroundService, IRoomHost
{
    /// <summary>A third of <see cref="VisitRoomGrain.Lease"/>.</summary>
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (string Visit, RoomParty Party)> _seats = new();
    private IRoomHost? _reference;

    public IRoomHost Self => _reference ??= grains.CreateObjectReference<IRoomHost>(this);

    public void Add(string connection, string visit, RoomParty party) => _seats[connection] = (visit, party);

    public void Remove(string connection) => _seats.TryRemove(connection, out _);

    /// <summary>Each page is written to in the order in which the room spoke; one that takes nothing delays no other.</summary>
    public Task Deliver(ImmutableArray<RoomMessage> messages)
    {
        foreach (RoomMessage message in messages)
        {
            object?[] arguments = [.. JsonSerializer.Deserialize<JsonElement[]>(message.Arguments)!.Cast<object?>()];
            hub.Clients.Client(message.Connection).SendCoreAsync(message.Method, arguments).Ignore();
        }

        return Task.CompletedTask;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Renewal, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await Task.WhenAll(_seats.GroupBy(seat => seat.Value.Visit).Select(RenewAsync));
        }
    }

    private async Task RenewAsync(IGrouping<string, KeyValuePair<string, (string Visit, RoomParty Party)>> room)
    {
        try
        {
            await grains.GetGrain<IVisitRoomGrain>(room.Key).Renew(Self, [.. room.Select(seat => new RoomSeat(seat.Key, seat.Value.Party))]);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogRenewalFailed(logger, failure, room.Key); // the next round tries again
        }
    }

    [LoggerMessage(305, LogLevel.Warning, "Room {Room} could not be told who is still there.")]
    private static partial void LogRenewalFailed(ILogger logger, Exception failure, string room);
}
