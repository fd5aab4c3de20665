using Correction.Domain;
using Correction.Domain.Visits;
using JasperFx.Events;
using Marten.Events.Aggregation;

namespace Correction.Projections;

/// <summary>One relative as lists need it. No personal data: the name stands in the personal table.</summary>
public sealed record RelativeEntry
{
    /// <summary>The key of the stream it is folded from.</summary>
    public required string Id { get; init; }

    /// <summary>32 hex digits; applied later sorts higher.</summary>
    public required string RelativeId { get; init; }

    public required string Prison { get; init; }

    public required string PrisonerNumber { get; init; }

    /// <summary>Of the judicial office that checks the papers.</summary>
    public required string Jurisdiction { get; init; }

    /// <summary>The family's; null: none.</summary>
    public string? Account { get; init; }

    /// <summary>Wire name of the stage.</summary>
    public required string Stage { get; init; }

    public required Relative Relative { get; init; }

    /// <summary>Version of the stream that this is the fold of.</summary>
    public long Version { get; init; }
}

/// <summary>Folds each relative's stream with the domain's own evolution.</summary>
public sealed partial class RelativeEntryProjection : SingleStreamProjection<RelativeEntry, string>
{
    /// <summary>Raise it with every change of shape or logic: the read model is then built anew beside the old one.</summary>
    public const uint Revision = 3;

    public RelativeEntryProjection()
    {
        Name = "relative_entry";
        Version = Revision;
        this.IncludeEventsOf<IRelativeEvent>();
    }

    public override RelativeEntry? Evolve(RelativeEntry? snapshot, string id, IEvent e) =>
        e.Data is IRelativeEvent happened && RelativeDecider.Evolve(new RelativeState(snapshot?.Relative), happened, EventHeaders.OccurredAt(e)).Relative is { } relative
            ? Entry(id, relative, e.Version)
            : snapshot;

    private static RelativeEntry Entry(string id, Relative relative, long version) => new()
    {
        Id = id,
        RelativeId = relative.Id.ToString(),
        Prison = relative.Prisoner.Prison.Code,
        PrisonerNumber = relative.Prisoner.Number,
        Jurisdiction = relative.Jurisdiction.Code,
        Account = relative.Account,
        Stage = WireNames<RelativeStage>.Of(relative.Stage),
        Relative = relative,
        Version = version,
    };
}
