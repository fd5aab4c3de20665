using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Grains.Rooms;

namespace Correction.Server.Visits;

/// <summary>What a page is told when it is let in; names as on the wire.</summary>
internal sealed record JoinAnswer(
    string Party, string Stage, bool Supervised, string Mode, string[] Present, bool MediaOpen, int RemainingSeconds, string? Reason, IceServer[] IceServers, bool RelayOnly)
{
    public JoinAnswer(RoomView view, IceServer[] iceServers, bool relayOnly)
        : this(
            WireNames<RoomParty>.Of(view.Party), WireNames<VisitStage>.Of(view.Stage), view.Supervised, view.Mode, [.. view.Present.Select(WireNames<RoomParty>.Of)],
            view.MediaOpen, view.RemainingSeconds, view.Reason, iceServers, relayOnly)
    {
    }
}
