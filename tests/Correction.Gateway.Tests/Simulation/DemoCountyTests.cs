using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Simulation;
using FsCheck.Xunit;
using NodaTime;

namespace Correction.Gateway.Tests.Simulation;

public sealed class DemoCountyTests
{
    private static readonly Instant Begun = Instant.FromUtc(2026, 3, 1, 1, 0);

    [Property(MaxTest = 200)]
    public void Given_any_seed_When_a_person_is_invented_Then_the_identity_number_is_sound_and_tells_the_birth_date_and_sex(int seed)
    {
        SimulatedPerson person = SimulatedPerson.Invent(new Random(seed));
        Assert.True(IdentityNumber.TryParse(person.IdNumber, out IdentityNumber? number));
        Assert.Equal(person.BirthDate, number.BirthDate);
        Assert.Equal(person.Sex == "male" ? 1 : 0, (person.IdNumber[16] - '0') % 2);
        Assert.StartsWith(DemoCounty.County, person.IdNumber, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_the_same_seed_When_invented_twice_Then_people_and_ways_are_the_same()
    {
        IReadOnlyList<DemoSubject> first = DemoCounty.Subjects(7);
        IReadOnlyList<DemoSubject> second = DemoCounty.Subjects(7);
        Assert.Equal(first.Select(subject => (subject.Id, subject.Person, subject.Home)), second.Select(subject => (subject.Id, subject.Person, subject.Home)));
        Assert.Equal(PlacesAt(first, 300), PlacesAt(second, 300));
    }

    [Property(MaxTest = 200)]
    public void Given_a_walker_When_a_second_goes_by_Then_nobody_goes_farther_than_the_pace(ushort seconds)
    {
        foreach (DemoSubject subject in DemoCounty.Subjects(7))
        {
            Walker walker = subject.Walker(Begun);
            Instant now = Begun + Duration.FromSeconds(seconds);
            double gone = walker.At(now).DistanceTo(walker.At(now + Duration.FromSeconds(1)));
            Assert.InRange(gone, 0, subject.Pace + 0.1);
        }
    }

    [Fact]
    public void Given_the_demo_county_When_three_minutes_go_by_Then_only_the_misbehaving_break_their_zones()
    {
        foreach (DemoSubject subject in DemoCounty.Subjects(430981))
        {
            Walker walker = subject.Walker(Begun);
            bool breaks = Enumerable.Range(0, 36 * 20).Any(step => Breaks(subject, walker.At(Begun + Duration.FromSeconds(5 * step))));
            Assert.Equal((subject.Number, subject.Conduct is Conduct.EntersExclusionZone or Conduct.LeavesInclusionZone), (subject.Number, breaks));
        }
    }

    private static bool Breaks(DemoSubject subject, GeoPoint place)
    {
        var circle = Assert.IsType<ZoneGeometry.Circle>(subject.Zone.Geometry);
        bool inside = circle.Center.DistanceTo(place) <= circle.Radius;
        return inside == (subject.Zone.Kind == ZoneKind.Exclusion);
    }

    private static GeoPoint[] PlacesAt(IReadOnlyList<DemoSubject> subjects, int second) =>
        [.. subjects.Select(subject => subject.Walker(Begun).At(Begun + Duration.FromSeconds(second)))];
}
