using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using static Correction.Domain.Tests.Cases;
using static Correction.Domain.Tests.Watched;

namespace Correction.Domain.Tests.Location;

/// <summary>Fixes that are each too uncertain to decide, and speak together for forbidden ground.</summary>
public sealed class AgreeingFixesTests
{
    private static readonly ImposeZone School = new("学校", ZoneKind.Exclusion, new ZoneGeometry.Circle(Center, 100), null, 2, null);
    private static readonly ImposeZone Home = new("活动范围", ZoneKind.Inclusion, new ZoneGeometry.Circle(Center, 500), null, 2, null);

    /// <summary>Metres from the middle of the school to a device that comes from the east, stands, and leaves again.</summary>
    private static IEnumerable<Fix> Visit(params ReadOnlySpan<double> stay)
    {
        double[] way = [500, 400, .. stay, 400, 500];
        return way.Select((east, step) => At("10:00", Center.Move(east, 0), accuracy: 60) with { OccurredAt = Clock("10:00") + Duration.FromMinutes(step), ReceivedAt = Clock("10:00") + Duration.FromMinutes(step) });
    }

    [Fact]
    public void Given_a_device_that_came_from_elsewhere_When_uncertain_fixes_agree_that_it_is_inside_Then_the_zone_is_breached_since_the_first()
    {
        Watched subject = With(School).ReportEach(Visit(70, 80, 60));
        AlertRaised alert = Assert.Single(subject.Alerts);
        Assert.Equal(ZoneRules.AgreeingFixes, alert.Evidence.Rule);
        Assert.Equal([Clock("10:02"), Clock("10:03")], alert.Evidence.Fixes.Select(fix => fix.OccurredAt));
        Assert.Equal((Clock("10:02"), Clock("10:05")), (subject.Breaches.Single().Since, subject.Breaches.Single().Until));
    }

    public static TheoryData<string, double[]> Undecided => new()
    {
        { "one fix agrees with nothing", [70] },
        { "their middle lies outside", [90, 130] },
        { "one that is certainly outside breaks the run", [70, 170, 70] },
    };

    [Theory]
    [MemberData(nameof(Undecided))]
    public void Given_uncertain_fixes_that_do_not_agree_When_they_are_judged_Then_nobody_is_alarmed(string why, double[] stay)
    {
        Assert.NotEmpty(why);
        Assert.DoesNotContain(With(School).ReportEach(Visit(stay)).Alerts, alert => alert.Evidence.Rule == ZoneRules.AgreeingFixes);
    }

    [Fact]
    public void Given_a_zone_that_asks_for_more_fixes_When_fewer_agree_Then_it_waits_for_them()
    {
        Assert.Empty(With(School with { Confirmations = 4 }).ReportEach(Visit(70, 80, 60)).Alerts);
        Assert.Single(With(School with { Confirmations = 4 }).ReportEach(Visit(70, 80, 60, 70)).Alerts);
    }

    [Fact]
    public void Given_a_permitted_area_When_uncertain_fixes_agree_that_it_was_left_Then_nobody_is_alarmed() =>
        Assert.Empty(With(Home).ReportEach(Enumerable.Range(0, 6).Select(step => At($"10:0{step}", Center.Move(step < 2 ? 100 : 530, 0), accuracy: 60))).Alerts);

    /// <summary>However the fixes of one place wander within their accuracy, they show no coming.</summary>
    [Fact]
    public void Wherever_a_neighbour_of_the_zone_stays_his_wandering_fixes_alarm_nobody() =>
        Prop.ForAll((from seed in Gen.Choose(0, int.MaxValue) from away in Gen.Choose(60, 160) select (seed, away)).ToArbitrary(), given =>
        {
            var chance = new Random(given.seed);
            double Wandering() => (chance.NextDouble() - 0.5) * 80;
            Assert.DoesNotContain(
                With(School).ReportEach(Enumerable.Range(0, 60).Select(minute => At($"10:{minute:D2}", Center.Move(given.away + Wandering(), Wandering()), accuracy: 40))).Alerts,
                alert => alert.Evidence.Rule == ZoneRules.AgreeingFixes);
        }).QuickCheckThrowOnFailure();
}
