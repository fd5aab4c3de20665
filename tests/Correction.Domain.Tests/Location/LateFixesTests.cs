using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using NodaTime;
using static Correction.Domain.Tests.Cases;
using static Correction.Domain.Tests.Watched;

namespace Correction.Domain.Tests.Location;

/// <summary>Late fixes are judged by when they happened; what they change is told by new events.</summary>
public sealed class LateFixesTests
{
    private static readonly ImposeZone School = new("学校", ZoneKind.Exclusion, new ZoneGeometry.Circle(Center, 100), null, 2, null);
    private static readonly GeoPoint Outside = Center.Move(500, 0);

    [Fact]
    public void Given_a_batch_from_a_tunnel_When_it_arrives_after_newer_fixes_Then_what_happened_in_it_is_told_by_its_own_time()
    {
        Watched subject = With(School).ReportEach([At("10:00", Outside), At("11:00", Outside), At("11:01", Outside)]);
        subject.Report([At("10:20", Outside), At("10:21", Center), At("10:22", Center), At("10:30", Center), At("10:40", Outside), At("10:41", Outside)]);

        BreachEpisode breach = Assert.Single(subject.Breaches);
        Assert.Equal((Clock("10:21"), Clock("10:40")), (breach.Since, breach.Until));
        AlertRaised alert = Assert.Single(subject.Alerts);
        Assert.Equal(Clock("10:21"), alert.Evidence.Since);
        Assert.IsType<ClearCondition>(Assert.Single(subject.Told).Command);
        Assert.False(subject.Subject.Zones[subject.Zone].Breached);
    }

    [Fact]
    public void Given_a_breach_When_a_late_fix_shows_that_its_run_was_broken_Then_it_is_withdrawn_and_not_erased()
    {
        Watched subject = With(School).ReportEach([At("10:00", Outside), At("10:01", Center), At("10:03", Center), At("10:04", Outside), At("10:05", Outside)]);
        AlertRaised alert = Assert.Single(subject.Alerts);

        subject.Report(At("10:02", Outside));

        Assert.Equal(new ZoneBreachWithdrawn(subject.Zone, alert.AlertId, 1, Clock("10:01")), subject.Events[^1]);
        Assert.IsType<WithdrawCondition>(subject.Told[^1].Command);
        Assert.Empty(subject.Breaches);
        Assert.Contains(subject.Events, happened => happened is ZoneBreached);
    }

    [Fact]
    public void Given_a_breach_When_late_fixes_show_that_it_began_before_Then_it_is_confirmed_with_its_true_beginning()
    {
        Watched subject = With(School).ReportEach([At("10:00", Outside), At("10:10", Center), At("10:11", Center)]);
        subject.Report([At("10:05", Center), At("10:06", Center)]);

        ZoneBreachConfirmed confirmed = Assert.IsType<ZoneBreachConfirmed>(subject.Events[^1]);
        Assert.Equal((1, Clock("10:05"), null), (confirmed.Number, confirmed.Since, confirmed.Until));
        Assert.Contains(subject.Told, told => told.Command is ConfirmCondition);
        Assert.Single(subject.Alerts);
        Assert.True(subject.Subject.Zones[subject.Zone].Breached);
    }

    [Fact]
    public void Given_a_breach_that_was_withdrawn_When_later_fixes_bear_it_out_Then_the_same_alert_resumes()
    {
        Watched subject = With(School).ReportEach([At("10:00", Outside), At("10:01", Center), At("10:03", Center), At("10:04", Outside), At("10:05", Outside)]);
        subject.Report(At("10:02", Outside)).Report(At("10:02:30", Center));
        Assert.Single(subject.Alerts);
        Assert.Equal(Clock("10:02:30"), Assert.Single(subject.Breaches).Since);
    }

    [Fact]
    public void Given_a_fix_a_day_late_When_it_arrives_Then_it_only_fills_the_track()
    {
        Watched subject = With(School).ReportEach([At("+1 11:00", Outside), At("+1 11:01", Outside)]);
        subject.Report([At("10:58", Center), At("10:59", Center)]);
        Assert.Empty(subject.Events);
        Assert.Equal(4, subject.Stored.Length);
    }

