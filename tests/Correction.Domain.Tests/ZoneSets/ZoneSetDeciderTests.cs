using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.ZoneSets;
using NodaTime;
using static Correction.Domain.Tests.Cases;

namespace Correction.Domain.Tests.ZoneSets;

/// <summary>Who lays and lifts the shared zones of a county, and whom they concern.</summary>
public sealed class ZoneSetDeciderTests
{
    private static readonly Jurisdiction County = Jurisdiction.Parse("430981");
    private static readonly Jurisdiction Station = Jurisdiction.Parse("430981001");
    private static readonly Jurisdiction OtherStation = Jurisdiction.Parse("430981002");
    private static readonly ImposeZone School = new("学校", ZoneKind.Exclusion, new ZoneGeometry.Circle(Center, 200), null, 2, null, Buffer: 50);

    [Theory]
    [InlineData("430981", Role.Approver, "430981", true)]
    [InlineData("430981", Role.Approver, "430981001", true)]
    [InlineData("430981", Role.Approver, "430902", false)]
    [InlineData("430981001", Role.Officer, "430981001", true)]
    [InlineData("430981001", Role.Officer, "430981", false)]
    [InlineData("430981001", Role.Officer, "430981002", false)]
    [InlineData("430981", Role.Officer, "430981", false)] // an officer acts for a station, wherever the account reaches
    [InlineData("430981", Role.Leader, "430981", false)]
    public void Given_a_county_When_a_shared_zone_is_laid_Then_an_officer_may_for_the_own_station_and_the_approver_for_the_county(
        string reach, Role role, string jurisdiction, bool may) =>
        CountyZones.When(new LaySharedZone(Jurisdiction.Parse(jurisdiction), School), by: new Actor("a", role, reach))
            .ThenEither(may, Laid(1, Jurisdiction.Parse(jurisdiction)), RefusalKind.Power, "countyDecides", "9");

    [Fact]
    public void Given_a_zone_that_is_to_hold_from_the_past_When_it_is_laid_Then_it_holds_from_now_on() =>
        CountyZones.When(new LaySharedZone(County, School with { EffectiveFrom = Now - Duration.FromDays(1) }), by: Approver).ThenOn(["23"], Laid(1, County));

    [Fact]
    public void Given_a_zone_that_cannot_be_judged_When_it_is_laid_Then_it_is_refused_as_a_subjects_own_would_be() =>
        CountyZones.When(new LaySharedZone(County, School with { Buffer = 10_001 }), by: Approver).ThenRefused(RefusalKind.Rule, "bufferInvalid");

    [Fact]
    public void Given_a_shared_zone_When_it_is_lifted_Then_only_who_may_lay_it_may_and_a_repeat_changes_nothing()
    {
        var lift = new LiftSharedZone(new ZoneId(Guid(1)));
        CountyZones.Given(Laid(1, County)).When(lift).ThenRefused(RefusalKind.Power, "countyDecides", "9");
        CountyZones.Given(Laid(1, County)).When(lift, by: Approver).Then(new SharedZoneLifted(new ZoneId(Guid(1))));
        CountyZones.Given(Laid(1, County), new SharedZoneLifted(new ZoneId(Guid(1)))).When(lift, by: Approver).Then();
        CountyZones.When(lift, by: Approver).ThenRefused(RefusalKind.Unknown, "zoneUnknown");
    }

    [Fact]
    public void Given_zones_of_the_county_and_of_stations_When_asked_Then_each_concerns_whom_its_jurisdiction_covers()
    {
        ZoneSet set = CountyZones.Given(Laid(1, County), Laid(2, Station), Laid(3, OtherStation)).State;

        Assert.Equal([1, 2], set.Concerning(Station).Select(Number));
        Assert.Equal([1], set.Concerning(County).Select(Number));
        Assert.Equal([1, 2, 3], set.Touching(County).Select(Number));
        Assert.Equal(new SharedZoneVersion(OtherStation, 3), set.Zones[new ZoneId(Guid(3))].Shared);
    }

    private static int Number(Zone zone) => Enumerable.Range(1, 3).Single(number => zone.Id == new ZoneId(Guid(number)));

    private static SharedZoneLaid Laid(int number, Jurisdiction jurisdiction) =>
        new(new ZoneId(Guid(number)), jurisdiction, School.Name, School.Kind, School.Geometry, School.Schedule, School.Confirmations, Now, School.Buffer, School.Dwell);
}
