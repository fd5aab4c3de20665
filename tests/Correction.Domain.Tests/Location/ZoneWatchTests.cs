using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using NodaTime;
using static Correction.Domain.Tests.Cases;
using static Correction.Domain.Tests.Watched;

namespace Correction.Domain.Tests.Location;

/// <summary>How fixes are judged against zones that always hold.</summary>
public sealed class ZoneWatchTests
{
    private static readonly ImposeZone School = new("学校", ZoneKind.Exclusion, new ZoneGeometry.Circle(Center, 100), null, 2, null);
    private static readonly ImposeZone Home = new("活动范围", ZoneKind.Inclusion, new ZoneGeometry.Circle(Center, 500), null, 2, null);
    private static readonly GeoPoint Inside = Center;
    private static readonly GeoPoint Outside = Center.Move(1_000, 0);

    [Fact]
    public void Given_an_exclusion_zone_When_enough_fixes_in_a_row_are_certainly_inside_Then_it_is_breached_since_the_first()
    {
        Watched subject = With(School).Report(At("10:00", Outside)).Report(At("10:01", Inside));
        Assert.Empty(subject.Events);

        subject.Report(At("10:02", Inside));

        ZoneBreached breached = Assert.IsType<ZoneBreached>(Assert.Single(subject.Events));
        Assert.Equal(Clock("10:01"), breached.Since);
        AlertRaised alert = Assert.Single(subject.Alerts);
        Assert.Equal((AlertKind.ZoneEntered, AlertSeverity.Critical, ZoneRules.ConfirmedFixes), (alert.Kind, alert.Severity, alert.Evidence.Rule));
        Assert.Equal([Clock("10:01"), Clock("10:02")], alert.Evidence.Fixes.Select(fix => fix.OccurredAt));
    }

    [Fact]
    public void Given_one_stray_fix_inside_When_the_next_is_outside_Then_nobody_is_alarmed() =>
        Assert.Empty(With(School).ReportEach([At("10:00", Outside), At("10:01", Inside), At("10:02", Outside), At("10:03", Inside), At("10:04", Outside)]).Events);

    [Theory]
    [InlineData(99, false)]
    [InlineData(101, true)]
    public void Given_an_error_circle_that_crosses_the_border_When_it_is_judged_Then_it_decides_nothing(double metresInside, bool decides)
    {
        ImposeZone wide = School with { Geometry = new ZoneGeometry.Circle(Center, 1_000) };
        GeoPoint near = Center.Move(1_000 - metresInside, 0);
        Watched subject = With(wide).ReportEach([At("10:00", near, accuracy: 100), At("10:01", near, accuracy: 100)]);
        Assert.Equal(decides ? 1 : 0, subject.Alerts.Count);
    }

    [Fact]
    public void Given_uncertain_fixes_between_certain_ones_When_they_are_judged_Then_the_run_goes_on()
    {
        Watched subject = With(School).ReportEach([At("10:00", Inside), At("10:01", Inside, accuracy: 300), At("10:02", Inside)]);
        Assert.Single(subject.Alerts);
    }

