using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Store.Journaling;
using NodaTime;

namespace Correction.Grains.Visits;

/// <summary>One application that waits for its day's turn.</summary>
internal sealed class BookingRequest(BookSlot book, ApplyForVisit apply, CommandEnvelope envelope)
{
    public const int MostAtOnce = 100;

    public BookSlot Book { get; } = book;

    public ApplyForVisit Apply { get; } = apply;

    public CommandEnvelope Envelope { get; } = envelope;

    /// <summary>Set once it is durable, or refused.</summary>
    public CommandOutcome? Outcome { get; set; }
}

/// <summary>
/// Applications that are decided one after the other and made durable in one commit: the day's events, each visit's beginning,
/// its deadline, the receipt of its command. Each keeps its own actor and basis.
/// </summary>
internal sealed class BookingBatch(ImmutableArray<BookingRequest> requests, Instant now, Func<Guid> newId)
{
    private readonly List<(BookingRequest Request, Decision<IVisitDayEvent>.Accepted Day, Decision<IVisitEvent>.Accepted? Visit)> _accepted = [];
    private readonly List<(BookingRequest Request, Refusal Refusal)> _refused = [];

    /// <summary>A lone command is judged by its key as every other; of many the receipts are kept.</summary>
    public CommandEnvelope Envelope { get; } = CommandEnvelope.By(requests[0].Envelope.Actor) with { Command = requests is [var only] ? only.Envelope.Command : null };

    /// <summary>Booked before by a command that may be repeated: each is asked for alone, so that it is judged by its key.</summary>
    public IEnumerable<BookingRequest> Repeats => requests.Length == 1
        ? []
        : _accepted.Where(accepted => accepted.Visit is null && accepted.Request.Envelope.Command is not null).Select(accepted => accepted.Request);

    /// <summary>The visits that begin.</summary>
    public IEnumerable<Visit> Begun => _accepted.Where(accepted => accepted.Visit is not null).Select(accepted => Begin(accepted.Visit!));

    public Decision<IVisitDayEvent> Decide(VisitDayState state, Func<VisitDayState, BookingRequest, DecisionContext, Decision<IVisitDayEvent>> decide)
    {
        _accepted.Clear();
        _refused.Clear();
        foreach (BookingRequest request in requests)
        {
            var context = new DecisionContext(now, request.Envelope.Actor, newId);
            switch (decide(state, request, context))
            {
                case Decision<IVisitDayEvent>.Refused refused:
                    _refused.Add((request, refused.Refusal));
                    break;
                case Decision<IVisitDayEvent>.Accepted day:
                    SlotBooked? booked = day.Events.OfType<SlotBooked>().SingleOrDefault(next => next.VisitId == request.Book.VisitId);
                    Decision<IVisitEvent> begun = VisitDecider.Decide(VisitState.Initial, request.Apply with { Room = booked?.Room }, context);
                    if (begun is Decision<IVisitEvent>.Refused against)
                    {
                        _refused.Add((request, against.Refusal));
                        break;
                    }

                    _accepted.Add((request, day, booked is null ? null : (Decision<IVisitEvent>.Accepted)begun));
                    state = VisitDayDecider.After(state, day.Events, now);
                    break;
            }
        }

        return new Decision<IVisitDayEvent>.Accepted([.. _accepted.SelectMany(accepted => accepted.Day.Events)], []);
    }

    /// <summary>The day's entry with all that the bookings begin; a lone command's receipt names its visit.</summary>
    public JournalEntry Complete(JournalEntry entry)
    {
        if (_accepted.All(accepted => accepted.Visit is null))
        {
            return entry;
        }

        StreamAppend day = entry.Streams[0] with
        {
            Events = [.. _accepted.SelectMany(accepted => accepted.Day.Events.Select(next => new NewEvent(next, now, accepted.Request.Envelope.Actor, accepted.Day.Basis)))],
        };
        StreamAppend[] visits = [.. _accepted.Where(accepted => accepted.Visit is not null).Select(accepted => Beginning(accepted.Request, accepted.Visit!))];
        return entry with
        {
            Streams = [.. visits, day],
            Deadlines = [.. entry.Deadlines, .. Begun.Select(visit => new Deadline(StreamKeys.Visit(visit.Id), visit.NextLook(now)))],
            Receipts =
            [
                .. visits.Zip(_accepted.Where(accepted => accepted.Visit is not null)).Where(pair => entry.Command is null && pair.Second.Request.Envelope.Command is not null)
                    .Select(pair => new CommandReceipt(pair.Second.Request.Envelope.Command!.Id, pair.Second.Request.Envelope.Command.Fingerprint, pair.First.Key, 0, pair.First.Events.Length)),
            ],
        };
    }

    /// <summary>Each hears how it ended; what is refused needs no commit.</summary>
    public void Tell(CommandOutcome outcome)
    {
        foreach ((BookingRequest request, _, Decision<IVisitEvent>.Accepted? visit) in _accepted)
        {
            request.Outcome = outcome is CommandOutcome.Done && visit is not null
                ? new CommandOutcome.Done(visit.Events.Length, [.. visit.Events.Select(next => new EventSummary(EventRegistry.NameOf(next), now, null))])
                : outcome;
        }

        foreach ((BookingRequest request, Refusal refusal) in _refused)
        {
            request.Outcome = new CommandOutcome.Refused(refusal);
        }
    }

    private StreamAppend Beginning(BookingRequest request, Decision<IVisitEvent>.Accepted begun) => new(
        StreamKeys.Visit(request.Book.VisitId), 0, [.. begun.Events.Select(next => new NewEvent(next, now, request.Envelope.Actor, begun.Basis))]);

    private Visit Begin(Decision<IVisitEvent>.Accepted begun) => (Visit)begun.Events.Aggregate(VisitState.Initial, (state, next) => VisitDecider.Evolve(state, next, now));
}
