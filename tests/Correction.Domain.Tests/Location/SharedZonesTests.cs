using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.ZoneSets;
using NodaTime;
using static Correction.Domain.Tests.Cases;
using static Correction.Domain.Tests.Watched;

namespace Correction.Domain.Tests.Location;

/// <summary>Subjects are judged by the shared zones of their county as by their own, and remember only those that concern them.</summary>
public sealed class SharedZonesTests
{
    private static readonly ImposeZone School = new("学校", ZoneKind.Exclusion, new ZoneGeometry.Circle(Center, 100), null, 2, null);
    private static readonly ImposeZone City = new("市辖区", ZoneKind.Inclusion, new ZoneGeometry.Circle(Center, 3_000), null, 2, null);
    private static readonly GeoPoint Outside = Center.Move(1_000, 0);

    [Fact]
    public void Given_a_shared_zone_When_a_subject_enters_it_Then_the_breach_and_its_alert_carry_the_zone_as_it_was()
    {
        Watched subject = With().Under(Set(School)).ReportEach([At("10:00", Outside), At("10:01", Center), At("10:02", Center)]);

        ZoneBreached breached = Assert.IsType<ZoneBreached>(Assert.Single(subject.Events));
        Assert.Equal((new SharedZoneVersion(Jurisdiction.Parse("430981"), 1), School.Geometry), (breached.Shared!.Shared, breached.Shared.Geometry));
        AlertRaised alert = Assert.Single(subject.Alerts);
        Assert.Equal((AlertKind.ZoneEntered, 1), (alert.Kind, alert.Evidence.Zone!.Shared!.Version));
        Assert.True(Known(subject).Breached);
    }

    [Fact]
    public void Given_a_breach_of_a_shared_zone_When_the_subject_leaves_it_Then_it_ends_and_the_condition_clears()
    {
        Watched subject = Breached().ReportEach([At("10:03", Outside), At("10:04", Outside)]);

        Assert.Equal(Clock("10:03"), Assert.IsType<ZoneBreachEnded>(subject.Events[^1]).Until);
        Assert.IsType<ClearCondition>(Assert.Single(subject.Told).Command);
        Assert.False(Known(subject).Breached);
    }

    [Fact]
    public void Given_a_breach_of_a_shared_zone_When_the_zone_is_lifted_Then_it_ends_with_the_next_fix_and_once()
    {
        Watched subject = Breached().Under(ZoneSet.Empty).Report(At("10:03", Center)).Report(At("10:04", Center));

        Assert.Equal(Clock("10:03"), Assert.IsType<ZoneBreachEnded>(subject.Events[^1]).Until);
        Assert.Equal(2, subject.Events.Count);
        Assert.IsType<ClearCondition>(Assert.Single(subject.Told).Command);
    }

    [Fact]
    public void Given_a_breach_of_a_shared_zone_that_was_lifted_When_no_fix_arrives_Then_a_look_ends_it()
    {
        Watched subject = Breached().Under(ZoneSet.Empty).LookAt("10:30");
        Assert.Equal(Clock("10:30"), Assert.IsType<ZoneBreachEnded>(subject.Events[^1]).Until);
    }

    [Fact]
    public void Given_a_subject_inside_When_a_shared_zone_is_laid_there_Then_it_is_breached_from_then_on_and_not_before()
    {
        Watched subject = With().Report(At("09:58", Center)).Under(Set(School)).Report(At("09:58:30", Center)).Report(At("09:59", Center));
        Assert.Empty(subject.Events);

        Assert.Equal(Clock("10:00"), Assert.IsType<ZoneBreached>(Assert.Single(subject.Report(At("10:01", Center)).Events)).Since);
    }

    [Fact]
    public void Given_uncertain_fixes_that_agree_When_some_are_from_before_the_zone_was_laid_Then_the_breach_begins_with_the_zone()
    {
        Watched subject = With().ReportEach(Enumerable.Range(55, 5).Select(minute => At($"09:{minute}", Center, accuracy: 90)));
        subject.Under(Set(School)).ReportEach(Enumerable.Range(0, 5).Select(minute => At($"10:0{minute}", Center, accuracy: 90)));
        Assert.All(subject.Events.OfType<ZoneBreached>(), breached => Assert.True(breached.Since >= Clock("10:00")));
        Assert.NotEmpty(subject.Alerts);
    }

