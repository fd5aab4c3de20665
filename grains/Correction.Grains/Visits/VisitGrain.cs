using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Messages;
using Correction.Domain.Time;
using Correction.Domain.Visits;
using Correction.Grains.Boards;
using Correction.Grains.Rooms;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Grains.Visits;

/// <summary>The shell round a visit's decisions. Day and ledger follow it: they are told after the commit, and again until they know.</summary>
public sealed class VisitGrain(WakeReader events, Journal journal, RecordingKeeper recordings, RoomTeller rooms, BoardPublisher boards, IClock clock) : Grain, IVisitGrain
{
    private StreamWriter<VisitState, IVisitEvent> _stream = null!;
    private string _key = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        VisitId id = VisitId.TryParse(this.GetPrimaryKeyString(), out VisitId parsed) ? parsed : throw new FormatException("The key is no visit id.");
        _key = StreamKeys.Visit(id);
        _stream = new(_key, VisitState.Initial, VisitDecider.Evolve, events, journal);
        return _stream.LoadAsync();
    }

    public async Task<CommandOutcome> Execute(VisitCommand command, CommandEnvelope envelope)
    {
        await LoadIfJustBegunAsync();
        DecisionContext context = Decisions.At(clock, envelope.Actor);
        bool settles = false;
        bool hadRoom = HasRoom(context.Now);
        CommandOutcome outcome = await _stream.ExecuteAsync(
            state => VisitDecider.Decide(state, command, context),
            envelope,
            context.Now,
            (entry, happened) =>
            {
                settles = happened.Any(next => next is VisitRescheduled or VisitCancelled or VisitDeclined);
                return happened.IsEmpty ? entry : WithDeadline(entry, happened, settles, context.Now) with
                {
                    Messages = FamilyTold.Of(_stream.State, happened, context),
                    RemindersEnded = settles ? [_key] : [],
                };
            });
        if (outcome is CommandOutcome.Done { Events.IsEmpty: false } && (hadRoom || HasRoom(context.Now)))
        {
            await rooms.TellAsync((Visit)_stream.State, (command as WarnVisit)?.Reason);
        }

        if (outcome is CommandOutcome.Done { Events.IsEmpty: false })
        {
            boards.Publish((Visit)_stream.State, ChinaTime.DateOf(context.Now));
        }

        if (settles && outcome is CommandOutcome.Done)
        {
            await SettleAsync();
        }

        return outcome;
    }

    public async Task<Visit?> Read()
    {
        await LoadIfJustBegunAsync();
        return _stream.State as Visit;
    }

    public async Task Look()
    {
        await LoadIfJustBegunAsync();
        if (_stream.State is Visit { Stage: VisitStage.Ended or VisitStage.Cut or VisitStage.Sealed } over)
        {
            await TendRecordingAsync(over);
        }
        else if (_stream.State is Visit visit)
        {
            if (await recordings.StoppedAsync(visit, clock.GetCurrentInstant()) is { } stopped)
            {
                await Execute(new InterruptVisit(InterruptionCause.Network, stopped), CommandEnvelope.By(Actor.System));
            }

            (Prisoner? prisoner, ImmutableArray<Relative> visitors) = await VisitFacts.OfAsync(GrainFactory, visit);
            if (prisoner is not null)
            {
                await Execute(new LookAtVisit(prisoner, visitors), CommandEnvelope.By(Actor.System));
            }

            await SettleAsync();
            boards.Publish((Visit)_stream.State, ChinaTime.DateOf(clock.GetCurrentInstant())); // the night's look: its day may have begun
        }
    }

    /// <summary>Seals it, or deletes it when its time is over; a look that fails is made again.</summary>
    private async Task TendRecordingAsync(Visit visit)
    {
        if (await recordings.DueAsync(visit) is { } command)
        {
            await Execute(command, CommandEnvelope.By(Actor.System));
        }

        Instant? next = await recordings.TidyAsync((Visit)_stream.State) ? ((Visit)_stream.State).Recording?.EndsAt : clock.GetCurrentInstant();
        await journal.CommitAsync(new JournalEntry { Deadlines = [new Deadline(_key, next)] });
    }

    private bool HasRoom(Instant now) => _stream.State is Visit visit && visit.HasRoom() && now >= visit.OpensAt;

    /// <summary>The day frees what the visit does not need, the ledger gives back what it is not charged for. Repeated, it changes nothing.</summary>
    private async Task SettleAsync()
    {
        var visit = (Visit)_stream.State;
        CommandEnvelope system = CommandEnvelope.By(Actor.System);
        foreach (SlotId left in visit.HasPlace ? visit.Left.Where(left => left != visit.Slot) : [.. visit.Left, visit.Slot])
        {
            await GrainFactory.DayOf(left).Execute(new FreeSlot(visit.Id, left), system);
        }

        if (visit.Kind == VisitKind.Family)
        {
            await GrainFactory.Credits(visit.Prisoner).Execute(new SettleVisitCredit(visit.Id, visit.Charged ? visit.Slot.Date : null), system);
        }

        await journal.CommitAsync(new JournalEntry { Deadlines = [new Deadline(_key, visit.NextLook(clock.GetCurrentInstant()))] });
    }

    private JournalEntry WithDeadline(JournalEntry entry, ImmutableArray<IVisitEvent> happened, bool settles, Instant now)
    {
        VisitState after = happened.Aggregate(_stream.State, (state, next) => VisitDecider.Evolve(state, next, now));
        return entry with { Deadlines = [new Deadline(_key, settles ? now : (after as Visit)?.NextLook(now))] };
    }

    /// <summary>The day's commit begins the stream: a grain that woke before it looks again.</summary>
    private Task LoadIfJustBegunAsync() => _stream.State is NotApplied ? _stream.LoadAsync() : Task.CompletedTask;
}
