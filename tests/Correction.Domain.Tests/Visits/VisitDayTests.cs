using Correction.Domain.Visits;
using NodaTime;
using static Correction.Domain.Tests.Visiting;

namespace Correction.Domain.Tests.Visits;

public sealed class VisitDayTests
{
    private static readonly Actor Another = new("another", Role.Family, "430981");

    [Fact]
    public void Given_a_policy_When_its_day_is_planned_Then_slots_follow_one_another_and_none_begins_that_would_end_late() => Assert.Equal(
        ["4301P1.2026-03-12.am.0900", "4301P1.2026-03-12.am.0930"], Plan.Slots.Select(slot => slot.Id.ToString()));

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void Given_so_many_visits_in_a_slot_of_three_When_one_more_is_booked_Then_it_gets_the_third_place_or_is_told_that_it_is_full(int booked, bool accepted) => Cases.Day
        .Given(Planned).Given([.. Booked(booked)])
        .When(Book(AVisit), by: Family)
        .ThenEither(accepted, new SlotBooked(AVisit, Nine.Id, "3", null, Moved: false), RefusalKind.State, "slotFull", "48");

    [Fact]
    public void Given_two_visits_and_a_hold_When_another_account_books_Then_the_hold_counts() => Cases.Day
        .Given(Planned).Given([.. Booked(2)]).Given(new SlotHeld(new ClaimId(Cases.Guid(1)), Nine.Id, "family", Cases.Now + Duration.FromMinutes(10)))
        .When(Book(AVisit, "another"), by: Another)
        .ThenRefused(RefusalKind.State, "slotFull", "48");

    [Fact]
    public void Given_a_hold_When_its_account_books_Then_the_hold_is_used_up() => Cases.Day
        .Given(Planned).Given([.. Booked(2)]).Given(new SlotHeld(new ClaimId(Cases.Guid(1)), Nine.Id, "family", Cases.Now + Duration.FromMinutes(10)))
        .When(Book(AVisit), by: Family)
        .Then(new SlotBooked(AVisit, Nine.Id, "3", new ClaimId(Cases.Guid(1)), Moved: false));

    [Theory]
    [InlineData(599, false)]
    [InlineData(600, true)]
    public void Given_a_hold_of_ten_minutes_When_another_account_books_after_some_seconds_Then_it_holds_nothing_any_more_once_they_are_over(int seconds, bool accepted) => Cases.Day
        .Given(Planned).Given([.. Booked(2)]).Given(new SlotHeld(new ClaimId(Cases.Guid(1)), Nine.Id, "family", Cases.Now + Duration.FromMinutes(10)))
        .When(Book(AVisit, "another", Cases.Now + Duration.FromMinutes(30)), Cases.Now + Duration.FromSeconds(seconds), Another)
        .ThenEither(accepted, new SlotBooked(AVisit, Nine.Id, "3", null, Moved: false), RefusalKind.State, "slotFull", "48");

    [Fact]
    public void Given_a_held_place_When_its_account_holds_another_slot_Then_the_first_one_is_let_go() => Cases.Day
        .Given(Planned, new SlotHeld(new ClaimId(Cases.Guid(9)), Nine.Id, "family", Cases.Now + Duration.FromMinutes(10)))
        .When(new HoldSlot(HalfPastNine.Id, "family"), by: Family)
        .Then(new ClaimEnded(new ClaimId(Cases.Guid(9)), ClaimEnd.MovedOn), new SlotHeld(new ClaimId(Cases.Guid(1)), HalfPastNine.Id, "family", Cases.Now + Duration.FromMinutes(10)));

    [Fact]
    public void Given_a_full_slot_and_two_who_wait_When_a_place_is_freed_Then_the_first_of_them_is_offered_it() => Cases.Day
        .Given(Planned).Given([.. Booked(3)]).Given(new WaitingBegun(new ClaimId(Cases.Guid(11)), Nine.Id, "family"), new WaitingBegun(new ClaimId(Cases.Guid(12)), Nine.Id, "another"))
        .When(new FreeSlot(new VisitId(Cases.Guid(601)), Nine.Id), by: Actor.System)
        .Then(new SlotFreed(new VisitId(Cases.Guid(601)), Nine.Id), new SlotOffered(new ClaimId(Cases.Guid(11)), Cases.Now + Duration.FromMinutes(120)));

