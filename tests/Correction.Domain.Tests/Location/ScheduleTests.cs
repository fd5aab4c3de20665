using System.Collections.Immutable;
using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using NodaTime;
using static Correction.Domain.Tests.Cases;
using static Correction.Domain.Tests.Watched;

namespace Correction.Domain.Tests.Location;

/// <summary>Curfew and attendance are states: judged when a schedule begins and ends, also when no fix arrives.</summary>
public sealed class ScheduleTests
{
    private static readonly ImmutableArray<IsoDayOfWeek> EveryDay = [.. Enum.GetValues<IsoDayOfWeek>().Where(day => day != IsoDayOfWeek.None)];
    private static readonly ImmutableArray<IsoDayOfWeek> WorkingDays = [IsoDayOfWeek.Monday, IsoDayOfWeek.Tuesday, IsoDayOfWeek.Wednesday, IsoDayOfWeek.Thursday, IsoDayOfWeek.Friday];
    private static readonly ZoneSchedule Night = new(EveryDay, new LocalTime(22, 0), new LocalTime(6, 0));
    private static readonly ImposeZone Curfew = new("夜间居住地", ZoneKind.Inclusion, new ZoneGeometry.Circle(Center, 200), Night, 2, null);
    private static readonly GeoPoint Away = Center.Move(3_000, 0);

    [Theory]
    [InlineData("2026-03-02T21:59:59", false)]
    [InlineData("2026-03-02T22:00:00", true)]
    [InlineData("2026-03-03T05:59:59", true)]
    [InlineData("2026-03-03T06:00:00", false)]
    [InlineData("2026-03-02T05:00:00", false)] // Sunday is not its day
    public void Given_a_window_over_midnight_When_asked_Then_it_belongs_to_the_day_on_which_it_begins(string local, bool holds) =>
        Assert.Equal(holds, (Night with { Days = WorkingDays }).Holds(Local(local)));

    [Theory]
    [InlineData("2026-10-01T10:00:00", false)] // Thursday, a holiday
    [InlineData("2026-10-08T10:00:00", true)]
    [InlineData("2026-10-10T10:00:00", true)] // Saturday, made up for it
    [InlineData("2026-10-11T10:00:00", false)]
    public void Given_holidays_and_made_up_days_When_asked_Then_they_go_before_the_week(string local, bool holds) =>
        Assert.Equal(holds, Lessons.Holds(Local(local)));

    private static readonly ZoneSchedule Lessons = new(
        WorkingDays, new LocalTime(7, 0), new LocalTime(17, 0), [.. Enumerable.Range(1, 7).Select(day => new LocalDate(2026, 10, day))], [new LocalDate(2026, 10, 10)]);

    [Theory]
    [InlineData("2026-03-02T12:00:00", "2026-03-02T22:00:00")]
    [InlineData("2026-03-02T22:00:00", "2026-03-03T06:00:00")]
    [InlineData("2026-03-03T05:59:59", "2026-03-03T06:00:00")]
    public void Given_a_schedule_When_its_next_edge_is_asked_Then_it_is_the_next_beginning_or_end(string after, string edge) =>
        Assert.Equal(Local(edge).InZoneStrictly(ChinaTime.Zone).ToInstant(), Night.NextEdge(Local(after).InZoneStrictly(ChinaTime.Zone).ToInstant()));

    [Fact]
    public void Given_a_holiday_When_the_next_edge_is_asked_Then_it_lies_after_it() =>
        Assert.Equal(Local("2026-10-08T07:00:00").InZoneStrictly(ChinaTime.Zone).ToInstant(), Lessons.NextEdge(Local("2026-09-30T17:00:00").InZoneStrictly(ChinaTime.Zone).ToInstant()));

    [Fact]
    public void Given_exceptions_of_two_months_When_they_are_over_Then_the_zone_holds_again_and_a_breach_is_decided()
    {
        ZoneSchedule nights = Night with { Except = [.. Enumerable.Range(1, 62).Select(day => Today.PlusDays(day))] };
        Instant holdsAgain = Clock("22:00") + Duration.FromDays(63);
        Assert.Equal(holdsAgain, nights.NextEdge(Clock("+1 06:00")));
        Assert.Null((nights with { Days = [] }).NextEdge(Clock("+1 06:00")));

        Watched subject = With(Curfew with { Schedule = nights }).ReportEach([At("21:50", Center), At("22:10", Center)]).LookAt("+1 06:00");
        Fix later = At("21:59", Away) with { OccurredAt = holdsAgain + Duration.FromMinutes(10), ReceivedAt = holdsAgain + Duration.FromMinutes(11) };
        subject.ReportEach([later, later with { OccurredAt = later.OccurredAt + Duration.FromSeconds(30) }]);

        Assert.Equal(later.OccurredAt, Assert.IsType<ZoneBreached>(Assert.Single(subject.Events)).Since);
    }

    [Fact]
    public void Given_windows_that_touch_When_the_next_edge_is_asked_Then_there_is_none() =>
        Assert.Null(new ZoneSchedule(EveryDay, new LocalTime(0, 0), new LocalTime(0, 0)).NextEdge(Now));

