using System.Collections.Immutable;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Simulation;

/// <summary>
/// Where a subject truly is, all day: at home, on the way to work past a school, at work, on errands, at home at night; on
/// some days through the school, out of the permitted area, or out at night.
/// </summary>
internal sealed class DayPlan
{
    public const int Seconds = 24 * 3600;

    /// <summary>Metres per second: on foot, by bicycle, by car.</summary>
    private static readonly double[] Paces = [1.4, 1.4, 4, 8, 12];

    private readonly List<(int At, double East, double North)> _way = [];

    private DayPlan(GeoPoint home) => Home = home;

    public static LocalDate Date { get; } = new(2026, 3, 2);

    public Instant Midnight { get; } = ChinaTime.StartOf(Date);

    public GeoPoint Home { get; }

    public IReadOnlyList<ImposeZone> Zones { get; private set; } = [];

    public static DayPlan Invent(Random chance)
    {
        var plan = new DayPlan(new GeoPoint(112.36, 28.85).Move(chance.Next(-3000, 3000), chance.Next(-3000, 3000)));
        double pace = Paces[chance.Next(Paces.Length)];
        double turn = chance.NextDouble() * 2 * Math.PI;
        double work = Between(chance, 600, 3_000);
        double radius = Between(chance, 60, 200);
        double gap = Between(chance, 15, 90); // metres between the way to work and the school's border
        (double East, double North) along = (Math.Cos(turn), Math.Sin(turn));
        (double East, double North) school = Off(along, work / 2, radius + gap);
        (double East, double North) desk = Off(along, work, 0);
        plan.Zones = plan.LayZones(chance, school, radius);

        double conduct = chance.NextDouble();
        plan.Stand(0, 0, 0);
        int leaves = chance.Next(7 * 3600, (8 * 3600) + 1800);
        plan.Stand(leaves, 0, 0);
        plan.GoBySchool(chance, along, work, school, desk, pace, conduct);
        plan.Stand(12 * 3600, desk.East, desk.North);
        plan.RunErrands(chance, desk, pace, conduct);
        plan.Stand(Math.Max(plan._way[^1].At, chance.Next(17 * 3600, (18 * 3600) + 1800)), plan._way[^1].East, plan._way[^1].North);
        plan.Go(pace, Off(along, work / 2, 0));
        plan.SpendEvening(chance, pace, conduct);
        return plan;
    }

    /// <summary>The true place at a second of the day.</summary>
    public GeoPoint At(int second)
    {
        (double east, double north) = PlaceAt(second);
        return Home.Move(east, north);
    }

    public bool IsStill(int second) => PlaceAt(second) == PlaceAt(Math.Max(0, second - 20));

    private (double East, double North) PlaceAt(int second)
    {
        int next = _way.FindIndex(corner => corner.At > second);
        if (next < 0)
        {
            return (_way[^1].East, _way[^1].North);
        }

        if (next == 0)
        {
            return (_way[0].East, _way[0].North);
        }

        ((int from, double ax, double ay), (int to, double bx, double by)) = (_way[next - 1], _way[next]);
        double share = (double)(second - from) / (to - from);
        return (ax + ((bx - ax) * share), ay + ((by - ay) * share));
    }

    private static double Between(Random chance, double least, double most) => least + (chance.NextDouble() * (most - least));

    private static (double East, double North) Off((double East, double North) along, double forward, double aside) =>
        ((along.East * forward) - (along.North * aside), (along.North * forward) + (along.East * aside));

