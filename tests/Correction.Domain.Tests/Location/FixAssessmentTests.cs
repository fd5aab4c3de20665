using Correction.Domain.Location;
using Correction.Domain.Subjects;
using NodaTime;
using static Correction.Domain.Tests.Cases;
using static Correction.Domain.Tests.Watched;

namespace Correction.Domain.Tests.Location;

/// <summary>What may not decide is recorded with its reason.</summary>
public sealed class FixAssessmentTests
{
    private static readonly ImposeZone School = new("学校", ZoneKind.Exclusion, new ZoneGeometry.Circle(Center, 100), null, 1, null);
    private static readonly GeoPoint Far = Center.Move(50_000, 0);

    [Theory]
    [InlineData(120, FixUse.Usable)]
    [InlineData(121, FixUse.Future)]
    public void Given_a_device_clock_ahead_of_ours_When_assessed_Then_two_minutes_are_allowed(int seconds, FixUse use)
    {
        Fix fix = At("10:00", Center, received: Clock("10:00") - Duration.FromSeconds(seconds));
        Assert.Equal(use, FixAssessment.Assess(fix, null, []));
    }

    [Theory]
    [InlineData(2_000, FixUse.Usable)]
    [InlineData(2_000.1, FixUse.Inaccurate)]
    public void Given_an_error_circle_as_large_as_a_town_When_assessed_Then_it_places_nobody(double accuracy, FixUse use) =>
        Assert.Equal(use, FixAssessment.Assess(At("10:00", Center, accuracy), null, []));

    [Theory]
    [InlineData(119, FixUse.Usable)]
    [InlineData(122, FixUse.Jump)]
    public void Given_the_fix_before_When_no_train_is_so_fast_Then_it_is_a_jump(int metresPerSecond, FixUse use)
    {
        Fix before = At("10:00", Center, accuracy: null);
        Assert.Equal(use, FixAssessment.Assess(At("10:01", Center.Move(60 * metresPerSecond, 0), accuracy: null), before, []));
    }

    [Theory]
    [InlineData(119, FixUse.Usable)]
    [InlineData(122, FixUse.Jump)]
    public void Given_a_fix_of_the_same_time_When_it_is_farther_than_a_second_leads_Then_it_is_a_jump(int metres, FixUse use) =>
        Assert.Equal(use, FixAssessment.Assess(At("10:00", Center.Move(metres, 0), accuracy: null), At("10:00", Center, accuracy: null), []));

    [Fact]
    public void Given_a_late_fix_where_no_zone_asks_for_history_When_the_fix_before_it_is_too_far_away_Then_it_is_a_jump_and_its_neighbour_is_none()
    {
        Watched subject = With().ReportEach([At("10:00", Center), At("10:10", Center), At("10:05", Far), At("10:06", Center.Move(200, 0)), At("10:11", Center)]);
        Assert.Equal([FixUse.Usable, FixUse.Jump, FixUse.Usable, FixUse.Usable, FixUse.Usable], subject.Stored.Select(fix => fix.Use));
    }

    [Fact]
    public void Given_late_jumps_When_one_like_them_comes_next_Then_it_is_not_believed_for_their_sake()
    {
        Watched subject = With().ReportEach([At("10:00", Center), At("10:10", Center), At("10:05", Far), At("10:06", Far), At("10:11", Far)]);
        Assert.Equal(FixUse.Jump, subject.Stored[^1].Use);
    }

    [Theory]
    [InlineData(FixUse.Mocked)]
    [InlineData(FixUse.Stale)]
    public void Given_a_gateway_that_knows_better_When_assessed_Then_its_word_stands(FixUse use) =>
        Assert.Equal(use, FixAssessment.Assess(At("10:00", Center) with { Use = use }, null, []));

    [Fact]
    public void Given_fixes_that_may_not_decide_When_reported_Then_they_are_recorded_with_their_reason_and_decide_nothing()
    {
        Watched subject = With(School).Report(At("10:00", Far));
        subject.ReportEach([
            At("10:01", Center) with { Use = FixUse.Mocked },
            At("10:02", Center) with { Use = FixUse.Stale },
            At("10:03", Center, accuracy: 2_500),
            At("10:04", Center, received: Clock("09:00")),
            At("10:04:30", Center), // fifty kilometres in four and a half minutes
        ]);

        Assert.Empty(subject.Events);
        Assert.Equal([FixUse.Usable, FixUse.Mocked, FixUse.Stale, FixUse.Inaccurate, FixUse.Future, FixUse.Jump], subject.Stored.Select(fix => fix.Use));
    }

    [Fact]
    public void Given_a_wrong_first_fix_When_three_others_agree_Then_they_are_believed()
    {
        Watched subject = With(School).Report(At("10:00", Center.Move(900_000, 0)));
        subject.ReportEach([At("10:01", Center), At("10:02", Center), At("10:03", Center), At("10:04", Center)]);
        Assert.Equal([FixUse.Usable, FixUse.Jump, FixUse.Jump, FixUse.Usable, FixUse.Usable], subject.Stored.Select(fix => fix.Use));
        Assert.Single(subject.Alerts);
    }

    [Fact]
    public void Given_two_devices_far_apart_When_both_report_Then_neither_is_taken_for_a_jump_of_the_other()
    {
        Watched subject = With(School).ReportEach([At("10:00", Far, device: "a"), At("10:00:30", Far.Move(100_000, 0), device: "b"), At("10:01", Far, device: "a")]);
        Assert.All(subject.Stored, fix => Assert.Equal(FixUse.Usable, fix.Use));
    }
}
