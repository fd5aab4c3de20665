using System.Collections.Immutable;
using NodaTime;

namespace Correction.Domain.WorkRecords;

// Remote video visits that were held without this service, before it was in use: how many, and how many people came. Those
// held with it have streams of their own (visit/{id}) and are never imported.

/// <param name="Visitors">How many people sat at the family's end.</param>
public sealed record RemoteVisitHeld(string Number, Jurisdiction Jurisdiction, int Visitors, LocalDate On, string Source) : WorkRecordEvent(On, Source);

public sealed record RemoteVisitRecord(string Number, Jurisdiction Jurisdiction, int Visitors, LocalDate HeldOn) : WorkRecord(Number, Jurisdiction)
{
    private const int MostVisitors = 20;

    public override WorkKind Kind => WorkKind.RemoteVisit;

    public override ImmutableArray<(string Field, LocalDate? On)> Dates => [("heldOn", HeldOn)];

    public override ImmutableArray<WorkRecordEvent> Events(string source) => [new RemoteVisitHeld(Number, Jurisdiction, Visitors, HeldOn, source)];

    protected override IEnumerable<RecordFlaw> OwnFlaws() => Visitors is < 1 or > MostVisitors ? [new("visitors", $"A whole number from 1 to {MostVisitors}.")] : [];
}