    [Fact]
    public void Given_a_calm_subject_When_a_late_fix_far_from_every_zone_arrives_Then_no_history_is_read()
    {
        GeoPoint far = Center.Move(20_000, 0);
        Watched subject = With(School).ReportEach([At("10:00", far), At("10:05", far)]);
        Assert.Null(LocationWatch.HistoryNeeded(subject.Subject, subject.Memory, [At("10:03", far)]));
        Assert.NotNull(LocationWatch.HistoryNeeded(subject.Subject, subject.Memory, [At("10:03", Center)]));
    }

    [Fact]
    public void Given_a_zone_When_the_way_between_two_fixes_leads_through_it_Then_it_counts_as_crossed_with_its_own_evidence()
    {
        Watched subject = With(School).ReportEach([.. Enumerable.Range(0, 5).Select(step => At($"10:0{step}", Center.Move((step * 400) - 600, 10)))]);
        AlertRaised alert = Assert.Single(subject.Alerts);
        Assert.Equal(ZoneRules.SegmentCrossing, alert.Evidence.Rule);
        Assert.Equal([Clock("10:01"), Clock("10:02")], alert.Evidence.Fixes.Select(fix => fix.OccurredAt));
        Assert.Equal((Clock("10:01"), Clock("10:02")), (subject.Breaches.Single().Since, subject.Breaches.Single().Until));
        Assert.False(subject.Subject.Zones[subject.Zone].Breached);
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(90, false)]
    public void Given_a_way_of_poor_accuracy_When_it_runs_deep_for_that_accuracy_Then_it_counts_as_crossed(double north, bool crossed)
    {
        Watched subject = With(School).ReportEach([.. Enumerable.Range(0, 5).Select(step => At($"10:0{step}", Center.Move((step * 400) - 600, north), accuracy: 80))]);
        Assert.Equal(crossed ? 1 : 0, subject.Alerts.Count(alert => alert.Evidence.Rule == ZoneRules.SegmentCrossing));
    }

    [Theory]
    [InlineData(40, true)]
    [InlineData(110, false)]
    public void Given_a_way_of_poor_accuracy_When_a_fix_between_its_ends_lies_inside_Then_it_counts_as_crossed(double north, bool crossed)
    {
        Watched subject = With(School).ReportEach([.. Enumerable.Range(0, 5).Select(step => At($"10:0{step}", Center.Move((step * 400) - 800, north), accuracy: 80))]);
        Assert.Equal(crossed ? 1 : 0, subject.Alerts.Count(alert => alert.Evidence.Rule == ZoneRules.SegmentCrossing));
    }

    public static TheoryData<string, double, double, int> NotCrossed => new()
    {
        { "the ends are no satellite positions", 10, 120, 60 },
        { "the way only grazes the border", 95, 5, 60 },
        { "the ends are too far apart in time", 10, 5, 180 },
    };

    [Theory]
    [MemberData(nameof(NotCrossed))]
    public void Given_a_way_that_may_lead_past_When_it_is_judged_Then_nobody_is_alarmed(string why, double north, double accuracy, int seconds)
    {
        Assert.NotEmpty(why);
        Watched subject = With(School);
        subject.ReportEach(Enumerable.Range(0, 5).Select(step =>
            At("10:00", Center.Move((step * 400) - 600, north), accuracy) with { OccurredAt = Clock("10:00") + Duration.FromSeconds(seconds * step), ReceivedAt = Clock("11:00") }));
        Assert.Empty(subject.Alerts);
    }

    [Fact]
    public void Given_a_spike_to_the_other_side_When_it_comes_back_Then_nobody_is_alarmed()
    {
        GeoPoint here = Center.Move(-200, 0);
        Assert.Empty(With(School).ReportEach([At("10:00", here), At("10:01", here), At("10:02", Center.Move(200, 0)), At("10:03", here), At("10:04", here)]).Alerts);
    }
}
