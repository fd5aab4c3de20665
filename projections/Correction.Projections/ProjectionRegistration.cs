using System.Collections.Immutable;
using Correction.Domain;
using JasperFx.Events.Projections;
using Marten;

namespace Correction.Projections;

/// <summary>Every read model with its lifecycle, in one block.</summary>
public static class ProjectionRegistration
{
    /// <summary>The names under which their progress stands in the database.</summary>
    public static ImmutableArray<string> Names { get; } = ["subject_dossier", "alert_entry"];

    public static void AddCorrectionProjections(this StoreOptions options)
    {
        options.Projections.Add(new SubjectDossierProjection(), ProjectionLifecycle.Async);
        options.Projections.Add(new AlertEntryProjection(), ProjectionLifecycle.Async);

        options.Schema.For<SubjectDossier>()
            .Duplicate(dossier => dossier.SubjectId)
            .Duplicate(dossier => dossier.Jurisdiction)
            .Duplicate(dossier => dossier.PersonId);
        options.Schema.For<AlertEntry>()
            .Duplicate(entry => entry.SubjectId)
            .Duplicate(entry => entry.Jurisdiction)
            .Duplicate(entry => entry.Handling)
            .Duplicate(entry => entry.DueAt);
    }

    /// <summary>The daemon then fetches these events only.</summary>
    internal static void IncludeEventsOf<TEvent>(this IEventFilterable projection)
        where TEvent : IDomainEvent
    {
        foreach (Type type in EventRegistry.Names.Keys.Where(type => type.IsAssignableTo(typeof(TEvent))))
        {
            projection.IncludeType(type);
        }
    }
}
