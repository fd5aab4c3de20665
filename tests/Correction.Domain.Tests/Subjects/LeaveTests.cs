using System.Collections.Immutable;
using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using NodaTime;
using static Correction.Domain.Tests.Cases;

namespace Correction.Domain.Tests.Subjects;

/// <summary>Who approves a leave of how many days, and what follows when the subject is not back.</summary>
public sealed class LeaveTests
{
    private static readonly LeaveId Id = new(Guid(1));
    private static readonly Actor Leader = new("leader", Role.Leader, "430981");

    [Fact]
    public void Given_a_subject_When_a_leave_is_applied_for_Then_it_stands_on_the_law_and_a_repeat_changes_nothing()
    {
        ApplyForLeave apply = new(LeaveReason.Medical, Reference, Today, Today.PlusDays(6));
        Subject.Given(Received).When(apply).ThenOn(["27 ¶1", "26"], Applied(Id, Today, 7));
        Subject.Given(Received, Applied(Id, Today, 7)).When(apply).Then();
        Subject.Given(Received, Applied(Id, Today, 7)).When(apply with { From = Today.PlusDays(6), To = Today.PlusDays(8) }).ThenRefused(RefusalKind.State, "leaveOverlaps");
    }

    [Theory]
    [InlineData(-1, 3, "leaveInThePast", "27")]
    [InlineData(3, 2, "periodReversed", null)]
    public void Given_a_subject_When_the_days_make_no_leave_Then_it_is_refused(int from, int to, string code, string? article) =>
        Subject.Given(Received).When(new ApplyForLeave(LeaveReason.Work, Reference, Today.PlusDays(from), Today.PlusDays(to))).ThenRefused(RefusalKind.Rule, code, article);

    [Theory]
    [InlineData(1, true)]
    [InlineData(7, true)] // "within seven" holds seven
    [InlineData(8, false)]
    public void Given_a_leave_When_an_officer_approves_it_Then_seven_days_are_the_most_and_it_is_filed_with_the_county(int days, bool may)
    {
        var decided = Subject.Given(Received, Applied(Id, Today, days)).When(new ApproveLeave(Id));
        if (may)
        {
            decided.ThenOn(["27", "9"], new LeaveApproved(Id, LeaveLevel.Station, days, days), new LeaveFiled(Id));
        }
        else
        {
            decided.ThenRefused(RefusalKind.Power, "leaveBeyondStation", "27");
        }
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(30, true)] // "at most thirty" holds thirty
    [InlineData(31, false)]
    public void Given_a_leave_When_the_county_approves_it_Then_thirty_days_are_the_most(int days, bool may)
    {
        foreach (Actor county in (Actor[])[Approver, Leader])
        {
            Subject.Given(Received, Applied(Id, Today, days)).When(new ApproveLeave(Id), by: county)
                .ThenEither(may, new LeaveApproved(Id, LeaveLevel.County, days, days), RefusalKind.Power, "leaveBeyondCounty", "27");
        }
    }

    [Theory]
    [InlineData("4309", Role.Leader, true)]
    [InlineData("4309", Role.Approver, true)]
    [InlineData("43", Role.Leader, false)] // two levels above
    [InlineData("4301", Role.Leader, false)] // another city's
    [InlineData("4309", Role.Officer, false)]
    public void Given_a_leave_beyond_the_county_When_it_is_approved_Then_only_the_level_above_the_county_may(string office, Role role, bool may)
    {
        var above = new Actor("above", role, office);
        if (role == Role.Officer)
        {
            Subject.Given(Received, Applied(Id, Today, 31)).When(new ApproveLeave(Id), by: above).ThenRefused(RefusalKind.Power, "leaveBeyondStation", "27");
            return;
        }

        Subject.Given(Received, Applied(Id, Today, 31)).When(new ApproveLeave(Id), by: above)
            .ThenEither(may, new LeaveApproved(Id, LeaveLevel.City, 31, 31), RefusalKind.Power, "leaveBeyondCounty", "27");
    }

    [Theory]
    [InlineData(23, 7, 20, true)] // thirty together
    [InlineData(24, 7, 20, false)] // thirty-one
    [InlineData(30, 7, 90, true)] // the other one is more than two months away
    public void Given_another_leave_within_two_months_When_one_is_approved_Then_thirty_days_together_are_the_most(int first, int second, int later, bool may)
    {
        LeaveId other = new(Guid(7));
        LocalDate from = Today.PlusDays(first + later);
        Subject.Given(Received, Applied(other, Today, first), new LeaveApproved(other, LeaveLevel.County, first, first), Applied(Id, from, second)).When(new ApproveLeave(Id), by: Approver)
            .ThenEither(may, new LeaveApproved(Id, LeaveLevel.County, second, later == 90 ? second : first + second), RefusalKind.Power, "leaveBeyondCounty", "27");
    }

    [Fact]
    public void Given_a_leave_approved_for_later_When_an_earlier_one_is_approved_Then_both_count_together()
    {
        LeaveId later = new(Guid(7));
        Subject.Given(Received, Applied(later, Today.PlusDays(30), 28), new LeaveApproved(later, LeaveLevel.County, 28, 28), Applied(Id, Today, 3))
            .When(new ApproveLeave(Id)).ThenRefused(RefusalKind.Power, "leaveBeyondCounty", "27");
    }

