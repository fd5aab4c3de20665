using System.Text.Json;
using Correction.Domain.Visits;
using Correction.Grains.Rooms;
using Correction.Server.Accounts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace Correction.Server.Visits;

/// <summary>
/// The room of a visit: lets in its parties, in its window, and passes their signals on. Who calls is asked anew at every
/// call, by the account's standing and by the visit's.
/// </summary>
[Authorize]
internal sealed class VisitHub(IGrainFactory grains, RoomFeed feed, TurnCredentials turn, RoomOptions options) : Hub
{
    private const string RoomKey = "room";

    /// <summary>A session description with its candidates is some kilobytes.</summary>
    private const int LongestPayload = 64 * 1024;

    /// <exception cref="HubException">Not this visit, not this account, or not now: which of them is not told.</exception>
    public async Task<JoinAnswer> Join(string visitId)
    {
        await Leave();
        if (!VisitId.TryParse(visitId, out VisitId visit)
            || await Room(visitId).Join(feed.Self, Context.ConnectionId, Context.User!.Actor()) is not { } view)
        {
            throw new HubException("forbidden: no such visit is open to you now");
        }

        Context.Items[RoomKey] = visitId;
        feed.Add(Context.ConnectionId, visitId, view.Party);
        return new JoinAnswer(view, turn.For(visit, view.Party), options.RelayOnly);
    }

    /// <param name="toParty"><c>family</c>, <c>prison</c>, <c>officer</c>, or <c>media</c> for a media server.</param>
    /// <param name="payload">Passed on as it is.</param>
    /// <exception cref="HubException">The caller has no seat in this room, or no longer.</exception>
    public async Task Signal(string visitId, string toParty, JsonElement payload)
    {
        string text = payload.GetRawText();
        if (text.Length > LongestPayload)
        {
            throw new HubException("malformed: a payload has at most 64 KB");
        }

        if (Context.Items[RoomKey] as string != visitId || !await Room(visitId).Signal(Context.ConnectionId, Context.User!.Actor(), toParty, text))
        {
            throw new HubException("forbidden: join first");
        }
    }

    /// <summary>Staff stop picture and sound at once; the command that decides to cut follows, and says why.</summary>
    /// <exception cref="HubException">The caller is neither officer nor prison in this room.</exception>
    public async Task Halt(string visitId)
    {
        if (Context.Items[RoomKey] as string != visitId || !await Room(visitId).Halt(Context.ConnectionId, Context.User!.Actor()))
        {
            throw new HubException("forbidden: staff of this visit halt it");
        }
    }

    public Task Leave()
    {
        feed.Remove(Context.ConnectionId);
        return Context.Items.Remove(RoomKey, out object? visit) ? Room((string)visit!).Leave(Context.ConnectionId) : Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(Exception? exception) => Leave();

    private IVisitRoomGrain Room(string visit) => grains.GetGrain<IVisitRoomGrain>(visit);
}
