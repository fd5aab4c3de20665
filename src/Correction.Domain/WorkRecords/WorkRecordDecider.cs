using System.Collections.Immutable;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.WorkRecords;

// Taking a row of a register over, stream work/{county}/{kind}/{year}/{number}. The rule it guards: a row that is taken over
// again changes nothing, one that tells more adds what is new, and one that contradicts what stands is refused.

/// <summary>A command to one record.</summary>
public abstract record WorkRecordCommand;

/// <param name="Source">The register or system that the row was taken from; no person's name.</param>
public sealed record RecordWork(WorkRegister Register, WorkRecord Record, string Source) : WorkRecordCommand;

/// <param name="Events">What is recorded, in order.</param>
public sealed record WorkRecordState(ImmutableList<WorkRecordEvent> Events)
{
    public static WorkRecordState Initial { get; } = new(ImmutableList<WorkRecordEvent>.Empty);
}

public static class WorkRecordDecider
{
    public static Decision<WorkRecordEvent> Decide(WorkRecordState state, WorkRecordCommand command, DecisionContext context)
    {
        var record = (RecordWork)command;
        if (context.Actor.Role is not (Role.Approver or Role.Admin))
        {
            return Decision<WorkRecordEvent>.Refuse(RefusalKind.Power, "countyRecords", "The county's approver or administrator takes registers over.");
        }

        if (record.Register.Flaws(record.Record, ChinaTime.DateOf(context.Now)).FirstOrDefault() is { } flaw)
        {
            return Decision<WorkRecordEvent>.Refuse(RefusalKind.Rule, "recordFlawed", $"{flaw.Field}: {flaw.Message}");
        }

        ImmutableArray<WorkRecordEvent> told = record.Record.Events(record.Source);
        return told.Select(said => Standing(state, said)).OfType<WorkRecordEvent>().FirstOrDefault() is { } standing
            ? Decision<WorkRecordEvent>.Refuse(RefusalKind.State, "recordDiffers", $"This record stands otherwise: {EventRegistry.NameOf(standing)} on {standing.On:uuuu-MM-dd}, from {standing.Source}.")
            : new Decision<WorkRecordEvent>.Accepted([.. told.Where(said => state.Events.All(known => known.Step() != said.Step()))], []);
    }

    /// <summary>Total: any event in any state yields a state.</summary>
    public static WorkRecordState Evolve(WorkRecordState state, WorkRecordEvent happened, Instant occurredAt) => new(state.Events.Add(happened));

    /// <summary>The recorded fact that contradicts what is said; where it was taken from is of no matter.</summary>
    private static WorkRecordEvent? Standing(WorkRecordState state, WorkRecordEvent said) =>
        state.Events.Find(known => known.Step() == said.Step() && known != said with { Source = known.Source });
}
