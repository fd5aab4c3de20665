using System.Collections.Immutable;
using Correction.Domain.Alerts;
using Correction.Domain.Devices;
using Correction.Domain.Subjects;
using Correction.Domain.Visits;
using Correction.Domain.ZoneSets;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace Correction.Domain.Tests.Properties;

/// <summary>What must hold of every aggregate in every state, whatever has happened and whatever is asked.</summary>
public sealed class DeciderProperties
{
    /// <summary>
    /// Each of these begins something new: a second one begins a second thing. Its repeat is known by the key that the
    /// sender gives it (<c>Idempotency-Key</c>), which the Journal guards.
    /// </summary>
    private static readonly ImmutableHashSet<Type> Beginnings = [typeof(ImposeZone), typeof(LaySharedZone), typeof(NoteAlert), typeof(WarnVisit)];

    [Fact]
    public void Whatever_happened_a_replay_is_a_fold()
    {
        Replay(Cases.Subject, Cases.Received);
        Replay(Cases.Alert, Cases.SilenceRaised);
        Replay(Cases.Device);
        Replay(Cases.Prison, Visiting.Registered, Visiting.Adopted);
        Replay(Cases.Prisoner, Visiting.Received);
        Replay(Cases.Relative, Visiting.Applied);
        Replay(Cases.Credits);
        Replay(Cases.Day, Visiting.Planned);
        Replay(Cases.Visit, Visiting.VisitApplied);
        Replay(Cases.CountyZones);
        Replay(Cases.Work);
        Replay(Cases.CaseFile);
    }

    [Fact]
    public void Whatever_happened_and_whatever_is_asked_a_decision_is_given_and_its_events_can_be_stored()
    {
        DecideIn(Cases.Subject, Cases.Received);
        DecideIn(Cases.Alert, Cases.SilenceRaised);
        DecideIn(Cases.Device);
        DecideIn(Cases.Prison, Visiting.Registered, Visiting.Adopted);
        DecideIn(Cases.Prisoner, Visiting.Received);
        DecideIn(Cases.Relative, Visiting.Applied);
        DecideIn(Cases.Credits);
        DecideIn(Cases.Day, Visiting.Planned);
        DecideIn(Cases.Visit, Visiting.VisitApplied);
        DecideIn(Cases.CountyZones);
        DecideIn(Cases.Work);
        DecideIn(Cases.CaseFile);
    }

    [Fact]
    public void Whatever_happened_a_command_that_is_repeated_changes_nothing()
    {
        Repeat(Cases.Subject, Cases.Received);
        Repeat(Cases.Alert, Cases.SilenceRaised);
        Repeat(Cases.Device);
        Repeat(Cases.Prison, Visiting.Registered, Visiting.Adopted);
        Repeat(Cases.Prisoner, Visiting.Received);
        Repeat(Cases.Relative, Visiting.Applied);
        Repeat(Cases.Credits);
        Repeat(Cases.Day, Visiting.Planned);
        Repeat(Cases.Visit, Visiting.VisitApplied);
        Repeat(Cases.CountyZones);
        Repeat(Cases.Work);
        Repeat(Cases.CaseFile);
    }

    private static void Replay<TState, TCommand, TEvent>(Spec<TState, TCommand, TEvent> spec, params TEvent[] beginning)
        where TEvent : IDomainEvent
        where TState : notnull =>
        Prop.ForAll(Histories(beginning), history =>
        {
            TState all = history.Aggregate(spec.Initial, (state, happened) => spec.Evolve(state, happened, Cases.Now));
            for (int cut = 0; cut <= history.Length; cut++)
            {
                TState half = history.Take(cut).Aggregate(spec.Initial, (state, happened) => spec.Evolve(state, happened, Cases.Now));
                TState rest = history.Skip(cut).Aggregate(half, (state, happened) => spec.Evolve(state, happened, Cases.Now));
                Assert.Equal(StoredJson.Write(all), StoredJson.Write(rest));
            }
        }).QuickCheckThrowOnFailure();

    private static void DecideIn<TState, TCommand, TEvent>(Spec<TState, TCommand, TEvent> spec, params TEvent[] beginning)
        where TEvent : IDomainEvent =>
        Prop.ForAll(Histories(beginning), DomainValues.Any<TCommand>().ToArbitrary(), Moments(), (history, command, moment) =>
        {
            switch (spec.Decide(spec.Given(history).State, command, moment))
            {
                case Decision<TEvent>.Accepted accepted:
                    Assert.All(accepted.Events, happened => Assert.NotEmpty(StoredJson.Of(happened)));
                    break;
                case Decision<TEvent>.Refused refused:
                    Assert.Matches("^[a-z][A-Za-z]+$", refused.Refusal.Code);
                    break;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    private static void Repeat<TState, TCommand, TEvent>(Spec<TState, TCommand, TEvent> spec, params TEvent[] beginning)
        where TEvent : IDomainEvent =>
        Prop.ForAll(Histories(beginning), DomainValues.Any<TCommand>().Where(command => !Beginnings.Contains(command!.GetType())).ToArbitrary(), Moments(), (history, command, moment) =>
        {
            TState before = spec.Given(history).State;
            if (spec.Decide(before, command, moment) is Decision<TEvent>.Accepted first)
            {
                TState after = first.Events.Aggregate(before, (state, happened) => spec.Evolve(state, happened, moment.Now));
                Assert.True(spec.Decide(after, command, moment) is Decision<TEvent>.Refused or Decision<TEvent>.Accepted { Events.IsEmpty: true }, $"{command} had a second effect.");
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    /// <summary>Up to twelve events in any order; half of the histories begin as a real one does.</summary>
    private static Arbitrary<TEvent[]> Histories<TEvent>(TEvent[] beginning)
        where TEvent : IDomainEvent =>
        (from events in DomainValues.Any<TEvent>().ListOf()
         from begins in Gen.Elements(true, false)
         select (TEvent[])[.. begins ? beginning : [], .. events.Take(12)]).ToArbitrary();

    private static Arbitrary<DecisionContext> Moments() =>
        (from minutes in Gen.Choose(-400, 400)
         from actor in DomainValues.Any<Actor>()
         select new DecisionContext(Cases.Now + Duration.FromMinutes(minutes), actor, Ids())).ToArbitrary();

    private static Func<Guid> Ids()
    {
        int drawn = 1_000;
        return () => Cases.Guid(++drawn);
    }
}
