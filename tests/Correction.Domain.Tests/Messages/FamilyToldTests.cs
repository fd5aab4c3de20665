using System.Collections.Immutable;
using Correction.Domain.Messages;
using Correction.Domain.Visits;
using NodaTime;
using static Correction.Domain.Tests.Visiting;

namespace Correction.Domain.Tests.Messages;

public sealed class FamilyToldTests
{
    private static readonly Instant DayBefore = At(10, 0) - Duration.FromDays(1);
    private static readonly Instant HalfAnHourBeforeTheRoomOpens = At(8, 0);
    private static readonly VisitScheduled Fixed = new(Nine.Id, Nine.From, Nine.To, "1");

    private static readonly VisitState Asked = After(VisitState.Initial, Visiting.VisitApplied, new VisitKinshipChecked());
    private static readonly VisitState Scheduled = After(Asked, new VisitApproved(), Fixed);

    [Fact]
    public void Given_an_application_When_the_prison_approves_Then_the_family_is_told_at_once_the_day_before_and_half_an_hour_before_the_waiting_room_opens()
    {
        ImmutableArray<FamilyMessage> told = Told(Asked, PrisonOfficer, new VisitApproved(), Fixed);
        Assert.Equal(
            [(MessageKind.VisitScheduled, Cases.Now), (MessageKind.VisitTomorrow, DayBefore), (MessageKind.VisitSoon, HalfAnHourBeforeTheRoomOpens)],
            told.Select(message => (message.Kind, message.DueAt)));
        Assert.All(told, message => Assert.Equal((StreamKeys.Visit(AVisit), "family", Nine.From), (message.About, message.Account, message.Facts.From)));
        Assert.Equal(Nine.From, told[2].NotAfter); // a reminder of a visit that has begun is of no use
    }

    [Fact]
    public void Given_a_visit_today_When_it_is_approved_late_Then_no_reminder_speaks_of_a_moment_that_is_over() => Assert.Equal(
        [MessageKind.VisitScheduled],
        FamilyTold.Of(Asked, [new VisitApproved(), Fixed], Context(PrisonOfficer) with { Now = At(8, 10) }).Select(message => message.Kind));

    [Fact]
    public void Given_a_scheduled_visit_When_it_is_moved_Then_the_new_time_is_told_and_reminded_of()
    {
        VisitRescheduled moved = new(HalfPastNine.Id, HalfPastNine.From, HalfPastNine.To, "1", InForce.TermsOf(VisitChannel.Station, HalfPastNine), CancelReason.Equipment);
        ImmutableArray<FamilyMessage> told = Told(Scheduled, PrisonOfficer, moved);
        Assert.Equal([MessageKind.VisitRescheduled, MessageKind.VisitTomorrow, MessageKind.VisitSoon], told.Select(message => message.Kind));
        Assert.All(told, message => Assert.Equal(HalfPastNine.From, message.Facts.From));
        Assert.Equal("equipment", told[0].Facts.Reason);
        Assert.Equal([MessageKind.VisitRescheduled], Told(Asked, PrisonOfficer, moved).Select(message => message.Kind)); // not approved yet: nothing to remind of
    }

    [Fact]
    public void Given_a_scheduled_visit_When_its_time_is_blocked_Then_the_family_is_told_and_of_no_other_obstacle()
    {
        Assert.Equal([MessageKind.SlotBlocked], Told(Scheduled, Actor.System, new VisitFlagged(VisitObstacle.SlotBlocked)).Select(message => message.Kind));
        Assert.Empty(Told(Scheduled, Actor.System, new VisitFlagged(VisitObstacle.PrisonerRestricted)));
    }

    [Theory]
    [InlineData(CancelReason.Equipment, "equipment")]
    [InlineData(CancelReason.NotDecided, "notDecided")]
    [InlineData(CancelReason.PrisonerUnwilling, null)]
    [InlineData(CancelReason.PrisonerLeft, null)]
    public void Given_a_scheduled_visit_When_it_is_cancelled_Then_a_reason_that_speaks_of_the_prisoner_is_told_on_the_page_only(CancelReason reason, string? told)
    {
        FamilyMessage message = Assert.Single(Told(Scheduled, PrisonOfficer, new VisitCancelled(reason, Refunded: true)));
        Assert.Equal((MessageKind.VisitCancelled, told), (message.Kind, message.Facts.Reason));
    }

