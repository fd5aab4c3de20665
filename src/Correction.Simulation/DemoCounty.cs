using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using NodaTime;

namespace Correction.Simulation;

/// <summary>What a demo subject does that an officer should see.</summary>
public enum Conduct
{
    Orderly,
    EntersExclusionZone,
    LeavesInclusionZone,
    FallsSilent,
}

/// <summary>One subject of the demo county, with all that its registration needs and its way of moving.</summary>
public sealed record DemoSubject(
    int Number,
    SubjectId Id,
    SimulatedPerson Person,
    CorrectionCategory Category,
    Jurisdiction Station,
    DeviceKind Kind,
    DeviceProtocol Protocol,
    Conduct Conduct,
    GeoPoint Home,
    IReadOnlyList<GeoPoint> Way,
    double Pace)
{
    public string DeviceId => $"demo-{Number:D3}";

    public Walker Walker(Instant begun) => new(Way, Pace, begun);

    /// <summary>The zone that its conduct will test.</summary>
    public ImposeZone Zone => Conduct == Conduct.EntersExclusionZone
        ? new ImposeZone("禁止进入：原案发地周边", ZoneKind.Exclusion, new ZoneGeometry.Circle(Way[1], 150), null, 2, null)
        : new ImposeZone(
            "活动范围", ZoneKind.Inclusion, new ZoneGeometry.Circle(Home, Conduct == Conduct.LeavesInclusionZone ? 350 : 6_000), null, 2, null);
}

/// <summary>
/// 沅江市 (430981) in the demo: five judicial stations and sixty subjects who go about the townships. The same seed gives
/// the same county; the coordinates of the townships are approximate.
/// </summary>
public static class DemoCounty
{
    public const string County = "430981";

    public static IReadOnlyList<(string Code, string Name, GeoPoint Center)> Stations { get; } =
    [
        ("430981001", "琼湖司法所", new GeoPoint(112.362, 28.846)),
        ("430981002", "草尾司法所", new GeoPoint(112.389, 29.041)),
        ("430981003", "南大膳司法所", new GeoPoint(112.686, 29.059)),
        ("430981004", "茶盘洲司法所", new GeoPoint(112.752, 28.978)),
        ("430981005", "阳罗洲司法所", new GeoPoint(112.443, 29.112)),
    ];

    public static IReadOnlyList<DemoSubject> Subjects(int seed, int count = 60) =>
        [.. Enumerable.Range(1, count).Select(number => Invent(number, new Random(HashCode(seed, number))))];

    private static int HashCode(int seed, int number) => unchecked((seed * 397) ^ (number * 7919));

    private static DemoSubject Invent(int number, Random chance)
    {
        (string code, _, GeoPoint center) = Stations[number % 5 == 0 ? 1 + (number / 5 % 4) : number % 2 == 0 ? number / 2 % 5 : 0];
        GeoPoint home = center.Move(chance.Next(-1200, 1200), chance.Next(-1200, 1200));
        Conduct conduct = (number % 12) switch
        {
            3 => Conduct.EntersExclusionZone,
            7 => Conduct.LeavesInclusionZone,
            10 => Conduct.FallsSilent,
            _ => Conduct.Orderly,
        };
        return new DemoSubject(
            number,
            new SubjectId(Guid.Parse($"019a0000-0000-7000-8000-{number:D12}")),
            SimulatedPerson.Invent(chance),
            (CorrectionCategory)(number % 4),
            Jurisdiction.Parse(code),
            number % 6 == 0 ? DeviceKind.Bracelet : DeviceKind.Phone,
            number % 4 == 1 ? DeviceProtocol.OwnTracks : DeviceProtocol.OsmAnd,
            conduct,
            home,
            Way(home, chance),
            number % 3 == 0 ? 7 : number % 3 == 1 ? 1.4 : 4);
    }

    /// <summary>A round through four streets; long enough to leave a small circle, short enough to be back in minutes.</summary>
    private static GeoPoint[] Way(GeoPoint home, Random chance)
    {
        double east = chance.Next(250, 700) * (chance.Next(2) == 0 ? 1 : -1);
        double north = chance.Next(250, 700) * (chance.Next(2) == 0 ? 1 : -1);
        return [home, home.Move(east, 0), home.Move(east, north), home.Move(0, north)];
    }
}
