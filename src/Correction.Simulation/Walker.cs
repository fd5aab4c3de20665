using Correction.Domain.Location;
using NodaTime;

namespace Correction.Simulation;

/// <summary>
/// A person who goes round a closed way at a steady pace, as streets run: along the axes. Pure: where somebody is follows
/// from the way and the time alone.
/// </summary>
/// <param name="Corners">The way's corners, in order; from the last it goes back to the first.</param>
/// <param name="Pace">Metres per second.</param>
/// <param name="Begun">When the person stood at the first corner.</param>
public sealed record Walker(IReadOnlyList<GeoPoint> Corners, double Pace, Instant Begun)
{
    /// <summary>Where the person is; before <see cref="Begun"/>, at the first corner.</summary>
    public GeoPoint At(Instant time)
    {
        double length = Legs().Sum(leg => leg.From.DistanceTo(leg.To));
        double gone = length == 0 ? 0 : Math.Max(0, (time - Begun).TotalSeconds) * Pace % length;
        foreach ((GeoPoint from, GeoPoint to) in Legs())
        {
            double leg = from.DistanceTo(to);
            if (gone <= leg && leg > 0)
            {
                (double east, double north) = from.Offset(to);
                return from.Move(east * (gone / leg), north * (gone / leg));
            }

            gone -= leg;
        }

        return Corners[0];
    }

    private IEnumerable<(GeoPoint From, GeoPoint To)> Legs() =>
        Corners.Select((corner, index) => (corner, Corners[(index + 1) % Corners.Count]));
}
