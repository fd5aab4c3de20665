using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Grains.Visits;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using Correction.Testing;
using NodaTime;
using static Correction.Grains.Tests.Visits.VisitPrison;
using static Correction.Grains.Tests.Visits.VisitsFixture;

namespace Correction.Grains.Tests.Visits;

public sealed class VisitGrainTests(VisitsFixture fixture) : IClassFixture<VisitsFixture>
{
    private static readonly LocalDate Today = new(2026, 3, 2);

    [Fact]
    public async Task Of_200_families_who_press_at_once_for_three_places_three_get_one_197_are_told_that_it_is_full_and_the_ledgers_balance()
    {
        fixture.Clock.Now = Instant.FromUtc(2026, 3, 2, 2, 0);
        VisitPrison prison = await fixture.PrisonAsync("43G1P1", capacity: 3);
        RelativeId[] families = await Task.WhenAll(Enumerable.Range(0, 200).Select(prison.FamilyAsync));

        (VisitId Visit, CommandOutcome Outcome)[] told = await Task.WhenAll(families.Select((visitor, number) => prison.BookAsync(number, visitor, Today.PlusDays(5))));

        Assert.Equal(3, told.Count(each => each.Outcome is CommandOutcome.Done));
        Assert.All(told.Where(each => each.Outcome is not CommandOutcome.Done), each => Assert.Equal("slotFull", Assert.IsType<CommandOutcome.Refused>(each.Outcome).Refusal.Code));
        VisitDayState day = await fixture.Grains.DayOf(prison.SlotOn(Today.PlusDays(5))).Read();
        Assert.Equal(told.Where(each => each.Outcome is CommandOutcome.Done).Select(each => each.Visit).ToHashSet(), day.Bookings.Select(booking => booking.VisitId).ToHashSet());
        int[] used = await Task.WhenAll(Enumerable.Range(0, 200).Select(prison.UsedAsync));
        Assert.Equal(told.Select(each => each.Outcome is CommandOutcome.Done ? 1 : 0), used);
    }

    [Fact]
    public async Task Bookings_that_are_made_durable_together_are_each_known_when_they_are_repeated()
    {
        fixture.Clock.Now = Instant.FromUtc(2026, 3, 2, 2, 0);
        VisitPrison prison = await fixture.PrisonAsync("43G1P8", capacity: 20);
        RelativeId[] families = await Task.WhenAll(Enumerable.Range(0, 20).Select(prison.FamilyAsync));
        VisitRequest[] requests = [.. families.Select((visitor, number) => new VisitRequest(
            new VisitId(Guid.CreateVersion7()), prison.SlotOn(Today.PlusDays(5)), $"{number}", [visitor], VisitChannel.Station, Jurisdiction.Parse("430981")))];

        CommandOutcome[] first = await Task.WhenAll(requests.Select(SendAsync)), again = await Task.WhenAll(requests.Select(SendAsync));

        Assert.All(first, outcome => Assert.IsType<CommandOutcome.Done>(outcome));
        Assert.Equal(
            requests.Select(request => (StreamKeys.Visit(request.VisitId), 0L, 2L)),
            again.Select(outcome => Assert.IsType<CommandOutcome.Repeated>(outcome).Receipt is var receipt ? (receipt.StreamKey, receipt.FromVersion, receipt.ToVersion) : default));

        Task<CommandOutcome> SendAsync(VisitRequest request) =>
            fixture.Desk.BookAsync(request, By(Family()) with { Command = new CommandKey($"book-{request.VisitId}", "same") });
    }

