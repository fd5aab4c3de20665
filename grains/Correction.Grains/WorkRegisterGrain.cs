using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Time;
using Correction.Domain.WorkRecords;
using Correction.Grains.Visits;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Grains;

/// <summary>One register of work; the only writer of its records' streams. Key: a <see cref="WorkRegister"/>.</summary>
[Alias("work_register")]
public interface IWorkRegisterGrain : IGrainWithStringKey
{
    /// <summary>Takes the rows over, all of them or none; what stands already is not recorded again.</summary>
    [Alias("record")]
    Task<RegisterOutcome> Record([Immutable] ImmutableArray<WorkRecord> rows, string source, Actor actor);
}

/// <summary>How taking rows over ended. Whatever it says is durable.</summary>
[GenerateSerializer, Immutable, Alias("work_register.outcome")]
public abstract record RegisterOutcome
{
    /// <param name="Recorded">Rows that told something new.</param>
    /// <param name="Unchanged">Rows that stood already.</param>
    /// <param name="Events">What was recorded.</param>
    [GenerateSerializer, Immutable, Alias("work_register.taken")]
    public sealed record Taken([property: Id(0)] int Recorded, [property: Id(1)] int Unchanged, [property: Id(2)] int Events) : RegisterOutcome;

    /// <summary>Nothing was recorded.</summary>
    [GenerateSerializer, Immutable, Alias("work_register.refused")]
    public sealed record Refused([property: Id(0)] ImmutableArray<RefusedRow> Rows) : RegisterOutcome;
}

/// <param name="Index">Among the rows that were given, from 0.</param>
[GenerateSerializer, Immutable, Alias("work_register.refused_row")]
public sealed record RefusedRow([property: Id(0)] int Index, [property: Id(1)] Refusal Refusal);

/// <summary>The shell round the decisions on a register's rows. It remembers nothing: a register is taken over once.</summary>
public sealed class WorkRegisterGrain(EventReader events, Journal journal, IClock clock) : Grain, IWorkRegisterGrain
{
    private WorkRegister _register = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken) => WorkRegister.TryParse(this.GetPrimaryKeyString(), out _register)
        ? Task.CompletedTask
        : throw new FormatException("The key is no register.");

    public async Task<RegisterOutcome> Record(ImmutableArray<WorkRecord> rows, string source, Actor actor)
    {
        DecisionContext context = Decisions.At(clock, actor);
        for (bool again = true; ; again = false)
        {
            var batch = new RegisterBatch(_register, source, context);
            IReadOnlyDictionary<string, ImmutableArray<RecordedEvent>> streams = await events.ReadStreamsAsync([.. rows.Select(batch.KeyOf).Distinct()]);
            batch.Decide(rows, streams);
            if (!batch.Refused.IsEmpty)
            {
                return new RegisterOutcome.Refused(batch.Refused);
            }

            if (batch.Entry.Streams.IsEmpty || await journal.CommitAsync(batch.Entry) is CommitResult.Committed)
            {
                return new RegisterOutcome.Taken(batch.Recorded, rows.Length - batch.Recorded, batch.Entry.Streams.Sum(append => append.Events.Length));
            }

            if (!again)
            {
                throw new StreamMovedException(_register.ToString());
            }
        }
    }
}

/// <summary>Rows decided one after the other, each on what the ones before it led to; committed together.</summary>
internal sealed class RegisterBatch(WorkRegister register, string source, DecisionContext context)
{
    private readonly Dictionary<string, (WorkRecordState State, ImmutableArray<NewEvent> New)> _records = [];

    /// <summary>Rows that told something new.</summary>
    public int Recorded { get; private set; }

    public ImmutableArray<RefusedRow> Refused { get; private set; } = [];

    public JournalEntry Entry => new()
    {
        Streams = [.. _records.Where(record => !record.Value.New.IsEmpty).Select(record => new StreamAppend(record.Key, record.Value.State.Events.Count - record.Value.New.Length, record.Value.New))],
    };

    public string KeyOf(WorkRecord row) => StreamKeys.WorkRecord(register, row.Number);

    public void Decide(ImmutableArray<WorkRecord> rows, IReadOnlyDictionary<string, ImmutableArray<RecordedEvent>> streams)
    {
        foreach ((int index, WorkRecord row) in rows.Index())
        {
            string key = KeyOf(row);
            if (!_records.TryGetValue(key, out var record))
            {
                record = (Fold(streams.GetValueOrDefault(key, [])), []);
            }

            switch (WorkRecordDecider.Decide(record.State, new RecordWork(register, row, source), context))
            {
                case Decision<WorkRecordEvent>.Refused refused:
                    Refused = Refused.Add(new RefusedRow(index, refused.Refusal));
                    break;
                case Decision<WorkRecordEvent>.Accepted { Events: { IsEmpty: false } happened }:
                    Recorded++;
                    _records[key] = (
                        happened.Aggregate(record.State, (state, next) => WorkRecordDecider.Evolve(state, next, ChinaTime.StartOf(next.On))),
                        record.New.AddRange(happened.Select(next => new NewEvent(next, ChinaTime.StartOf(next.On), context.Actor, []))));
                    break;
            }
        }
    }

    private static WorkRecordState Fold(ImmutableArray<RecordedEvent> stream) => stream.Aggregate(
        WorkRecordState.Initial, (state, recorded) => WorkRecordDecider.Evolve(state, (WorkRecordEvent)recorded.Data, recorded.OccurredAt));
}
