using System.Collections.Immutable;
using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using NodaTime;
using static Correction.Domain.Tests.Cases;

namespace Correction.Domain.Tests.Subjects;

/// <summary>While watching is suspended nothing is forgotten: alerts are held back, and begin when their cause outlasts it.</summary>
public sealed class SuspensionTests
{
    private static readonly Instant From = Now - Duration.FromHours(1);
    private static readonly Instant To = Now + Duration.FromHours(2);
    private static readonly SuspendWatching Suspend = new(SuspensionReason.Hospital, From, To, SuspensionPolicy.Default);
    private static readonly SuspensionId Id = new(Guid(1));
    private static readonly WatchingSuspended Suspended = new(Id, SuspensionReason.Hospital, From, To);
    private static readonly WatchingResumed Resumed = new(Id, To);
    private static readonly DeviceBound Phone = new("p", DeviceProtocol.OsmAnd, DeviceKind.Phone);
    private static readonly LookForSilence Unheard =
        new(ImmutableDictionary<string, Instant>.Empty, Now - Duration.FromDays(1), new SilencePolicy(Duration.FromMinutes(15), Duration.FromMinutes(60)));

    private static readonly ImposeZone School = new("学校", ZoneKind.Exclusion, new ZoneGeometry.Circle(Center, 100), null, 2, null);

    [Theory]
    [InlineData(SuspensionReason.DeviceRepair)]
    [InlineData(SuspensionReason.Hospital)]
    [InlineData(SuspensionReason.Detention)]
    [InlineData(SuspensionReason.CourtAppearance)]
    [InlineData(SuspensionReason.Other)]
    public void Given_a_subject_When_watching_is_suspended_for_a_reason_Then_the_reason_is_kept(SuspensionReason reason) =>
        Subject.Given(Received).When(Suspend with { Reason = reason }).Then(Suspended with { Reason = reason });

    [Theory]
    [InlineData(0, "periodReversed")]
    [InlineData(-1, "periodReversed")]
    [InlineData(30 * 24 * 60, null)] // thirty days
    [InlineData((30 * 24 * 60) + 1, "suspensionTooLong")] // a minute over
    [InlineData(60, "periodOver")] // ends now
    [InlineData(61, null)]
    public void Given_a_subject_When_watching_is_suspended_for_a_time_Then_thirty_days_are_the_most(int minutes, string? refused)
    {
        Instant to = From + Duration.FromMinutes(minutes);
        var decided = Subject.Given(Received).When(Suspend with { To = to });
        if (refused is null)
        {
            decided.Then(Suspended with { To = to });
        }
        else
        {
            decided.ThenRefused(RefusalKind.Rule, refused);
        }
    }

    [Fact]
    public void Given_a_suspension_When_it_is_repeated_or_overlapped_Then_it_is_already_so_or_refused()
    {
        Subject.Given(Received, Suspended).When(Suspend).Then();
        Subject.Given(Received, Suspended).When(Suspend with { From = To - Duration.FromMinutes(1), To = To + Duration.FromDays(1) })
            .ThenRefused(RefusalKind.State, "suspensionInForce");
        Subject.Given(Received, Suspended).When(Suspend with { From = To, To = To + Duration.FromDays(1) })
            .Then(Suspended with { From = To, To = To + Duration.FromDays(1) });
    }

    [Fact]
    public void Given_a_suspension_When_an_officer_ends_it_Then_watching_goes_on_from_now()
    {
        Subject.Given(Received, Suspended).When(new ResumeWatching(Id)).Then(new WatchingResumed(Id, Now));
        Subject.Given(Received, Suspended, Resumed).When(new ResumeWatching(Id)).Then();
        Subject.Given(Received).When(new ResumeWatching(Id)).ThenRefused(RefusalKind.Unknown, "suspensionUnknown");
    }

    [Fact]
    public void Given_a_suspension_When_its_end_has_come_Then_watching_goes_on_by_itself()
    {
        Assert.Equal(To, Assert.IsType<Registered>(Subject.Given(Received, Suspended).State).NextResumption);
        Subject.Given(Received, Suspended).When(new LookForSuspensions(), To - Duration.FromSeconds(1)).Then();
        Subject.Given(Received, Suspended).When(new LookForSuspensions(), To).Then(Resumed);
        Subject.Given(Received, Suspended, Resumed).When(new LookForSuspensions(), To).Then();
    }