    [Theory]
    [InlineData(DeclineReason.QuotaUsedUp, "quotaUsedUp")]
    [InlineData(DeclineReason.PrisonerRestricted, null)]
    [InlineData(DeclineReason.VisitorRestricted, null)]
    public void Given_an_application_When_it_is_declined_Then_a_reason_that_speaks_of_another_is_told_on_the_page_only(DeclineReason reason, string? told)
    {
        FamilyMessage message = Assert.Single(Told(Asked, PrisonOfficer, new VisitDeclined(reason, Cases.Reference)));
        Assert.Equal((MessageKind.VisitDeclined, told), (message.Kind, message.Facts.Reason));
    }

    [Fact]
    public void Given_two_families_at_one_visit_When_one_cancels_Then_only_the_other_is_told()
    {
        Visitor aunt = new(new RelativeId(Cases.Guid(410)), Relationship.Sibling, "aunt", Minor: false);
        VisitState both = After(VisitState.Initial, Visiting.VisitApplied with { Visitors = [.. Visiting.VisitApplied.Visitors, aunt] });
        FamilyMessage message = Assert.Single(Told(both, Family, new VisitCancelled(CancelReason.FamilyCannotCome, Refunded: true)));
        Assert.Equal("aunt", message.Account);
        Assert.Equal([aunt.RelativeId], message.Relatives);
    }

    [Fact]
    public void Given_a_mother_with_her_child_and_a_grandmother_without_an_account_When_something_is_told_Then_each_grown_up_family_is_told_once()
    {
        Visitor child = new(Child, Relationship.Child, "family", Minor: true), father = new(Defender, Relationship.Parent, "family", Minor: false);
        Visitor grandmother = new(new RelativeId(Cases.Guid(411)), Relationship.Grandparent, null, Minor: false);
        VisitState all = After(VisitState.Initial, Visiting.VisitApplied with { Visitors = [.. Visiting.VisitApplied.Visitors, child, father, grandmother] });
        ImmutableArray<FamilyMessage> told = Told(all, PrisonOfficer, new VisitDeclined(DeclineReason.Other, null));
        Assert.Equal(["family", null], told.Select(message => message.Account));
        Assert.Equal([Mother, Defender], told[0].Relatives);
        Assert.Equal([grandmother.RelativeId], told[1].Relatives);
    }

    [Fact]
    public void Given_an_applicant_When_the_office_decides_Then_the_relative_is_told_with_the_reason()
    {
        RelativeState applied = new[] { (IRelativeEvent)Applied, Register }.Aggregate(RelativeState.Initial, (state, next) => RelativeDecider.Evolve(state, next, Cases.Now));
        FamilyMessage refused = Assert.Single(FamilyTold.Of(applied, [new RelativeRefused(KinshipRefusal.PapersUnreadable, Cases.Reference)], Context(Cases.Officer)));
        Assert.Equal((MessageKind.RelativeRefused, "papersUnreadable", StreamKeys.Relative(Mother), "family"), (refused.Kind, refused.Facts.Reason, refused.About, refused.Account));
        Assert.Null(Assert.Single(FamilyTold.Of(applied, [new RelativeRefused(KinshipRefusal.PrisonerNotMatched, null)], Context(Cases.Officer))).Facts.Reason);
        Assert.Equal(MessageKind.RelativeVerified, Assert.Single(FamilyTold.Of(applied, [new RelativeVerified()], Context(Cases.Officer))).Kind);
        Assert.Empty(FamilyTold.Of(RelativeState.Initial, [Applied, Register], Context(Family)));
    }

    [Fact]
    public void Given_a_full_slot_When_a_place_becomes_free_Then_who_waits_is_told_of_the_offer_and_its_end()
    {
        ClaimId claim = new(Cases.Guid(420));
        VisitDayState day = VisitDayDecider.After(VisitDayState.Initial, [Planned, new WaitingBegun(claim, Nine.Id, "waiting")], Cases.Now);
        Instant until = Cases.Now + Duration.FromHours(2);
        FamilyMessage offer = Assert.Single(FamilyTold.Of(day, [new SlotOffered(claim, until)], Visiting.Prison, Date, Context(Actor.System)));
        Assert.Equal((MessageKind.SlotOffered, "waiting", Nine.From, until, until), (offer.Kind, offer.Account, offer.Facts.From, offer.Facts.Until, offer.NotAfter));
    }

    private static VisitState After(VisitState state, params ReadOnlySpan<IVisitEvent> events)
    {
        foreach (IVisitEvent next in events)
        {
            state = VisitDecider.Evolve(state, next, Cases.Now);
        }

        return state;
    }

    private static ImmutableArray<FamilyMessage> Told(VisitState before, Actor by, params ImmutableArray<IVisitEvent> happened) => FamilyTold.Of(before, happened, Context(by));

    private static DecisionContext Context(Actor by)
    {
        int next = 900;
        return new DecisionContext(Cases.Now, by, () => Cases.Guid(next++));
    }
}
