using Correction.Domain.Visits;
using Microsoft.Extensions.Logging;

namespace Correction.Grains.Rooms;

/// <summary>
/// Tells the room what became of its visit. The event stands whatever becomes of this: a room that did not hear reads the
/// visit when the next page joins, and a room that is gone holds no media any more.
/// </summary>
public sealed partial class RoomTeller(IGrainFactory grains, ILogger<RoomTeller> logger)
{
    /// <param name="warning">What staff warned of now; null: nothing.</param>
    public async Task TellAsync(Visit visit, CutReason? warning)
    {
        IVisitRoomGrain room = grains.GetGrain<IVisitRoomGrain>(visit.Id.ToString());
        try
        {
            await (warning is { } reason ? room.Warn(reason) : room.Follow(visit));
        }
        catch (Exception failure)
        {
            LogUntold(logger, visit.Id.ToString(), failure);
        }
    }

    [LoggerMessage(212, LogLevel.Warning, "Room {Room} could not be told what became of its visit.")]
    private static partial void LogUntold(ILogger logger, string room, Exception failure);
}