    [Fact]
    public void Given_a_suspension_When_a_zone_is_entered_Then_it_is_recorded_and_its_alert_held_back_until_the_end()
    {
        Watched subject = Watched.With(School).Happen(Suspended).Report(Watched.At("09:58", Center), Watched.At("09:59", Center));

        ZoneBreached breached = Assert.IsType<ZoneBreached>(Assert.Single(subject.Events));
        Assert.Equal(Id, breached.HeldBackBy);
        Assert.Empty(subject.Alerts);
        Registered after = After(subject.Subject, Resumed, To);
        AlertRaised raised = Assert.Single(HeldBack.Raise(subject.Subject, after, To, AlertPolicy.Default));
        Assert.Equal((breached.AlertId, AlertKind.ZoneEntered, "watchingResumed", breached.Since), (raised.AlertId, raised.Kind, raised.Evidence.Rule, raised.Evidence.Since!.Value));
        Assert.Empty(HeldBack.Raise(after, After(after, Resumed, To), To, AlertPolicy.Default)); // once
    }

    [Fact]
    public void Given_a_suspension_When_a_breach_ends_within_it_Then_no_alert_begins_with_its_end()
    {
        Watched subject = Watched.With(School).Happen(Suspended).Report(Watched.At("09:55", Center), Watched.At("09:56", Center));
        subject.Report(Watched.At("09:58", Center.Move(900, 0)), Watched.At("09:59", Center.Move(900, 0)));

        Assert.Equal([typeof(ZoneBreached), typeof(ZoneBreachEnded)], subject.Events.Select(happened => happened.GetType()));
        Assert.Empty(subject.Told);
        Assert.Empty(HeldBack.Raise(subject.Subject, After(subject.Subject, Resumed, To), To, AlertPolicy.Default));
    }

    [Fact]
    public void Given_another_suspension_that_follows_at_once_When_the_first_ends_Then_the_alert_stays_held_back()
    {
        var next = new WatchingSuspended(new SuspensionId(Guid(2)), SuspensionReason.CourtAppearance, To, To + Duration.FromHours(1));
        Watched subject = Watched.With(School).Happen(Suspended).Happen(next).Report(Watched.At("09:58", Center), Watched.At("09:59", Center));

        Registered between = After(subject.Subject, Resumed, To);
        Assert.Empty(HeldBack.Raise(subject.Subject, between, To, AlertPolicy.Default));
        Registered after = After(between, new WatchingResumed(next.SuspensionId, next.To), next.To);
        Assert.Single(HeldBack.Raise(between, after, next.To, AlertPolicy.Default));
    }

    [Fact]
    public void Given_a_suspension_that_is_over_or_to_come_When_a_zone_is_entered_Then_the_alert_is_raised()
    {
        WatchingSuspended coming = Suspended with { From = Now + Duration.FromMinutes(1) };
        foreach (WatchingSuspended other in (WatchingSuspended[])[coming, Suspended with { To = Now }])
        {
            Watched subject = Watched.With(School).Happen(other).Report(Watched.At("09:58", Center), Watched.At("09:59", Center));
            Assert.Single(subject.Alerts);
        }
    }

    [Fact]
    public void Given_a_suspension_When_a_device_falls_silent_Then_its_alert_is_held_back_and_begins_if_it_is_not_heard()
    {
        Instant at = Now + Duration.FromMinutes(60);
        var silent = new DeviceFellSilent("p", new AlertId(Guid(1)), null, at, Id);
        var subject = Subject.Given(Received, Phone, Suspended);
        subject.When(Unheard, at).Then(silent);

        var before = (Registered)subject.Given(silent).State;
        Assert.Equal(silent.AlertId, Assert.Single(HeldBack.Raise(before, After(before, Resumed, To), To, AlertPolicy.Default)).AlertId);
        var heard = (Registered)subject.Given(silent, new DeviceHeardAgain("p", silent.AlertId, at)).State;
        Assert.Empty(HeldBack.Raise(heard, After(heard, Resumed, To), To, AlertPolicy.Default));
    }

    private static Registered After(Registered subject, WatchingResumed resumed, Instant at) => (Registered)SubjectDecider.Evolve(subject, resumed, at);
}
