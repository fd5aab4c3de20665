using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Visits;
using JasperFx.Events;
using Marten.Events.Aggregation;

namespace Correction.Projections;

/// <summary>One visit as lists, boards and statistics need it. No personal data.</summary>
public sealed record VisitEntry
{
    /// <summary>The key of the stream it is folded from.</summary>
    public required string Id { get; init; }

    /// <summary>32 hex digits.</summary>
    public required string VisitId { get; init; }

    public required string Prison { get; init; }

    /// <summary>Of the judicial office that hosts or admits.</summary>
    public required string Jurisdiction { get; init; }

    /// <summary>Wire name of the stage.</summary>
    public required string Stage { get; init; }

    /// <summary>When it begins.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Accounts that may read it: who applied, and the visitors'.</summary>
    public required ImmutableArray<string> Accounts { get; init; }

    public required Visit Visit { get; init; }

    /// <summary>Version of the stream that this is the fold of.</summary>
    public long Version { get; init; }
}

/// <summary>Folds each visit's stream with the domain's own evolution.</summary>
public sealed partial class VisitEntryProjection : SingleStreamProjection<VisitEntry, string>
{
    /// <summary>Raise it with every change of shape or logic: the read model is then built anew beside the old one.</summary>
    public const uint Revision = 3;

    public VisitEntryProjection()
    {
        Name = "visit_entry";
        Version = Revision;
        this.IncludeEventsOf<IVisitEvent>();
    }

    public override VisitEntry? Evolve(VisitEntry? snapshot, string id, IEvent e) =>
        e.Data is IVisitEvent happened && VisitDecider.Evolve(snapshot?.Visit ?? VisitState.Initial, happened, EventHeaders.OccurredAt(e)) is Visit visit
            ? Entry(id, visit, e.Version)
            : snapshot;

    private static VisitEntry Entry(string id, Visit visit, long version) => new()
    {
        Id = id,
        VisitId = visit.Id.ToString(),
        Prison = visit.Prisoner.Prison.Code,
        Jurisdiction = visit.Jurisdiction.Code,
        Stage = WireNames<VisitStage>.Of(visit.Stage),
        From = visit.From.ToDateTimeOffset(),
        Accounts = [.. visit.Visitors.Select(visitor => visitor.Account).OfType<string>().Append(visit.Account).Distinct()],
        Visit = visit,
        Version = version,
    };
}
