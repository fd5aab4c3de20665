using System.Collections.Immutable;
using Correction.Domain;
using JasperFx.Events.Projections;
using Marten;
using Marten.Schema;

namespace Correction.Projections;

/// <summary>Every read model with its lifecycle, in one block.</summary>
public static class ProjectionRegistration
{
    /// <summary>The names under which their progress stands in the database.</summary>
    public static ImmutableArray<string> Names { get; } = [.. ReadModel.All().Select(model => model.Progress)];

    public static void AddCorrectionProjections(this StoreOptions options)
    {
        foreach (ReadModel model in ReadModel.All())
        {
            model.Register(options);
        }

        options.Schema.For<SubjectDossier>()
            .Duplicate(dossier => dossier.SubjectId)
            .Duplicate(dossier => dossier.Jurisdiction, configure: ByPrefix)
            .Duplicate(dossier => dossier.PersonId);
        options.Schema.For<AlertEntry>()
            .Duplicate(entry => entry.SubjectId)
            .Duplicate(entry => entry.Jurisdiction, configure: ByPrefix)
            .Duplicate(entry => entry.Kind)
            .Duplicate(entry => entry.Severity)
            .Duplicate(entry => entry.Handling)
            .Duplicate(entry => entry.Assignee)
            .Duplicate(entry => entry.DueAt)
            .Duplicate(entry => entry.RaisedAt)
            .Duplicate(entry => entry.ZoneId)
            .Duplicate(entry => entry.Condition)
            .Duplicate(entry => entry.SecondsToAcknowledge)
            .Duplicate(entry => entry.Outcome);
        options.Schema.For<RelativeEntry>()
            .Duplicate(entry => entry.Prison)
            .Duplicate(entry => entry.PrisonerNumber)
            .Duplicate(entry => entry.Jurisdiction, configure: ByPrefix)
            .Duplicate(entry => entry.Account)
            .Duplicate(entry => entry.Stage);
        options.Schema.For<VisitEntry>()
            .Duplicate(entry => entry.Prison)
            .Duplicate(entry => entry.Jurisdiction, configure: ByPrefix)
            .Duplicate(entry => entry.Stage)
            .Duplicate(entry => entry.From);
        options.Schema.For<WorkEntry>()
            .Duplicate(entry => entry.Kind)
            .Duplicate(entry => entry.Jurisdiction, configure: ByPrefix)
            .Duplicate(entry => entry.BegunAt)
            .Duplicate(entry => entry.DecidedAt)
            .Duplicate(entry => entry.ConcludedAt)
            .Duplicate(entry => entry.Examined)
            .Duplicate(entry => entry.Outcome)
            .Duplicate(entry => entry.People);
    }

    /// <summary>A jurisdiction covers what it prefixes; the ordinary index finds prefixes in databases of collation C only.</summary>
    private static void ByPrefix(DocumentIndex index) => index.Mask = "? text_pattern_ops";

    /// <summary>The daemon then fetches these events only.</summary>
    internal static void IncludeEventsOf<TEvent>(this IEventFilterable projection)
        where TEvent : IDomainEvent => projection.IncludeEvents([.. EventRegistry.Names.Keys.Where(type => type.IsAssignableTo(typeof(TEvent)))]);

    internal static void IncludeEvents(this IEventFilterable projection, params ReadOnlySpan<Type> types)
    {
        foreach (Type type in types)
        {
            projection.IncludeType(type);
        }
    }
}
