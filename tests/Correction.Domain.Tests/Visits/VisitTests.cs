using Correction.Domain.Visits;
using NodaTime;
using static Correction.Domain.Tests.Visiting;

namespace Correction.Domain.Tests.Visits;

public sealed class VisitTests
{
    private static readonly Spec<VisitState, VisitCommand, IVisitEvent> Scheduled =
        Cases.Visit.Given(Visiting.VisitApplied, new VisitKinshipChecked(), new VisitApproved(), new VisitScheduled(Nine.Id, Nine.From, Nine.To, "1"));

    private static readonly Spec<VisitState, VisitCommand, IVisitEvent> Admitted = Scheduled.Given(At(8, 50), new VisitorsAdmitted([Mother], IdentityCheck.Papers));

    private static readonly Spec<VisitState, VisitCommand, IVisitEvent> Begun = Admitted.Given(At(9, 0), new VisitStarted());

    [Fact]
    public void Given_a_verified_mother_When_she_applies_Then_the_office_has_nothing_left_to_check() => Cases.Visit
        .When(Apply(As(Mother)), by: Family)
        .ThenOn(["48", "48"], Visiting.VisitApplied, new VisitKinshipChecked());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Given_a_visitor_whom_the_office_has_still_to_verify_or_who_names_another_prisoner_When_applied_Then_the_refusal_is_the_same_whether_or_not_there_is_such_a_prisoner(bool known)
    {
        ApplyForVisit own = Apply(As(Mother)) with { Prisoner = known ? Inmate : null };
        ApplyForVisit unverified = own with { Visitors = [As(Mother), As(Child, stage: RelativeStage.Applied)] };
        Cases.Visit.When(unverified, by: Family).ThenRefused(RefusalKind.Rule, "kinshipNotChecked", "6");
        Cases.Visit.When(unverified, by: Cases.Officer).ThenRefused(RefusalKind.Rule, "kinshipNotChecked", "6");
        Cases.Visit.When(own with { Key = new PrisonerKey(Visiting.Prison, "1002") }, by: Family).ThenRefused(RefusalKind.Rule, "notThisPrisoner", "48");
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void Given_a_prison_that_lets_three_come_When_so_many_apply_Then_the_fourth_is_too_many(int visitors, bool accepted)
    {
        var spec = Cases.Visit.When(Apply([.. Enumerable.Range(1, visitors).Select(number => As(new RelativeId(Cases.Guid(number))))]), by: Family);
        if (!accepted)
        {
            spec.ThenRefused(RefusalKind.Rule, "tooManyVisitors", "48");
        }
    }

    [Theory]
    [InlineData(2, "tooLate")]
    [InlineData(3, null)]
    [InlineData(30, null)]
    [InlineData(31, "tooEarly")]
    public void Given_lead_and_window_When_a_family_applies_so_many_days_ahead_Then_both_ends_count(int daysAhead, string? code)
    {
        Instant at = Date.PlusDays(-daysAhead).At(new LocalTime(10, 0)).InZoneStrictly(Domain.Time.ChinaTime.Zone).ToInstant();
        var spec = Cases.Visit.When(Apply(As(Mother)), at, Family);
        if (code is null)
        {
            spec.Then(Visiting.VisitApplied, new VisitKinshipChecked());
        }
        else
        {
            spec.ThenRefused(RefusalKind.Rule, code, "48");
        }
    }

    [Fact]
    public void Given_a_minor_When_the_guardian_does_not_come_too_Then_the_application_is_refused()
    {
        Relative child = As(Child, Relationship.Child) with { Minor = true, Guardian = Mother };
        Cases.Visit.When(Apply(child), by: Family).ThenRefused(RefusalKind.Rule, "guardianRequired", "48");
        Cases.Visit.When(Apply(child, As(Mother)), by: Family).Then(
            Visiting.VisitApplied with { Visitors = [new Visitor(Child, Relationship.Child, "family", Minor: true), .. Visiting.VisitApplied.Visitors] }, new VisitKinshipChecked());
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Given_a_restriction_of_two_days_When_applied_for_a_visit_Then_both_days_belong_to_it(int firstDay, bool accepted)
    {
        LocalDate from = Date.PlusDays(-firstDay);
        Prisoner restricted = Inmate with { Restrictions = [new VisitRestriction(RestrictionReason.Confinement, from, from.PlusDays(1))] };
        var spec = Cases.Visit.When(Apply(As(Mother)) with { Prisoner = restricted }, by: Family);
        if (accepted)
        {
            spec.Then(Visiting.VisitApplied, new VisitKinshipChecked());
        }
        else
        {
            spec.ThenRefused(RefusalKind.Rule, "prisonerRestricted", "48");
        }
    }

    [Fact]
    public void Given_a_lawyer_When_he_applies_Then_the_visit_is_of_its_own_kind_is_not_charged_and_is_never_recorded()
    {
        ApplyForVisit apply = Apply(As(Defender, Relationship.Lawyer));
        var spec = Cases.Visit.Given(Visiting.VisitApplied with { Kind = VisitKind.Lawyer }, new VisitKinshipChecked(), new VisitApproved(), new VisitScheduled(Nine.Id, Nine.From, Nine.To, "1"))
            .Given(At(9, 0), new VisitorsAdmitted([Mother], IdentityCheck.Papers), new VisitStarted(), new VisitEnded(EndReason.Finished, 0));
        Cases.Visit.When(apply, by: Family).Then(
            Visiting.VisitApplied with { Kind = VisitKind.Lawyer, Visitors = [new Visitor(Defender, Relationship.Lawyer, "family", Minor: false)] }, new VisitKinshipChecked());
        Assert.False(((Visit)spec.State).Charged);
        Assert.False(((Visit)spec.State).Monitored);
        spec.When(new SealRecording("00", 60, null), Instant.FromUtc(2026, 11, 2, 2, 0), Actor.System).ThenRefused(RefusalKind.Rule, "lawyerNotRecorded", "70");
        Cases.Visit.When(Apply(As(Mother), As(Defender, Relationship.Lawyer)), by: Family).ThenRefused(RefusalKind.Rule, "lawyerAlone", "48");
    }

    [Fact]
    public void Given_an_application_When_another_than_the_prison_approves_Then_the_power_is_lacking() => Cases.Visit
        .Given(Visiting.VisitApplied, new VisitKinshipChecked())
        .When(new ApproveVisit(Inmate, [As(Mother)]))
        .ThenRefused(RefusalKind.Power, "prisonDecides", "48");

    [Theory]
    [InlineData(24 * 60, true)]
    [InlineData((24 * 60) - 1, false)]
    public void Given_a_scheduled_visit_When_the_family_cancels_so_many_minutes_before_Then_the_credit_is_refunded_up_to_a_day_before(int minutes, bool refunded) => Scheduled
        .When(new CancelVisit(CancelReason.FamilyCannotCome), Nine.From - Duration.FromMinutes(minutes), Family)
        .Then(new VisitCancelled(CancelReason.FamilyCannotCome, refunded));

    [Theory]
    [InlineData(8, 29, false)]
    [InlineData(8, 30, true)]
    [InlineData(9, 29, true)]
    [InlineData(9, 30, false)]
    public void Given_a_scheduled_visit_When_the_family_enters_the_waiting_room_Then_it_is_open_half_an_hour_before_until_the_slot_ends(int hour, int minute, bool open) => Scheduled
        .When(new EnterWaitingRoom(), At(hour, minute), Family)
        .ThenEither(open, new VisitorsArrived(), RefusalKind.Rule, hour < 9 ? "tooEarly" : "tooLate", "48");

    [Fact]
    public void Given_the_waiting_room_When_somebody_comes_who_is_not_approved_Then_nobody_is_admitted() => Scheduled
        .When(new AdmitVisitors([Mother, Child], IdentityCheck.Papers, Inmate, [As(Mother)]), At(8, 50))
        .ThenRefused(RefusalKind.Rule, "notApproved", "6");

    [Fact]
    public void Given_a_visit_of_three_When_some_of_them_come_Then_only_who_came_is_judged_and_a_minor_has_the_guardian_beside()
    {
        var other = new RelativeId(Cases.Guid(404));
        Visitor[] visitors = [new(Mother, Relationship.Parent, "family", Minor: false), new(Child, Relationship.Child, "family", Minor: true), new(other, Relationship.Sibling, "family", Minor: false)];
        var scheduled = Cases.Visit.Given(Visiting.VisitApplied with { Visitors = [.. visitors] }, new VisitKinshipChecked(), new VisitApproved(), new VisitScheduled(Nine.Id, Nine.From, Nine.To, "1"));
        Relative child = As(Child, Relationship.Child) with { Minor = true, Guardian = Mother };
        Relative banned = As(other, Relationship.Sibling) with { Bans = [new VisitRestriction(RestrictionReason.VisitRulesBroken, Date, Date)] };
        AdmitVisitors Came(params RelativeId[] who) => new([.. who], IdentityCheck.Papers, Inmate, [As(Mother), child, banned]);

        scheduled.When(Came(), At(8, 50)).ThenRefused(RefusalKind.Rule, "visitorRestricted", "48");
        scheduled.When(Came(Mother, Child), At(8, 50)).Then(new VisitorsAdmitted([Mother, Child], IdentityCheck.Papers));
        scheduled.When(Came(Child, other) with { Visitors = [As(Mother), child, As(other)] }, At(8, 50)).ThenRefused(RefusalKind.Rule, "guardianRequired", "6");
        scheduled.When(Came(Mother) with { Visitors = [As(Mother, stage: RelativeStage.Refused)] }, At(8, 50)).ThenRefused(RefusalKind.Rule, "kinshipNotChecked", "6");
    }

    [Theory]
    [InlineData(8, null)]
    [InlineData(7, "prisonerRestricted")]
    public void Given_a_restriction_When_a_visit_is_moved_to_a_day_within_it_Then_it_stays_where_it_is(int daysLater, string? code)
    {
        Slot later = Nine with { Id = Nine.Id with { Date = Date.PlusDays(daysLater) }, From = Nine.From + Duration.FromDays(daysLater), To = Nine.To + Duration.FromDays(daysLater) };
        Prisoner restricted = Inmate with { Restrictions = [new VisitRestriction(RestrictionReason.Confinement, Date.PlusDays(1), Date.PlusDays(7))] };
        var moved = Scheduled.When(new RescheduleVisit(later, "2", InForce, restricted, [As(Mother)], CancelReason.FamilyCannotCome), by: Family);
        if (code is null)
        {
            moved.Then(new VisitRescheduled(later.Id, later.From, later.To, "2", InForce.TermsOf(VisitChannel.Station, later), CancelReason.FamilyCannotCome));
        }
        else
        {
            moved.ThenRefused(RefusalKind.Rule, code, "48");
        }
    }

    [Fact]
    public void Given_a_flag_that_a_person_lets_stand_When_looked_at_again_Then_it_comes_back_only_after_the_obstacle_was_gone()
    {
        Prisoner restricted = Inmate with { Restrictions = [new VisitRestriction(RestrictionReason.Confinement, Date, Date)] };
        var flagged = Scheduled.Given(new VisitFlagged(VisitObstacle.PrisonerRestricted), new VisitFlagged(VisitObstacle.SlotBlocked));
        VisitFlagCleared[] accepted = [new(VisitObstacle.PrisonerRestricted, Accepted: true), new(VisitObstacle.SlotBlocked, Accepted: true)];
        flagged.When(new ClearVisitFlags(), by: PrisonOfficer).Then(accepted[0], accepted[1]);

        var stands = flagged.Given(accepted[0], accepted[1]);
        stands.When(new LookAtVisit(restricted, [As(Mother)]), by: Actor.System).Then();
        stands.When(new FlagVisit(Nine.Id, Blocked: true), by: Actor.System).Then();
        stands.When(new LookAtVisit(Inmate, [As(Mother)]), by: Actor.System).Then(new VisitFlagCleared(VisitObstacle.PrisonerRestricted));
        stands.When(new FlagVisit(Nine.Id, Blocked: false), by: Actor.System).Then(new VisitFlagCleared(VisitObstacle.SlotBlocked));
        stands.Given(new VisitFlagCleared(VisitObstacle.PrisonerRestricted), new VisitFlagCleared(VisitObstacle.SlotBlocked))
            .When(new FlagVisit(Nine.Id, Blocked: true), by: Actor.System).Then(new VisitFlagged(VisitObstacle.SlotBlocked));
    }

    [Fact]
    public void Given_lead_days_When_a_visit_is_moved_to_tomorrow_Then_the_office_may_and_the_family_may_not()
    {
        Slot soon = Nine with { Id = Nine.Id with { Date = Date.PlusDays(-9) }, From = Nine.From - Duration.FromDays(9), To = Nine.To - Duration.FromDays(9) };
        var move = new RescheduleVisit(soon, null, InForce, Inmate, [As(Mother)], CancelReason.Other);
        Scheduled.When(move, by: Family).ThenRefused(RefusalKind.Rule, "tooLate", "48");
        Scheduled.When(move, by: Cases.Officer).Then(new VisitRescheduled(soon.Id, soon.From, soon.To, null, InForce.TermsOf(VisitChannel.Station, soon), CancelReason.Other));
    }

    [Fact]
    public void Given_a_visit_of_half_an_hour_When_the_network_fails_for_ninety_seconds_Then_they_are_credited_and_time_is_up_later()
    {
        var interrupted = Begun.Given(At(9, 10), new VisitInterrupted(InterruptionCause.Network));
        interrupted.When(new ResumeVisit(), At(9, 10) + Duration.FromSeconds(90), Actor.System).Then(new VisitResumed(90, 90));
        Assert.Equal(At(9, 31) + Duration.FromSeconds(30), ((Visit)interrupted.Given(new VisitResumed(90, 90)).State).TimeIsUpAt);
        interrupted.When(new LookAtVisit(Inmate, [As(Mother)]), At(9, 20), Actor.System).Then(new VisitEnded(EndReason.NotResumed, 20 * 60));
    }

    [Fact]
    public void Given_a_visit_in_progress_When_its_time_is_up_Then_it_ends_by_itself()
    {
        Begun.When(new LookAtVisit(Inmate, [As(Mother)]), At(9, 29), Actor.System).Then();
        Begun.When(new LookAtVisit(Inmate, [As(Mother)]), At(9, 30), Actor.System).Then(new VisitEnded(EndReason.TimeUp, 0));
    }

    [Theory]
    [InlineData(Role.Prison, "71", "视频会见")]
    [InlineData(Role.Officer, "视频会见")]
    public void Given_a_breach_after_the_revision_When_cut_Then_the_prison_stands_on_the_statute_and_the_county_on_the_rules_of_2016(Role role, params string[] articles)
    {
        Instant now = Instant.FromUtc(2026, 11, 2, 2, 0);
        Begun.When(new CutVisit(CutReason.CodedLanguage), now, new Actor("a", role, role == Role.Prison ? "4301P1" : "430981001")).ThenOn(articles, new VisitCut(CutReason.CodedLanguage));
        Begun.When(new CutVisit(CutReason.CodedLanguage), At(9, 5), PrisonOfficer).ThenOn(["视频会见"], new VisitCut(CutReason.CodedLanguage));
        Begun.When(new CutVisit(CutReason.CodedLanguage), now, Family).ThenRefused(RefusalKind.Power, "staffRequired", "视频会见");
    }

    [Fact]
    public void Given_visitors_who_are_admitted_When_the_visit_starts_Then_time_begins_to_run_and_not_before()
    {
        Admitted.When(new StartVisit(), At(9, 1), PrisonOfficer).Then(new VisitStarted());
        Scheduled.When(new StartVisit(), At(9, 1), PrisonOfficer).ThenRefused(RefusalKind.State, "notAdmitted");
    }
}
