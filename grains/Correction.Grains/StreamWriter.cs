using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Law;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Grains;

/// <summary>
/// One stream as its grain holds it: state and version, loaded once, moved on only by what the Journal has made durable.
/// Not thread-safe: a grain is.
/// </summary>
internal sealed class StreamWriter<TState, TEvent>(
    string key, TState initial, Func<TState, TEvent, Instant, TState> evolve, WakeReader events, Journal journal)
    where TState : notnull
    where TEvent : class, IDomainEvent
{
    public TState State { get; private set; } = default!;

    public long Version { get; private set; }

    public async Task LoadAsync()
    {
        (State, Version) = (initial, 0);
        foreach (RecordedEvent recorded in await events.ReadStreamAsync(key))
        {
            (State, Version) = (evolve(State, (TEvent)recorded.Data, recorded.OccurredAt), recorded.Version);
        }
    }

    /// <summary>
    /// Decides, commits and evolves. A command that changes nothing is committed only for its receipt, so that its repeat
    /// is answered alike. When another writer got in between, reloads and decides once more; what else the
    /// decision makes durable is asked of <paramref name="accompany"/>.
    /// </summary>
    public async Task<CommandOutcome> ExecuteAsync(
        Func<TState, Decision<TEvent>> decide,
        CommandEnvelope envelope,
        Instant now,
        Func<JournalEntry, ImmutableArray<TEvent>, JournalEntry>? accompany = null)
    {
        for (bool again = true; ; again = false)
        {
            if (envelope.ExpectedVersion is { } expected && expected != Version)
            {
                return new CommandOutcome.Stale(Version);
            }

            switch (decide(State))
            {
                case Decision<TEvent>.Refused refused:
                    return new CommandOutcome.Refused(refused.Refusal);
                case Decision<TEvent>.Accepted { Events.IsEmpty: true } when envelope.Command is null:
                    return new CommandOutcome.Done(Version, []);
                case Decision<TEvent>.Accepted accepted:
                    JournalEntry entry = Entry(accepted, envelope, now);
                    CommitResult result = await journal.CommitAsync(accompany?.Invoke(entry, accepted.Events) ?? entry);
                    switch (result)
                    {
                        case CommitResult.Committed:
                            return Take(accepted.Events, now);
                        case CommitResult.Repeated repeated:
                            return new CommandOutcome.Repeated(repeated.Receipt);
                        case CommitResult.Conflict when again:
                            await LoadAsync();
                            continue;
                        default:
                            return new CommandOutcome.Stale(Version);
                    }
            }
        }
    }

    /// <summary>Moves the state on after a commit that was made elsewhere in the grain.</summary>
    public CommandOutcome.Done Take(ImmutableArray<TEvent> happened, Instant now)
    {
        State = happened.Aggregate(State, (state, next) => evolve(state, next, now));
        Version += happened.Length;
        return new CommandOutcome.Done(Version, [.. happened.Select(next => new EventSummary(EventRegistry.NameOf(next), now, Begun.By(next)))]);
    }

    public StreamAppend Append(ImmutableArray<TEvent> happened, Instant now, Actor actor, ImmutableArray<LegalBasis> basis) =>
        new(key, Version, [.. happened.Select(next => new NewEvent(next, now, actor, basis))]);

    private JournalEntry Entry(Decision<TEvent>.Accepted accepted, CommandEnvelope envelope, Instant now) => new()
    {
        Streams = [Append(accepted.Events, now, envelope.Actor, accepted.Basis)],
        Personal = accepted.Events.IsEmpty ? [] : envelope.Personal, // no event refers to it
        Command = envelope.Command,
    };
}