    [Fact]
    public async Task An_application_with_a_relative_who_is_not_verified_does_not_even_wake_the_prisoner_so_that_its_time_tells_nothing()
    {
        fixture.Clock.Now = Instant.FromUtc(2026, 3, 2, 2, 0);
        VisitPrison prison = await fixture.PrisonAsync("43G1P9", capacity: 3);
        PersonalRecord person = Personal("person");
        var relative = new RelativeId(Guid.CreateVersion7());
        var apply = new ApplyAsRelative(
            relative, prison.Prisoner(7), Relationship.Parent, person.Reference, new LocalDate(1970, 1, 1), Family(7).Account, Jurisdiction.Parse("430981"), null);
        await DoneAsync(fixture.Grains.Relative(relative).Execute(apply, By(Family(7)) with { Personal = [person] }));

        (_, CommandOutcome outcome) = await prison.BookAsync(7, relative, Today.PlusDays(5));

        Assert.Equal("kinshipNotChecked", Assert.IsType<CommandOutcome.Refused>(outcome).Refusal.Code);
        Assert.Null(await fixture.Grains.GetGrain<IManagementGrain>(0).GetActivationAddress(fixture.Grains.Prisoner(prison.Prisoner(7)), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_was_charged_for_a_visit_that_never_began_is_given_back_by_the_ledgers_look()
    {
        fixture.Clock.Now = Instant.FromUtc(2026, 3, 2, 2, 0);
        VisitPrison prison = await fixture.PrisonAsync("43G1P2", capacity: 3);
        RelativeId visitor = await prison.FamilyAsync(1);
        VisitId booked = await prison.BookedAsync(1, visitor, Today.PlusDays(5));
        await DoneAsync(fixture.Grains.Credits(prison.Prisoner(1)).Execute( // the process dies after this commit
            new UseVisitCredit(new VisitId(Guid.CreateVersion7()), Today.PlusDays(40), "video", 1, 1), By(Family())));
        Assert.Equal(2, await prison.UsedAsync(1));

        fixture.Clock.Now += Duration.FromMinutes(6);

        await Eventually.Until(async () => await prison.UsedAsync(1) == 1, "the durable deadline to make the ledger look");
        Assert.Equal(booked, (await fixture.Grains.Credits(prison.Prisoner(1)).Read()).Uses.Single().VisitId);
    }

    [Fact]
    public async Task A_full_slot_is_waited_for_and_offered_to_who_waits_longest_when_a_visit_is_cancelled()
    {
        fixture.Clock.Now = Instant.FromUtc(2026, 3, 3, 2, 0);
        VisitPrison prison = await fixture.PrisonAsync("43G1P3", capacity: 1);
        RelativeId first = await prison.FamilyAsync(1), second = await prison.FamilyAsync(2), third = await prison.FamilyAsync(3);
        SlotId slot = prison.SlotOn(Today.PlusDays(6));
        VisitId visit = await prison.BookedAsync(1, first, slot.Date);
        await DoneAsync(fixture.Grains.DayOf(slot).Execute(new WaitForSlot(slot, Family(2).Account), By(Family(2))));

        await DoneAsync(fixture.Grains.Visit(visit).Execute(new CancelVisit(CancelReason.FamilyCannotCome), By(Family())));

        Assert.Equal("slotFull", Assert.IsType<CommandOutcome.Refused>((await prison.BookAsync(3, third, slot.Date)).Outcome).Refusal.Code);
        await prison.BookedAsync(2, second, slot.Date);
        Assert.Equal(0, await prison.UsedAsync(1));
    }

    [Fact]
    public async Task A_family_is_told_with_the_commit_of_what_happened_and_a_visit_that_was_cancelled_reminds_nobody()
    {
        fixture.Clock.Now = Instant.FromUtc(2026, 3, 3, 2, 0);
        VisitPrison prison = await fixture.PrisonAsync("43G1PA", capacity: 1);
        RelativeId first = await prison.FamilyAsync(1);
        await prison.FamilyAsync(2);
        SlotId slot = prison.SlotOn(Today.PlusDays(6));
        VisitId visit = await prison.BookedAsync(1, first, slot.Date);
        await DoneAsync(fixture.Grains.DayOf(slot).Execute(new WaitForSlot(slot, Family(2).Account), By(Family(2))));
        Assert.Equal(["relativeVerified"], await fixture.MessagesAsync(StreamKeys.Relative(first), Family(1).Account));
        Assert.Empty(await fixture.MessagesAsync(StreamKeys.Visit(visit), Family(1).Account)); // the family itself has applied

        await DoneAsync(prison.ApproveAsync(visit));
        Assert.Equal(["visitScheduled", "visitSoon", "visitTomorrow"], (await fixture.MessagesAsync(StreamKeys.Visit(visit), Family(1).Account)).Order(StringComparer.Ordinal));

        await DoneAsync(fixture.Grains.Visit(visit).Execute(new CancelVisit(CancelReason.Equipment), By(prison.Officer)));
        Assert.Equal(["visitCancelled", "visitScheduled"], (await fixture.MessagesAsync(StreamKeys.Visit(visit), Family(1).Account)).Order(StringComparer.Ordinal));
        Assert.Equal(["slotOffered"], await fixture.MessagesAsync(StreamKeys.VisitDay(slot.Prison, slot.Date), Family(2).Account));
    }

    [Fact]
    public async Task Blocking_a_day_flags_the_visits_it_touches_and_a_move_leaves_the_flag_behind()
    {
        fixture.Clock.Now = Instant.FromUtc(2026, 3, 3, 2, 0);
        VisitPrison prison = await fixture.PrisonAsync("43G1P4", capacity: 2);
        VisitId visit = await prison.BookedAsync(1, await prison.FamilyAsync(1), Today.PlusDays(6));
        await DoneAsync(prison.ApproveAsync(visit));

        await DoneAsync(fixture.Grains.DayOf(prison.SlotOn(Today.PlusDays(6))).Execute(new BlockSlots(new BlockId(Guid.CreateVersion7()), [], BlockReason.Equipment), By(prison.Officer)));
        await Eventually.Until(async () => (await fixture.Grains.Visit(visit).Read())!.Flags is [VisitObstacle.SlotBlocked], "the visit to be flagged");
        await DoneAsync(fixture.Desk.RescheduleAsync(visit, prison.SlotOn(Today.PlusDays(37)), CancelReason.Equipment, By(prison.Officer)));

        Visit moved = (await fixture.Grains.Visit(visit).Read())!;
        Assert.Equal((VisitStage.Scheduled, prison.SlotOn(Today.PlusDays(37))), (moved.Stage, moved.Slot));
        Assert.Empty(moved.Flags);
        Assert.Empty((await fixture.Grains.DayOf(prison.SlotOn(Today.PlusDays(6))).Read()).Bookings);
        Assert.Equal(new LocalDate(2026, 4, 1), (await fixture.Grains.Credits(prison.Prisoner(1)).Read()).Accounts.Single(account => !account.Uses.IsEmpty).Month);
    }

    [Fact]
    public async Task A_policy_that_has_no_place_for_a_booked_visit_any_more_flags_it_though_nobody_books_on_that_day()
    {
        fixture.Clock.Now = Instant.FromUtc(2026, 3, 3, 2, 0);
        VisitPrison prison = await fixture.PrisonAsync("43G1PC", capacity: 2);
        LocalDate date = Today.PlusDays(6);
        VisitId visit = await prison.BookedAsync(1, await prison.FamilyAsync(1), date);
        await DoneAsync(prison.ApproveAsync(visit));
        await Eventually.Until(async () => (await fixture.Visits.DaysBookedAsync(prison.Code, fixture.Clock.Now)).Contains(date), "the read model to have the visit");

        VisitPolicy before = (await fixture.Grains.Prison(prison.Code).Read()).PolicyOn(date)!.Policy;
        SessionTemplate afternoon = before.Sessions[0] with { Code = "pm", From = new LocalTime(14, 0), To = new LocalTime(14, 30) };
        await DoneAsync(fixture.Grains.Prison(prison.Code).Execute(new AdoptVisitPolicy(before with { Sessions = [afternoon] }), By(prison.Officer)));

        await Eventually.Until(async () => (await fixture.Grains.Visit(visit).Read())!.Flags is [VisitObstacle.SlotBlocked], "the visit to be flagged");
    }

    [Fact]
    public async Task A_ban_that_begins_after_approval_flags_the_visit_at_night_and_keeps_the_visitor_out_at_admission()
    {
        fixture.Clock.Now = Instant.FromUtc(2026, 3, 4, 2, 0);
        VisitPrison prison = await fixture.PrisonAsync("43G1P5", capacity: 2);
        RelativeId visitor = await prison.FamilyAsync(1);
        VisitId visit = await prison.BookedAsync(1, visitor, new LocalDate(2026, 3, 6));
        await DoneAsync(prison.ApproveAsync(visit));
        await DoneAsync(fixture.Grains.Relative(visitor).Execute(
            new BanRelative(new VisitRestriction(RestrictionReason.VisitRulesBroken, new LocalDate(2026, 3, 5), new LocalDate(2026, 6, 4))), By(prison.Officer)));

        fixture.Clock.Now = Instant.FromUtc(2026, 3, 4, 18, 0); // two in the morning
        await Eventually.Until(async () => (await fixture.Grains.Visit(visit).Read())!.Flags is [VisitObstacle.VisitorRestricted], "the look at night");

        fixture.Clock.Now = Instant.FromUtc(2026, 3, 6, 0, 50);
        CommandOutcome admitted = await fixture.Desk.WithFactsAsync(visit, (prisoner, visitors) => new AdmitVisitors([], IdentityCheck.Papers, prisoner, visitors), By(GrainsFixture.Officer));
        Assert.Equal("visitorRestricted", Assert.IsType<CommandOutcome.Refused>(admitted).Refusal.Code);
    }

    [Fact]
    public async Task Who_is_not_there_a_quarter_of_an_hour_after_the_beginning_has_given_the_visit_up()
    {
        fixture.Clock.Now = Instant.FromUtc(2026, 3, 7, 2, 0);
        VisitPrison prison = await fixture.PrisonAsync("43G1P6", capacity: 2);
        VisitId visit = await prison.BookedAsync(1, await prison.FamilyAsync(1), new LocalDate(2026, 3, 9));
        await DoneAsync(prison.ApproveAsync(visit));

        fixture.Clock.Now = Instant.FromUtc(2026, 3, 9, 1, 15);
        await Eventually.Until(async () => (await fixture.Grains.Visit(visit).Read())!.Stage == VisitStage.NotAttended, "the deadline of the visit");
        Assert.Equal(1, await prison.UsedAsync(1));
    }

    [Fact]
    public async Task A_decision_of_31_October_cites_the_old_article_and_one_of_1_November_the_new_one_and_replay_shows_each_as_it_was()
    {
        fixture.Clock.Now = Instant.FromUtc(2026, 10, 31, 15, 59, 59); // the last second of 31 October in China
        VisitPrison prison = await fixture.PrisonAsync("43G1P7", capacity: 2);
        VisitId before = await prison.BookedAsync(1, await prison.FamilyAsync(1), new LocalDate(2026, 11, 5)), after = await prison.BookedAsync(2, await prison.FamilyAsync(2), new LocalDate(2026, 11, 5));
        await DoneAsync(prison.ApproveAsync(before));
        fixture.Clock.Now = Instant.FromUtc(2026, 10, 31, 16, 0);
        await DoneAsync(prison.ApproveAsync(after));

        Assert.Equal(["48"], await ArticlesAsync<VisitApplied>(before));
        Assert.Equal(["48"], await ArticlesAsync<VisitApproved>(before));
        Assert.Equal(["48"], await ArticlesAsync<VisitApplied>(after));
        Assert.Equal(["69 ¶1", "69 ¶2"], await ArticlesAsync<VisitApproved>(after));
    }

    private async Task<string[]> ArticlesAsync<T>(VisitId visit) =>
        [.. (await fixture.StreamAsync(StreamKeys.Visit(visit))).Single(recorded => recorded.Data is T).Basis.Select(basis => basis.Article).Distinct()];
}
