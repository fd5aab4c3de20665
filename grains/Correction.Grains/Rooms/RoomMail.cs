using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain.Visits;

namespace Correction.Grains.Rooms;

/// <summary>What the room says to its pages, and signals that wait until family and prison may see each other.</summary>
internal sealed class RoomMail(RoomSeats seats)
{
    private const int MostHeld = 200;

    private readonly List<(RoomParty To, RoomMessage Message)> _held = [];
    private readonly List<RoomMessage> _out = [];

    public void ToAll(string method, params ReadOnlySpan<object> arguments)
    {
        string json = Json(arguments);
        _out.AddRange(seats.All.Select(seat => new RoomMessage(seat.Connection, method, json)));
    }

    public void ToOthers(RoomParty party, string method, object argument)
    {
        string json = Json([argument]);
        _out.AddRange(seats.All.Where(seat => seat.Party != party).Select(seat => new RoomMessage(seat.Connection, method, json)));
    }

    public void To(string connection, string method) => _out.Add(new RoomMessage(connection, method, "[]"));

    /// <summary>What the visit has come to.</summary>
    public void Announce(VisitStage before, Visit visit)
    {
        switch (visit.Stage)
        {
            case VisitStage.Admitted:
                ToAll("admitted");
                break;
            case VisitStage.InProgress:
                ToAll(before == VisitStage.Interrupted ? "resumed" : "started");
                break;
            case VisitStage.Interrupted:
                ToAll("interrupted", visit.Interruption() ?? string.Empty);
                break;
            case VisitStage.Cut:
                ToAll("cut", visit.Reason ?? string.Empty);
                break;
            default:
                if (!visit.HasRoom())
                {
                    ToAll("ended", visit.Reason ?? string.Empty);
                }

                break;
        }
    }

    /// <summary>A payload for who sits there; held, where it has to wait.</summary>
    /// <param name="from">As on the wire: a party, or <c>media</c>.</param>
    public void Signal(RoomParty to, object from, string payload, bool hold = false)
    {
        if (seats.ConnectionOf(to) is not { } connection)
        {
            return; // nobody to hear it
        }

        var message = new RoomMessage(connection, "signal", $"[{JsonSerializer.Serialize(from, JsonSerializerOptions.Web)},{payload}]");
        if (!hold)
        {
            _out.Add(message);
        }
        else if (_held.Count < MostHeld)
        {
            _held.Add((to, message));
        }
    }

    /// <summary>What is held for a party whose page is another now, or for that former page, nobody needs any more.</summary>
    public void Forget(RoomParty party, string? before) => _held.RemoveAll(held => held.To == party || held.Message.Connection == before);

    /// <summary>Nothing is held any more.</summary>
    public void Release(bool send)
    {
        if (send)
        {
            _out.AddRange(_held.Select(held => held.Message));
        }

        _held.Clear();
    }

    /// <summary>The messages since the last call.</summary>
    public ImmutableArray<RoomMessage> Drain()
    {
        ImmutableArray<RoomMessage> messages = [.. _out];
        _out.Clear();
        return messages;
    }

    private static string Json(ReadOnlySpan<object> arguments) => JsonSerializer.Serialize(arguments.ToArray(), JsonSerializerOptions.Web);
}