    [Fact]
    public void Given_a_subject_away_When_the_curfew_begins_Then_it_is_broken_without_any_fix()
    {
        Watched subject = With(Curfew).ReportEach([At("21:50", Away), At("21:55", Away)]);
        Assert.Empty(subject.Events);
        Assert.Equal(Clock("22:00"), subject.NextLook("21:56"));

        subject.LookAt("22:00:02");

        Assert.Equal(Clock("22:00"), Assert.IsType<ZoneBreached>(Assert.Single(subject.Events)).Since);
        AlertRaised alert = Assert.Single(subject.Alerts);
        Assert.Equal((AlertKind.CurfewBroken, ZoneRules.ScheduleEdge), (alert.Kind, alert.Evidence.Rule));
        Assert.Equal(Clock("21:55"), Assert.Single(alert.Evidence.Fixes).OccurredAt);
        Assert.Equal(Clock("+1 06:00"), subject.NextLook("22:00:03"));
    }

    [Fact]
    public void Given_a_curfew_broken_at_its_edge_When_it_turns_out_that_he_was_home_before_Then_it_ends_when_it_began_and_is_told_once()
    {
        Watched subject = With(Curfew).ReportEach([At("21:50", Away), At("21:51", Away), At("21:54", Center)]).LookAt("22:00:02").Report(At("22:05", Center));
        Assert.Equal((Clock("22:00"), Clock("22:00")), (subject.Breaches.Single().Since, subject.Breaches.Single().Until));
        int told = subject.Events.Count;

        subject.ReportEach([At("22:10", Center), At("22:08", Center), At("22:09", Center)]);

        Assert.Equal(told, subject.Events.Count);
    }

    [Fact]
    public void Given_a_subject_at_home_When_the_curfew_begins_Then_nothing_happens() =>
        Assert.Empty(With(Curfew).ReportEach([At("21:50", Center), At("21:55", Center)]).LookAt("22:00:02").Events);

    [Fact]
    public void Given_a_position_that_is_old_When_the_curfew_begins_Then_silence_is_judged_and_not_the_curfew()
    {
        Watched subject = With(Curfew).ReportEach([At("21:20", Away), At("21:29", Away)]).LookAt("22:00:02");
        Assert.Empty(subject.Events);
        subject.Report(At("23:00", Away));
        Assert.Equal(Clock("23:00"), Assert.IsType<ZoneBreached>(Assert.Single(subject.Events)).Since);
    }

    [Fact]
    public void Given_a_broken_curfew_When_it_ends_Then_the_breach_ends_without_any_fix()
    {
        Watched subject = With(Curfew).ReportEach([At("21:50", Away), At("21:55", Away)]).LookAt("22:00:02").LookAt("+1 06:00:01");
        Assert.Equal(Clock("+1 06:00"), Assert.IsType<ZoneBreachEnded>(subject.Events[^1]).Until);
    }

    [Fact]
    public void Given_a_subject_who_leaves_at_night_When_two_fixes_say_so_Then_the_curfew_is_broken_since_the_first()
    {
        Watched subject = With(Curfew).ReportEach([At("22:30", Center), At("23:00", Away), At("23:01", Away)]);
        Assert.Equal((AlertKind.CurfewBroken, Clock("23:00")), (Assert.Single(subject.Alerts).Kind, subject.Breaches.Single().Since));
    }

    [Fact]
    public void Given_a_dwell_time_When_the_subject_comes_home_within_it_Then_nobody_is_alarmed()
    {
        ImposeZone lenient = Curfew with { Dwell = Duration.FromMinutes(5) };
        Watched away = With(lenient).ReportEach([At("21:50", Away), At("21:55", Away)]).LookAt("22:00:02");
        Assert.Empty(away.Events);
        Assert.Equal(Clock("22:05"), away.NextLook("22:00:03"));
        Assert.Equal(Clock("22:00"), Assert.IsType<ZoneBreached>(Assert.Single(away.LookAt("22:05").Events)).Since);

        Watched home = With(lenient with { Confirmations = 1, Dwell = Duration.FromMinutes(1) })
            .ReportEach([At("21:50", Away), At("21:55", Away), At("21:59", Center), At("22:00:30", Center)]).LookAt("22:05");
        Assert.Empty(home.Events);
    }

    [Fact]
    public void Given_a_school_by_day_When_lessons_begin_Then_who_is_inside_already_breaches_it()
    {
        ImposeZone school = new("学校", ZoneKind.Exclusion, new ZoneGeometry.Circle(Center, 100), Night with { From = new LocalTime(7, 0), To = new LocalTime(17, 0) }, 2, null);
        Watched subject = With(school).ReportEach([At("06:50", Center), At("06:55", Center)]).LookAt("07:00");
        Assert.Equal(AlertKind.ZoneEntered, Assert.Single(subject.Alerts).Kind);
    }

    [Fact]
    public void Given_a_look_at_the_beginning_When_a_late_fix_shows_that_the_subject_had_come_home_Then_the_alert_is_withdrawn()
    {
        Watched subject = With(Curfew with { Confirmations = 1 }).ReportEach([At("21:50", Away), At("21:55", Away)]).LookAt("22:00:02");
        subject.Report(At("21:59", Center, received: Clock("22:01")));
        Assert.IsType<ZoneBreachWithdrawn>(subject.Events[^1]);
        Assert.IsType<WithdrawCondition>(subject.Told[^1].Command);
        Assert.False(subject.Subject.Zones[subject.Zone].Breached);
    }

    [Fact]
    public void Given_a_broken_curfew_When_the_process_restarts_Then_the_record_stands()
    {
        Watched subject = With(Curfew).ReportEach([At("21:50", Away), At("21:55", Away)]).LookAt("22:00:02").Restart().LookAt("22:10").Report(At("22:11", Away));
        Assert.Single(subject.Events);
    }

    private static LocalDateTime Local(string text) => NodaTime.Text.LocalDateTimePattern.GeneralIso.Parse(text).Value;
}