    [Theory]
    [InlineData(3, 10, 120)]
    [InlineData(3, 23, 60)]
    [InlineData(2, 10, 0)]
    public void Given_who_waits_When_a_place_is_freed_so_many_days_ahead_Then_it_is_offered_only_while_a_family_may_still_book(int daysAhead, int hour, int minutes)
    {
        Instant at = Date.PlusDays(-daysAhead).At(new LocalTime(hour, 0)).InZoneStrictly(Domain.Time.ChinaTime.Zone).ToInstant();
        var freed = new SlotFreed(new VisitId(Cases.Guid(601)), Nine.Id);
        IVisitDayEvent[] expected = minutes > 0 ? [freed, new SlotOffered(new ClaimId(Cases.Guid(11)), at + Duration.FromMinutes(minutes))] : [freed];
        Cases.Day.Given(Planned).Given([.. Booked(3)]).Given(new WaitingBegun(new ClaimId(Cases.Guid(11)), Nine.Id, "family"))
            .When(new FreeSlot(new VisitId(Cases.Guid(601)), Nine.Id), at, Actor.System)
            .Then(expected);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void Given_another_policy_When_its_day_is_looked_at_Then_it_is_planned_anew_only_where_somebody_has_booked(int booked)
    {
        var replanned = new VisitDayPlanned("4301P1", Date, 0, []);
        IVisitDayEvent[] expected = booked > 0 ? [Planned] : [];
        Cases.Day.Given(replanned).Given([.. Booked(booked)]).When(new LookAtClaims(), Cases.Now, Actor.System).Then(expected);
    }

    [Fact]
    public void Given_an_offer_that_has_run_out_When_looked_at_Then_the_next_one_who_waits_is_offered_the_place() => Cases.Day
        .Given(Planned).Given([.. Booked(2)])
        .Given(new WaitingBegun(new ClaimId(Cases.Guid(11)), Nine.Id, "family"), new SlotOffered(new ClaimId(Cases.Guid(11)), Cases.Now), new WaitingBegun(new ClaimId(Cases.Guid(12)), Nine.Id, "another"))
        .When(new LookAtClaims(), Cases.Now, Actor.System)
        .Then(new ClaimEnded(new ClaimId(Cases.Guid(11)), ClaimEnd.Expired), new SlotOffered(new ClaimId(Cases.Guid(12)), Cases.Now + Duration.FromMinutes(120)));

    [Fact]
    public void Given_a_blocked_day_When_a_place_is_asked_for_Then_it_is_refused_and_only_the_prison_blocks()
    {
        var block = new BlockSlots(new BlockId(Cases.Guid(7)), [], BlockReason.Staffing);
        Cases.Day.Given(Planned).When(block, by: Cases.Officer).ThenRefused(RefusalKind.Power, "prisonDecides", "48");
        Cases.Day.Given(Planned, new SlotsBlocked(new BlockId(Cases.Guid(7)), [], BlockReason.Staffing)).When(Book(AVisit), by: Family).ThenRefused(RefusalKind.State, "slotBlocked", "48");
    }

    [Fact]
    public void Given_a_booking_that_took_too_long_When_it_arrives_Then_it_is_refused_because_its_charge_may_be_given_back() => Cases.Day
        .Given(Planned)
        .When(Book(AVisit, notAfter: Cases.Now), Cases.Now + Duration.FromSeconds(1), Family)
        .ThenRefused(RefusalKind.State, "bookingTooLate", "48");

    [Fact]
    public void Given_a_booked_slot_that_another_policy_does_not_plan_When_replanned_Then_its_visit_is_disturbed_and_kept()
    {
        VisitDayState after = Cases.Day.Given(Planned).Given([.. Booked(1)]).Given(new VisitDayPlanned("4301P1", Date, 2, [HalfPastNine])).State;
        Assert.Equal(Nine.Id, Assert.Single(after.Disturbed).Slot);
        Assert.Equal(0, after.Free(Nine, Cases.Now));
    }

    private static IEnumerable<IVisitDayEvent> Booked(int count) =>
        Enumerable.Range(1, count).Select(number => new SlotBooked(new VisitId(Cases.Guid(600 + number)), Nine.Id, $"{number}", null, Moved: false));

    private static BookSlot Book(VisitId visit, string account = "family", Instant? notAfter = null) => new(visit, Nine.Id, account, Moved: false, notAfter ?? Cases.Now + Duration.FromMinutes(1));
}
