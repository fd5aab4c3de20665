using NodaTime;

namespace Correction.Grains.Rooms;

/// <summary>Who is there, by which connection, and since when who is not.</summary>
internal sealed class RoomSeats
{
    private readonly Dictionary<RoomParty, Seat> _seats = [];
    private readonly Dictionary<RoomParty, Instant> _gone = [];

    public IEnumerable<RoomSeat> All => _seats.Select(seat => new RoomSeat(seat.Value.Connection, seat.Key));

    public bool Has(RoomParty party) => _seats.ContainsKey(party);

    public string? ConnectionOf(RoomParty party) => _seats.TryGetValue(party, out Seat? seat) ? seat.Connection : null;

    public RoomParty? PartyAt(string connection) =>
        _seats.FirstOrDefault(seat => seat.Value.Connection == connection) is { Value: not null } found ? found.Key : null;

    public void Take(RoomParty party, string connection, Instant now)
    {
        _seats[party] = new Seat(connection, now);
        _gone.Remove(party);
    }

    public void Renew(RoomSeat seat, Instant now)
    {
        if (ConnectionOf(seat.Party) == seat.Connection)
        {
            _seats[seat.Party] = new Seat(seat.Connection, now);
        }
    }

    public void Remove(RoomParty party, Instant since)
    {
        _seats.Remove(party);
        _gone[party] = since;
    }

    public void Clear() => _seats.Clear();

    /// <summary>Who was not renewed for as long as the lease, with the moment of the last sign.</summary>
    public (RoomParty Party, Instant SeenAt)[] Lapsed(Instant now, Duration lease) =>
        [.. _seats.Where(seat => seat.Value.SeenAt + lease < now).Select(seat => (seat.Key, seat.Value.SeenAt))];

    /// <summary>Since when the party is away, once it is for longer than is overlooked.</summary>
    public Instant? Absent(RoomParty party, Instant now, Duration overlooked)
    {
        if (Has(party))
        {
            return null;
        }

        Instant since = _gone.TryGetValue(party, out Instant gone) ? gone : _gone[party] = now;
        return since + overlooked < now ? since : null;
    }

    private sealed record Seat(string Connection, Instant SeenAt);
}
