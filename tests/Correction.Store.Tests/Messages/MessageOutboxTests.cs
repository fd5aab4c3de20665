using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Messages;
using Correction.Domain.Visits;
using Correction.Store.Journaling;
using Correction.Store.Messages;
using Correction.Testing;
using NodaTime;

namespace Correction.Store.Tests.Messages;

/// <summary>A message stands or falls with its event, is one host's at a time, and survives whoever took it.</summary>
public sealed class MessageOutboxTests : IAsyncLifetime
{
    private static readonly Instant Now = Instant.FromUtc(2026, 3, 2, 2, 0);
    private static readonly Duration Lease = Duration.FromMinutes(2);
    private StoreHost _store = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private MessageOutbox Outbox => _store.Get<MessageOutbox>();

    public async ValueTask InitializeAsync() => _store = await StoreHost.StartAsync(await PostgresServer.Shared());

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task A_message_is_there_with_its_event_and_not_without_it()
    {
        FamilyMessage lost = Message(Now), kept = Message(Now);
        Assert.IsType<CommitResult.Conflict>(await _store.Journal.CommitAsync(Entries.Append("access/m", 7) with { Messages = [lost] }, Cancellation));
        Assert.IsType<CommitResult.Committed>(await _store.Journal.CommitAsync(Entries.Append("access/m", 0) with { Messages = [kept] }, Cancellation));
        OutboxMessage taken = Assert.Single(await TakeAsync(Now));
        Assert.Equal(kept.Relatives, taken.Message.Relatives);
        Assert.Equal(kept with { Relatives = taken.Message.Relatives }, taken.Message);
    }

    [Fact]
    public async Task What_a_host_took_and_did_not_settle_before_it_died_is_taken_again_once_its_time_is_over()
    {
        FamilyMessage message = Message(Now);
        await _store.Journal.CommitAsync(Entries.Append("access/m", 0) with { Messages = [message] }, Cancellation);
        Assert.Equal(1, Assert.Single(await TakeAsync(Now)).Tries);
        Assert.Empty(await TakeAsync(Now + Lease - Duration.FromSeconds(1)));
        OutboxMessage again = Assert.Single(await TakeAsync(Now + Lease));
        Assert.Equal((message.Id, 2), (again.Message.Id, again.Tries));
    }

    [Fact]
    public async Task Two_hosts_that_take_at_once_never_take_the_same()
    {
        await _store.Journal.CommitAsync(Entries.Append("access/m", 0) with { Messages = [.. Enumerable.Range(0, 40).Select(_ => Message(Now))] }, Cancellation);
        ImmutableArray<OutboxMessage>[] taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Outbox.TakeAsync(Now, Lease, 10, Cancellation)));
        MessageId[] ids = [.. taken.SelectMany(each => each).Select(each => each.Message.Id)];
        Assert.Equal(ids.Distinct().Count(), ids.Length);
        Assert.Equal(40, ids.Length + (await Outbox.TakeAsync(Now, Lease, 100, Cancellation)).Length);
    }

    [Fact]
    public async Task A_message_is_settled_once_with_its_event_and_is_not_taken_any_more()
    {
        FamilyMessage message = Message(Now);
        await _store.Journal.CommitAsync(Entries.Append("access/m", 0) with { Messages = [message] }, Cancellation);
        await TakeAsync(Now);
        JournalEntry settled = new() { Streams = [new(StreamKeys.Message(message.Id), 0, [new NewEvent(Settled(message), Now, Actor.System, [])])] };
        Assert.IsType<CommitResult.Committed>(await _store.Journal.CommitAsync(settled, Cancellation));
        Assert.IsType<CommitResult.Conflict>(await _store.Journal.CommitAsync(settled, Cancellation)); // the host that was taken for dead
        Assert.Empty(await TakeAsync(Now + Duration.FromDays(9)));
        OutboxMessage shown = Assert.Single(await Outbox.AboutAsync(message.About, "family", Now, Cancellation));
        Assert.Equal((MessageOutcome.Refused, MessageWay.Email, "550 5.1.1", "会见已批准。"), (shown.Outcome, shown.Way, shown.Answer, shown.Text));
        Assert.Empty(await Outbox.AboutAsync(message.About, "another", Now, Cancellation));
    }

    [Fact]
    public async Task A_message_that_is_put_off_waits_with_its_last_answer()
    {
        FamilyMessage message = Message(Now);
        await _store.Journal.CommitAsync(Entries.Append("access/m", 0) with { Messages = [message] }, Cancellation);
        await TakeAsync(Now);
        await Outbox.PutOffAsync(message.Id, Now + Duration.FromHours(1), "451", Cancellation);
        Assert.Empty(await TakeAsync(Now + Duration.FromMinutes(59)));
        Assert.Equal("451", Assert.Single(await TakeAsync(Now + Duration.FromHours(1))).Answer);
    }

    [Fact]
    public async Task Reminders_of_a_visit_that_moved_are_withdrawn_with_the_commit_that_moves_it_and_what_is_due_is_not()
    {
        Instant today = _store.Get<IClock>().GetCurrentInstant(); // the Journal's
        FamilyMessage due = Message(today), reminder = Message(today + Duration.FromDays(3)), others = reminder with { Id = new MessageId(Guid.CreateVersion7()), About = "visit/other" };
        FamilyMessage moved = Message(today + Duration.FromDays(4));
        await _store.Journal.CommitAsync(Entries.Append("access/m", 0) with { Messages = [due, reminder, others] }, Cancellation);
        await _store.Journal.CommitAsync(Entries.Append("access/m", 1) with { RemindersEnded = [due.About], Messages = [moved] }, Cancellation);
        Assert.Equal(
            new HashSet<MessageId> { due.Id, others.Id, moved.Id },
            [.. (await Outbox.TakeAsync(today + Duration.FromDays(9), Lease, 10, Cancellation)).Select(each => each.Message.Id)]);
    }

    private Task<ImmutableArray<OutboxMessage>> TakeAsync(Instant now) => Outbox.TakeAsync(now, Lease, 10, Cancellation);

    private static FamilyMessage Message(Instant due) => new(
        new MessageId(Guid.CreateVersion7()), MessageKind.VisitScheduled, "visit/00000002000070008000000000000000", "family", [new RelativeId(Guid.CreateVersion7())],
        new MessageFacts(From: Now + Duration.FromDays(5), Reason: "equipment"), due, due + FamilyMessage.TriedFor);

    private static FamilyMessageSettled Settled(FamilyMessage message) => new(
        message.Id, message.Kind, message.About, message.Account, message.Relatives, "430981", MessageOutcome.Refused, MessageWay.Email, 1, "550 5.1.1", "会见已批准。");
}
