using System.Collections.Immutable;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Aggregation;

namespace Correction.Projections;

/// <summary>One read model: a pure fold of each stream into one document, of some kinds of events.</summary>
public abstract class ReadModel(string name, uint revision)
{
    /// <summary>snake_case; stays the same over all revisions.</summary>
    public string Name { get; } = name;

    public uint Revision { get; } = revision;

    /// <summary>
    /// Under which its progress stands in the database: of this revision, since the row of the one before stays there for ever.
    /// </summary>
    public string Progress { get; } = revision == 1 ? $"{name}:All" : $"{name}:V{revision}:All";

    public abstract Type Document { get; }

    /// <summary>The kinds of events that it folds; it sees no other.</summary>
    public abstract ImmutableArray<Type> Events { get; }

    public abstract void Register(StoreOptions options);

    /// <summary>What the stream's events amount to; null: no document.</summary>
    /// <param name="stream">The events of <see cref="Events"/>, in order.</param>
    public abstract object? Fold(string key, IEnumerable<IEvent> stream);

    /// <summary>Every read model, each folded behind the events by the daemon. A store takes its own.</summary>
    public static ImmutableArray<ReadModel> All() =>
    [
        Of(new SubjectDossierProjection()), Of(new AlertEntryProjection()), Of(new RelativeEntryProjection()), Of(new VisitEntryProjection()), Of(new WorkEntryProjection()),
    ];

    private static ReadModel<T> Of<T>(SingleStreamProjection<T, string> projection)
        where T : class => new(projection);
}

public sealed class ReadModel<T>(SingleStreamProjection<T, string> projection) : ReadModel(projection.Name, projection.Version)
    where T : class
{
    public override Type Document => typeof(T);

    public override ImmutableArray<Type> Events => [.. projection.IncludedEventTypes];

    public override void Register(StoreOptions options) => options.Projections.Add(projection, ProjectionLifecycle.Async);

    public override object? Fold(string key, IEnumerable<IEvent> stream) =>
        stream.Aggregate((T?)null, (snapshot, next) => projection.Evolve(snapshot, key, next));
}