    [Fact]
    public void Given_a_breach_When_enough_fixes_are_outside_Then_it_ends_at_the_first_and_the_condition_clears()
    {
        Watched subject = With(School).ReportEach([At("10:00", Inside), At("10:01", Inside), At("10:02", Outside), At("10:03", Outside)]);
        Assert.Equal(Clock("10:02"), Assert.IsType<ZoneBreachEnded>(subject.Events[^1]).Until);
        Assert.IsType<ClearCondition>(Assert.Single(subject.Told).Command);
        Assert.False(subject.Subject.Zones[subject.Zone].Breached);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void Given_a_breach_that_ended_When_it_comes_back_Then_its_alert_resumes_unless_it_was_resolved(bool resolved, int alerts)
    {
        Watched subject = With(School).ReportEach([At("10:00", Inside), At("10:01", Inside), At("10:02", Outside), At("10:03", Outside)]);
        if (resolved)
        {
            subject.Resolve(subject.Alerts[0].AlertId);
        }

        subject.ReportEach([At("10:10", Inside), At("10:11", Inside)]);

        Assert.Equal(alerts, subject.Alerts.Count);
        Assert.Equal(!resolved, subject.Events[^1] is ZoneBreachResumed);
    }

    [Fact]
    public void Given_an_inclusion_zone_that_always_holds_When_left_Then_the_alert_is_an_exit()
    {
        Watched subject = With(Home).ReportEach([At("10:00", Inside), At("10:01", Outside), At("10:02", Outside)]);
        Assert.Equal(AlertKind.ZoneExited, Assert.Single(subject.Alerts).Kind);
    }

    [Fact]
    public void Given_a_ring_When_an_exclusion_zone_is_come_near_Then_it_is_amber_and_no_alert()
    {
        GeoPoint ring = Center.Move(150, 0);
        Watched subject = With(School with { Buffer = 100 }).ReportEach([At("10:00", Outside), At("10:01", ring), At("10:02", ring)]);
        Assert.Equal(Clock("10:01"), Assert.IsType<ZoneApproached>(Assert.Single(subject.Events)).Since);
        Assert.Empty(subject.Alerts);
        Assert.True(subject.Subject.Zones[subject.Zone].Approached);

        subject.ReportEach([At("10:03", Outside), At("10:04", Outside)]);
        Assert.IsType<ZoneApproachEnded>(subject.Events[^1]);
    }

    [Fact]
    public void Given_a_ring_When_an_inclusion_zone_is_left_Then_amber_comes_before_red()
    {
        GeoPoint ring = Center.Move(550, 0);
        Watched subject = With(Home with { Buffer = 100 }).ReportEach([At("10:00", Inside), At("10:01", ring), At("10:02", ring)]);
        Assert.IsType<ZoneApproached>(Assert.Single(subject.Events));

        subject.ReportEach([At("10:03", Outside), At("10:04", Outside)]);
        Assert.IsType<ZoneBreached>(subject.Events[^1]);
    }

    [Fact]
    public void Given_a_dwell_time_When_the_run_is_shorter_Then_it_decides_nothing()
    {
        Watched subject = With(School with { Dwell = Duration.FromMinutes(3) }).ReportEach([At("10:00", Inside), At("10:01", Inside), At("10:02", Inside)]);
        Assert.Empty(subject.Alerts);
        subject.Report(At("10:03", Inside));
        Assert.Equal(Clock("10:00"), Assert.Single(subject.Alerts).Evidence.Since);
    }

    [Fact]
    public void Given_a_dwell_time_When_a_device_reports_every_second_Then_the_evidence_stays_small()
    {
        Watched subject = With(School with { Dwell = Duration.FromMinutes(3) });
        subject.ReportEach(Enumerable.Range(0, 181).Select(second => At("10:00", Inside) with { OccurredAt = Clock("10:00") + Duration.FromSeconds(second), ReceivedAt = Clock("11:00") }));
        Assert.InRange(Assert.Single(subject.Alerts).Evidence.Fixes.Length, 2, 20);
    }

    [Fact]
    public void Given_a_pending_run_When_the_process_restarts_Then_the_run_goes_on()
    {
        Watched subject = With(School).Report(At("10:00", Inside)).Restart().Report(At("10:01", Inside));
        Assert.Single(subject.Alerts);
    }

    [Fact]
    public void Given_a_breach_When_the_process_restarts_Then_it_is_not_decided_again()
    {
        Watched subject = With(School).ReportEach([At("10:00", Inside), At("10:01", Inside)]).Restart().Report(At("10:02", Inside));
        Assert.Single(subject.Events);
    }

    [Fact]
    public void Given_reported_fixes_When_they_are_reported_again_Then_nothing_changes()
    {
        Fix[] fixes = [At("10:00", Inside), At("10:01", Inside), At("10:02", Outside), At("10:03", Outside)];
        Watched subject = With(School).Report(fixes);
        int events = subject.Events.Count;
        subject.Report(fixes).ReportEach(fixes.Reverse());
        Assert.Equal((events, fixes.Length), (subject.Events.Count, subject.Stored.Length));
    }

    /// <summary>A walk recorded years ago is judged when it is imported, unless the zone says from when on it holds.</summary>
    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public void Given_an_old_walk_When_it_is_imported_Then_it_is_judged_unless_the_zone_holds_later(bool later, int alerts)
    {
        Fix[] walk = [.. Enumerable.Range(0, 41).Select(step => Old(Duration.FromSeconds(30 * step), Center.Move((step - 20) * 40, 0)))];
        Watched subject = With(School with { EffectiveFrom = later ? Now : null });
        subject.Report(walk);
        Assert.Equal(alerts, subject.Alerts.Count);
        Assert.All(subject.Stored, fix => Assert.Equal(FixUse.Usable, fix.Use));
    }

    private static Fix Old(Duration after, GeoPoint position) =>
        new(Watched.Device, Instant.FromUtc(2008, 6, 7, 9, 0) + after, Now, position, null, null, null, null, null, FixSource.OsmAnd);
}