    [Fact]
    public void Given_a_leave_that_ended_early_When_another_is_approved_Then_only_the_days_that_were_taken_count()
    {
        LeaveId other = new(Guid(7));
        Subject.Given(Received, Applied(other, Today, 30), new LeaveApproved(other, LeaveLevel.County, 30, 30), new LeaveReturned(other, Now + Duration.FromDays(1)), Applied(Id, Today.PlusDays(40), 7))
            .When(new ApproveLeave(Id)).Then(new LeaveApproved(Id, LeaveLevel.Station, 7, 9), new LeaveFiled(Id));
    }

    [Fact]
    public void Given_an_approved_leave_When_its_last_day_is_over_Then_it_is_overstayed_once_and_not_a_moment_earlier()
    {
        Instant end = ChinaTime.StartOf(Today.PlusDays(7));
        var away = Subject.Given(Received, Applied(Id, Today, 7), Approved(7));
        Assert.Equal(end, Leaves.NextLook((Registered)away.State));
        away.When(new LookForLeaves(), end - Duration.FromMilliseconds(1)).Then();
        var late = new LeaveOverstayed(Id, new AlertId(Guid(1)), end);
        away.When(new LookForLeaves(), end).Then(late);
        away.Given(late).When(new LookForLeaves(), end + Duration.FromHours(1)).Then();
        Assert.Null(Leaves.NextLook((Registered)away.Given(late).State));
        AlertRaised alert = AlertRaising.From((Registered)away.State, late, end, AlertPolicy.Default);
        Assert.Equal((AlertKind.LeaveOverstayed, end, Id), (alert.Kind, alert.Evidence.Deadline!.Value, alert.Evidence.DuringLeave!.Value));
    }

    [Fact]
    public void Given_a_leave_When_it_is_cancelled_or_reported_over_Then_that_depends_on_whether_it_has_begun()
    {
        var soon = Subject.Given(Received, Applied(Id, Today.PlusDays(1), 7), Approved(7));
        soon.When(new ReportReturn(Id)).ThenRefused(RefusalKind.State, "leaveNotBegun");
        soon.When(new CancelLeave(Id)).Then(new LeaveCancelled(Id));
        var away = Subject.Given(Received, Applied(Id, Today, 7), Approved(7));
        away.When(new CancelLeave(Id)).ThenRefused(RefusalKind.State, "leaveBegun");
        away.When(new ReportReturn(Id)).ThenOn(["28"], new LeaveReturned(Id, Now));
        away.Given(new LeaveReturned(Id, Now)).When(new ReportReturn(Id)).Then();
        away.Given(new LeaveReturned(Id, Now)).When(new RefuseLeave(Id, null)).ThenRefused(RefusalKind.State, "leaveClosed");
        Subject.Given(Received).When(new ApproveLeave(Id)).ThenRefused(RefusalKind.Unknown, "leaveUnknown");
        Subject.Given(Received, Applied(Id, Today, 7)).When(new RefuseLeave(Id, Reference)).ThenOn(["27 ¶1"], new LeaveRefused(Id, Reference));
    }

    [Theory]
    [InlineData(ZoneKind.Inclusion, true)]
    [InlineData(ZoneKind.Exclusion, false)]
    public void Given_an_approved_leave_When_a_zone_is_breached_Then_an_alert_of_an_inclusion_zone_says_so(ZoneKind kind, bool annotated)
    {
        GeoPoint at = kind == ZoneKind.Inclusion ? Center.Move(2_000, 0) : Center;
        Watched subject = Watched.With(new ImposeZone("区域", kind, new ZoneGeometry.Circle(Center, 500), null, 2, null))
            .Happen(Applied(Id, Today, 7)).Happen(Approved(7)).ReportEach([Watched.At("10:01", at), Watched.At("10:02", at)]);
        Assert.Equal(annotated ? Id : null, Assert.Single(subject.Alerts).Evidence.DuringLeave);
    }

    [Fact]
    public void Given_a_leave_that_was_only_applied_for_or_is_over_When_the_zone_is_left_Then_the_alert_says_nothing_of_it()
    {
        ImposeZone home = new("活动范围", ZoneKind.Inclusion, new ZoneGeometry.Circle(Center, 500), null, 2, null);
        Fix[] away = [Watched.At("10:01", Center.Move(2_000, 0)), Watched.At("10:02", Center.Move(2_000, 0))];
        Assert.Null(Assert.Single(Watched.With(home).Happen(Applied(Id, Today, 7)).ReportEach(away).Alerts).Evidence.DuringLeave);
        Assert.Null(Assert.Single(Watched.With(home).Happen(Applied(Id, Today, 7)).Happen(Approved(7)).Happen(new LeaveReturned(Id, Now)).ReportEach(away).Alerts).Evidence.DuringLeave);
    }

    private static LeaveAppliedFor Applied(LeaveId id, LocalDate from, int days) => new(id, LeaveReason.Medical, Reference, from, from.PlusDays(days - 1));

    private static LeaveApproved Approved(int days) => new(Id, LeaveLevel.Station, days, days);
}