    [Fact]
    public void Given_a_border_of_the_city_When_a_subject_leaves_it_Then_that_is_a_breach_of_an_inclusion_zone()
    {
        Watched subject = With().Under(Set(City)).ReportEach([At("10:00", Center), At("10:03", Center.Move(4_000, 0)), At("10:04", Center.Move(4_000, 0))]);
        Assert.Equal(AlertKind.ZoneExited, Assert.Single(subject.Alerts).Kind);
    }

    [Fact]
    public void Given_many_shared_zones_When_a_subject_walks_past_far_from_them_Then_nothing_of_them_is_remembered()
    {
        ImposeZone[] schools = [.. Enumerable.Range(0, 400).Select(nth => School with { Geometry = new ZoneGeometry.Circle(Center.Move(20_000 + (1_000 * nth), 0), 100) })];
        Watched subject = With().Under(Set(schools)).ReportEach(Enumerable.Range(0, 20).Select(minute => At($"10:{minute:00}", Center.Move(70 * minute, 0))));
        Assert.Empty(subject.Memory.Sights);
        Assert.Empty(subject.Subject.Shared);
    }

    [Fact]
    public void Given_a_walk_past_a_shared_zone_When_it_is_far_again_Then_it_is_forgotten()
    {
        Watched subject = With().Under(Set(School)).Report(At("10:00", Center.Move(130, 0)));
        Assert.Empty(subject.Report(At("10:01", Outside)).Memory.Sights);
    }

    [Fact]
    public void Given_a_drive_through_a_shared_zone_in_one_report_When_it_is_judged_Then_the_crossing_is_found_once()
    {
        Fix[] drive = [.. Enumerable.Range(0, 12).Select(step => At($"10:00:{step * 5:00}", Center.Move((step - 6) * 250 + 125, 0)))];
        Watched subject = With().Under(Set(School)).Report(drive);
        Assert.Single(subject.Alerts);
        Assert.Equal(ZoneRules.SegmentCrossing, subject.Alerts[0].Evidence.Rule);
    }

    [Fact]
    public void Given_a_breach_of_a_shared_zone_When_late_fixes_refute_it_Then_it_is_withdrawn()
    {
        Watched subject = With().Under(Set(School)).ReportEach([At("10:00", Outside), At("10:02", Center), At("10:04", Center)]);
        Assert.Single(subject.Alerts);
        subject.Report(At("10:01", Outside), At("10:02:30", Outside), At("10:03", Outside), At("10:03:30", Outside));
        Assert.IsType<ZoneBreachWithdrawn>(subject.Events[^1]);
    }

    [Fact]
    public void Given_a_breach_of_a_shared_zone_When_the_process_begins_again_Then_it_still_lasts_and_is_not_raised_again()
    {
        Watched subject = Breached().Restart().Report(At("10:03", Center));
        Assert.Single(subject.Alerts);
        Assert.IsType<ZoneBreachEnded>(subject.ReportEach([At("10:04", Outside), At("10:05", Outside)]).Events[^1]);
    }

    [Fact]
    public void Given_all_subjects_of_a_station_When_they_are_judged_Then_they_share_one_set()
    {
        var county = new SharedZones.OfCounty(Set(School));
        Assert.Same(county.Concerning(Jurisdiction.Parse("430981001")), county.Concerning(Jurisdiction.Parse("430981001")));
        Assert.Same(county.Concerning(Jurisdiction.Parse("430981001")).All[0], county.Concerning(Jurisdiction.Parse("430981002")).All[0]);
    }

    private static Watched Breached() => With().Under(Set(School)).ReportEach([At("10:00", Outside), At("10:01", Center), At("10:02", Center)]);

    private static Zone Known(Watched subject) => Assert.Single(subject.Subject.Shared.Values);

    /// <summary>Laid for the county at ten o'clock.</summary>
    private static ZoneSet Set(params ImposeZone[] zones)
    {
        int ids = 700;
        return zones.Aggregate(CountyZones, (spec, zone) => spec.Given(
            [.. ((Decision<IZoneSetEvent>.Accepted)ZoneSetDecider.Decide(
                spec.State, new LaySharedZone(Jurisdiction.Parse("430981"), zone), new DecisionContext(Now, Approver, () => Cases.Guid(++ids)))).Events])).State;
    }
}
