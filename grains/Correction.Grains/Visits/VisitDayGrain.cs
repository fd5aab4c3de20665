using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Messages;
using Correction.Domain.Time;
using Correction.Domain.Visits;
using Correction.Grains.Boards;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;
using NodaTime.Text;

namespace Correction.Grains.Visits;

/// <summary>The shell round a day's decisions. It never waits for a visit's commands: a visit waits for its day.</summary>
public sealed class VisitDayGrain(WakeReader events, Journal journal, BoardPublisher boards, IClock clock) : Grain, IVisitDayGrain
{
    private StreamWriter<VisitDayState, IVisitDayEvent> _stream = null!;
    private Jurisdiction _prison;
    private LocalDate _date;
    private PolicyInForce? _policy;
    private DayPlan _plan = new(0, [], 0, 0, 0);
    private bool _mayBeDisturbed = true;
    private Task _turn = Task.CompletedTask;
    private readonly List<BookingRequest> _requests = [];

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        string[] parts = this.GetPrimaryKeyString().Split('/');
        (_prison, _date) = (Jurisdiction.Parse(parts[0]), LocalDatePattern.Iso.Parse(parts[1]).GetValueOrThrow());
        _stream = new(StreamKeys.VisitDay(_prison, _date), VisitDayState.Initial, VisitDayDecider.Evolve, events, journal);
        return _stream.LoadAsync();
    }

    public async Task<CommandOutcome> Execute(VisitDayCommand command, CommandEnvelope envelope)
    {
        await RefreshPlanAsync();
        return await InTurnAsync(() => ExecuteAsync(command, envelope, Decisions.At(clock, envelope.Actor)));
    }

    /// <summary>What arrives while a commit runs is booked by the next one: whose turn it is carries out all that wait.</summary>
    public async Task<CommandOutcome> BeginVisit(BookSlot book, ApplyForVisit apply, CommandEnvelope envelope)
    {
        if (apply.Policy.Revision != _policy?.Revision) // who applies has just asked the prison
        {
            await RefreshPlanAsync();
        }

        var request = new BookingRequest(book, apply, envelope);
        _requests.Add(request);
        return await InTurnAsync(async () =>
        {
            if (request.Outcome is null)
            {
                await BookAsync([.. _requests.Take(BookingRequest.MostAtOnce)]);
            }

            return request.Outcome!;
        });
    }

    public async Task<ImmutableArray<SlotPlaces>> Slots()
    {
        await RefreshPlanAsync();
        Instant now = clock.GetCurrentInstant();
        VisitDayState state = _stream.State.PolicyRevision == _plan.Revision
            ? _stream.State
            : VisitDayDecider.Evolve(_stream.State, new VisitDayPlanned(_prison.Code, _date, _plan.Revision, _plan.Slots), now);
        return [.. state.Slots.OrderBy(slot => slot.From).Select(slot => new SlotPlaces(slot, slot.From > now ? state.Free(slot, now) : 0, state.Waiting(slot.Id), state.IsBlocked(slot.Id)))];
    }

    public Task<VisitDayState> Read() => Task.FromResult(_stream.State);

    public async Task Look()
    {
        await Execute(new LookAtClaims(), CommandEnvelope.By(Actor.System));
        Instant now = clock.GetCurrentInstant();
        foreach (Booking moved in _stream.State.Bookings.Where(booking => booking.Moved && booking.BookedAt + VisitDayState.SettleAfter <= now))
        {
            if (await GrainFactory.Visit(moved.VisitId).Read() is { } visit && visit.Slot != moved.Slot)
            {
                await Execute(new FreeSlot(moved.VisitId, moved.Slot), CommandEnvelope.By(Actor.System));
            }
        }

        Task told = TellVisitsAsync(); // not waited for: a visit may be waiting for this day
        told.Ignore();
    }

    private async Task BookAsync(ImmutableArray<BookingRequest> requests)
    {
        _requests.RemoveAll(requests.Contains);
        DecisionContext context = Decisions.At(clock, Actor.System);
        var batch = new BookingBatch(requests, context.Now, context.NewId);
        bool disturbs = false;
        CommandOutcome outcome = await _stream.ExecuteAsync(
            state => batch.Decide(state, (before, request, decision) => VisitDayDecider.Decide(before, request.Book, _plan, _prison, _date, decision)),
            batch.Envelope,
            context.Now,
            (entry, happened) => batch.Complete(Accompanied(entry, happened, disturbs = Disturbs(happened), context)));
        batch.Tell(outcome);
        if (outcome is CommandOutcome.Done && _date == ChinaTime.DateOf(context.Now))
        {
            foreach (Visit begun in batch.Begun)
            {
                boards.Publish(begun, _date);
            }
        }

        TellIfDisturbed(outcome, disturbs);
        foreach (BookingRequest repeat in batch.Repeats)
        {
            await BookAsync([repeat]);
        }
    }

    private async Task<CommandOutcome> ExecuteAsync(VisitDayCommand command, CommandEnvelope envelope, DecisionContext context)
    {
        bool disturbs = false;
        CommandOutcome outcome = await _stream.ExecuteAsync(
            state => VisitDayDecider.Decide(state, command, _plan, _prison, _date, context),
            envelope,
            context.Now,
            (entry, happened) => Accompanied(entry, happened, disturbs = Disturbs(happened), context));
        TellIfDisturbed(outcome, disturbs);
        return outcome;
    }

    /// <summary>Not waited for: a visit may be waiting for this day.</summary>
    private void TellIfDisturbed(CommandOutcome outcome, bool disturbs)
    {
        _mayBeDisturbed |= disturbs;
        if (outcome is CommandOutcome.Done && disturbs)
        {
            TellVisitsAsync().Ignore();
        }
    }

    /// <summary>One decision at a time: bookings come in between the turns of the grain.</summary>
    private async Task<CommandOutcome> InTurnAsync(Func<Task<CommandOutcome>> work)
    {
        Task before = _turn;
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _turn = over.Task;
        await before;
        try
        {
            return await work();
        }
        finally
        {
            over.SetResult();
        }
    }

    private static bool Disturbs(ImmutableArray<IVisitDayEvent> happened) => happened.Any(next => next is SlotsBlocked or SlotsUnblocked or VisitDayPlanned);

    /// <summary>Flags the visits that a block or another plan touches; who is told twice changes nothing. The deadline stands until all are told.</summary>
    private async Task TellVisitsAsync()
    {
        if (_mayBeDisturbed)
        {
            foreach (Booking booking in _stream.State.Bookings)
            {
                await GrainFactory.Visit(booking.VisitId).Execute(new FlagVisit(booking.Slot, _stream.State.IsBlocked(booking.Slot)), CommandEnvelope.By(Actor.System));
            }

            _mayBeDisturbed = false;
        }

        await journal.CommitAsync(new JournalEntry { Deadlines = [new Deadline(StreamKeys.VisitDay(_prison, _date), _stream.State.NextLook(clock.GetCurrentInstant()))] });
    }

    /// <summary>With the day's next look, and what those are told who are offered a place.</summary>
    private JournalEntry Accompanied(JournalEntry entry, ImmutableArray<IVisitDayEvent> happened, bool disturbs, DecisionContext context)
    {
        Instant now = context.Now;
        Instant? next = VisitDayDecider.After(_stream.State, happened, now).NextLook(now);
        entry = entry with { Messages = FamilyTold.Of(_stream.State, happened, _prison, _date, context) };
        return disturbs ? entry with { Deadlines = [new Deadline(StreamKeys.VisitDay(_prison, _date), now)] }
            : next != _stream.State.NextLook(now) ? entry with { Deadlines = [new Deadline(StreamKeys.VisitDay(_prison, _date), next)] }
            : entry;
    }

    /// <summary>A policy that the prison adopts later plans its days anew.</summary>
    private async Task RefreshPlanAsync()
    {
        if (await GrainFactory.Prison(_prison).PolicyOn(_date, _policy?.Revision ?? 0) is { } policy)
        {
            _policy = policy;
            _plan = new DayPlan(policy.Revision, policy.SlotsOn(_prison, _date), policy.Policy.HoldMinutes, policy.Policy.OfferMinutes, policy.Policy.LeadDays);
        }
    }
}
