using System.Collections.Immutable;
using NodaTime;

namespace Correction.Domain.Tests;

/// <summary>
/// Given these events, when this command, then these events or this refusal. Nothing is faked: the state is folded from
/// the events by the aggregate's own evolution.
/// </summary>
public sealed record Spec<TState, TCommand, TEvent>(
    TState Initial, Func<TState, TCommand, DecisionContext, Decision<TEvent>> Decide, Func<TState, TEvent, Instant, TState> Evolve)
    where TEvent : IDomainEvent
{
    private Decision<TEvent>? Decided { get; init; }

    public TState State { get; private init; } = Initial;

    /// <param name="at">When they happened; <see cref="Cases.Now"/> unless said.</param>
    public Spec<TState, TCommand, TEvent> Given(Instant at, params ReadOnlySpan<TEvent> events)
    {
        TState state = State;
        foreach (TEvent happened in events)
        {
            state = Evolve(state, happened, at);
        }

        return this with { State = state };
    }

    public Spec<TState, TCommand, TEvent> Given(params ReadOnlySpan<TEvent> events) => Given(Cases.Now, events);

    public Spec<TState, TCommand, TEvent> When(TCommand command, Instant? at = null, Actor? by = null)
    {
        int ids = 0;
        return this with { Decided = Decide(State, command, new DecisionContext(at ?? Cases.Now, by ?? Cases.Officer, () => Cases.Guid(++ids))) };
    }

    /// <summary>Exactly these events, compared as they are stored; none: it was already so.</summary>
    public void Then(params ReadOnlySpan<TEvent> events) => Assert.Equal(
        events.ToImmutableArray().Select(StoredJson.Of),
        Assert.IsType<Decision<TEvent>.Accepted>(Decided).Events.Select(StoredJson.Of));

    /// <param name="articles">The articles that the acceptance stands on.</param>
    public void ThenOn(string[] articles, params ReadOnlySpan<TEvent> events)
    {
        Then(events);
        Assert.Equal(articles, Assert.IsType<Decision<TEvent>.Accepted>(Decided).Basis.Select(basis => basis.Article));
    }

    /// <summary>For the rows of a table: this event where it is accepted, this refusal where it is not.</summary>
    public void ThenEither(bool accepted, TEvent happened, RefusalKind kind, string code, string? article = null)
    {
        if (accepted)
        {
            Then(happened);
        }
        else
        {
            ThenRefused(kind, code, article);
        }
    }

    /// <param name="article">The article that refuses it; null where the state does.</param>
    public void ThenRefused(RefusalKind kind, string code, string? article = null)
    {
        Refusal refusal = Assert.IsType<Decision<TEvent>.Refused>(Decided).Refusal;
        Assert.Equal((kind, code, article), (refusal.Kind, refusal.Code, refusal.Basis.SingleOrDefault()?.Article));
    }
}