    private ImposeZone[] LayZones(Random chance, (double East, double North) school, double radius)
    {
        GeoPoint middle = Home.Move(school.East, school.North);
        ZoneGeometry ground = chance.Next(2) == 0 ? new ZoneGeometry.Circle(middle, radius) : Hexagon(middle, radius);
        var night = new ZoneSchedule([.. Enum.GetValues<IsoDayOfWeek>().Where(day => day != IsoDayOfWeek.None)], new LocalTime(22, 0), new LocalTime(6, 0));
        return
        [
            new ImposeZone("夜间居住地", ZoneKind.Inclusion, new ZoneGeometry.Circle(Home, Between(chance, 80, 200)), night, 2, null),
            new ImposeZone("学校", ZoneKind.Exclusion, ground, null, 2, null),
            new ImposeZone("活动范围", ZoneKind.Inclusion, new ZoneGeometry.Circle(Home, 5_000), null, 2, null),
        ];
    }

    private static ZoneGeometry.Area Hexagon(GeoPoint middle, double radius)
    {
        ImmutableArray<GeoPoint> corners = [.. Enumerable.Range(0, 6).Select(corner => middle.Move(radius * Math.Cos(corner * Math.PI / 3), radius * Math.Sin(corner * Math.PI / 3)))];
        return new ZoneGeometry.Area([[.. corners, corners[0]]]);
    }

    private void GoBySchool(
        Random chance, (double East, double North) along, double work, (double East, double North) school, (double East, double North) desk, double pace, double conduct)
    {
        bool through = conduct < 0.08;
        Go(pace, through ? school : Off(along, work / 2, 0));
        if (conduct < 0.04)
        {
            Stand(_way[^1].At + chance.Next(300, 2_400), school.East, school.North);
        }

        Go(pace, through ? Off(along, (work / 2) + 60, 0) : desk);
        Go(pace, desk);
    }

    private void RunErrands(Random chance, (double East, double North) desk, double pace, double conduct)
    {
        bool leaves = conduct is >= 0.08 and < 0.13;
        double far = leaves ? Between(chance, 5_600, 9_000) : Between(chance, 100, 1_200);
        double turn = chance.NextDouble() * 2 * Math.PI;
        (double East, double North) place = leaves ? (far * Math.Cos(turn), far * Math.Sin(turn)) : (desk.East + (far * Math.Cos(turn)), desk.North + (far * Math.Sin(turn)));
        Go(leaves ? 12 : pace, place);
        Stand(_way[^1].At + chance.Next(600, 3_600), place.East, place.North);
        Go(leaves ? 12 : pace, desk);
    }

    private void SpendEvening(Random chance, double pace, double conduct)
    {
        if (conduct is >= 0.13 and < 0.18)
        {
            double turn = chance.NextDouble() * 2 * Math.PI;
            Go(pace, (700 * Math.Cos(turn), 700 * Math.Sin(turn))); // stays out: home only after the curfew has begun
            Stand(chance.Next((22 * 3600) + 600, (23 * 3600) + 1200), _way[^1].East, _way[^1].North);
            Go(pace, (0, 0));
            return;
        }

        Go(pace, (0, 0));
        int walk = chance.Next(19 * 3600, 20 * 3600);
        if (chance.Next(2) == 0 && _way[^1].At < walk)
        {
            Stand(walk, 0, 0);
            Go(1.4, (chance.Next(-500, 500), chance.Next(-500, 500)));
            Go(1.4, (0, 0));
        }

        if (conduct is >= 0.18 and < 0.23)
        {
            Stand(chance.Next((22 * 3600) + 1800, 23 * 3600), 0, 0); // slips out at night
            Go(1.4, (chance.Next(350, 600), chance.Next(-300, 300)));
            Stand(_way[^1].At + chance.Next(300, 1_200), _way[^1].East, _way[^1].North);
            Go(1.4, (0, 0));
        }
    }

    private void Stand(int until, double east, double north)
    {
        if (_way.Count == 0 || until > _way[^1].At)
        {
            _way.Add((until, east, north));
        }
    }

    private void Go(double pace, (double East, double North) to)
    {
        (int at, double east, double north) = _way[^1];
        double far = Math.Sqrt(Math.Pow(to.East - east, 2) + Math.Pow(to.North - north, 2));
        _way.Add((at + Math.Max(1, (int)Math.Ceiling(far / pace)), to.East, to.North));
    }
}
