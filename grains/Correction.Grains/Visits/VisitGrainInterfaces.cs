using System.Collections.Immutable;
using Correction.Domain.Visits;
using NodaTime;
using Orleans.Concurrency;

namespace Correction.Grains.Visits;

/// <summary>One prison and its policies. Key: the prison's code.</summary>
[Alias("prison")]
public interface IPrisonGrain : IGrainWithStringKey
{
    [Alias("execute")]
    Task<CommandOutcome> Execute([Immutable] PrisonCommand command, CommandEnvelope envelope);

    [Alias("read")]
    Task<PrisonState> Read();

    /// <summary>Null: none yet, or still the one of this revision.</summary>
    /// <param name="known">Revision that the caller knows; 0: none.</param>
    [Alias("policy_on")]
    Task<PolicyInForce?> PolicyOn(LocalDate date, int known);
}

/// <summary>One prisoner. Key: <see cref="PrisonerKey"/>.</summary>
[Alias("prisoner")]
public interface IPrisonerGrain : IGrainWithStringKey
{
    [Alias("execute")]
    Task<CommandOutcome> Execute([Immutable] PrisonerCommand command, CommandEnvelope envelope);

    /// <summary>Null: no prisoner of this prison has this number.</summary>
    [Alias("read")]
    Task<Prisoner?> Read();
}

/// <summary>One relative. Key: <see cref="RelativeId"/>.</summary>
[Alias("relative")]
public interface IRelativeGrain : IGrainWithStringKey
{
    [Alias("execute")]
    Task<CommandOutcome> Execute([Immutable] RelativeCommand command, CommandEnvelope envelope);

    /// <summary>Null: nobody applied under this id.</summary>
    [Alias("read")]
    Task<Relative?> Read();
}

/// <summary>The ledger of one prisoner's visits. Key: <see cref="PrisonerKey"/>.</summary>
[Alias("visit_credit")]
public interface IVisitCreditGrain : ILookingGrain
{
    [Alias("execute")]
    Task<CommandOutcome> Execute([Immutable] VisitCreditCommand command, CommandEnvelope envelope);

    [Alias("read")]
    Task<VisitCreditState> Read();
}

/// <summary>One prison's day of visits; the one place where a place is given. Key: <c>{prison}/{date}</c>.</summary>
[Alias("visit_day")]
public interface IVisitDayGrain : ILookingGrain
{
    [Alias("execute")]
    Task<CommandOutcome> Execute([Immutable] VisitDayCommand command, CommandEnvelope envelope);

    /// <summary>Books the place and begins the visit's stream in one commit, with others that arrive at the same time; the outcome tells of the visit.</summary>
    [Alias("begin_visit"), AlwaysInterleave]
    Task<CommandOutcome> BeginVisit([Immutable] BookSlot book, [Immutable] ApplyForVisit apply, CommandEnvelope envelope);

    /// <summary>The day's slots with what is free now.</summary>
    [Alias("slots")]
    Task<ImmutableArray<SlotPlaces>> Slots();

    [Alias("read")]
    Task<VisitDayState> Read();
}

/// <summary>One visit; the only writer of its stream after the events that began it. Key: <see cref="VisitId"/>.</summary>
[Alias("visit")]
public interface IVisitGrain : ILookingGrain
{
    [Alias("execute")]
    Task<CommandOutcome> Execute([Immutable] VisitCommand command, CommandEnvelope envelope);

    /// <summary>Null: nobody applied for it. Answered while a command waits for others, so that no two grains wait for each other.</summary>
    [Alias("read"), AlwaysInterleave]
    Task<Visit?> Read();
}

/// <param name="Waiting">How many wait for a place.</param>
[GenerateSerializer, Immutable, Alias("visit.slot")]
public sealed record SlotPlaces([property: Id(0)] Slot Slot, [property: Id(1)] int Free, [property: Id(2)] int Waiting, [property: Id(3)] bool Blocked);

/// <summary>Where the grains of visits are.</summary>
public static class VisitGrains
{
    public static IPrisonGrain Prison(this IGrainFactory grains, Domain.Jurisdiction prison) => grains.GetGrain<IPrisonGrain>(prison.Code);

    public static IPrisonerGrain Prisoner(this IGrainFactory grains, PrisonerKey prisoner) => grains.GetGrain<IPrisonerGrain>(prisoner.ToString());

    public static IVisitCreditGrain Credits(this IGrainFactory grains, PrisonerKey prisoner) => grains.GetGrain<IVisitCreditGrain>(prisoner.ToString());

    public static IRelativeGrain Relative(this IGrainFactory grains, RelativeId id) => grains.GetGrain<IRelativeGrain>(id.ToString());

    public static IVisitGrain Visit(this IGrainFactory grains, VisitId id) => grains.GetGrain<IVisitGrain>(id.ToString());

    public static IVisitDayGrain DayOf(this IGrainFactory grains, SlotId slot) => grains.DayOf(slot.Prison, slot.Date);

    public static IVisitDayGrain DayOf(this IGrainFactory grains, Domain.Jurisdiction prison, LocalDate date) =>
        grains.GetGrain<IVisitDayGrain>(Domain.StreamKeys.Parse(Domain.StreamKeys.VisitDay(prison, date)).Id);
}
