using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Time;
using Correction.Projections;
using Correction.Store.Reading;
using Marten;
using NodaTime;

namespace Correction.Grains.Boards;

/// <summary>A board from what is stored: dossiers, open alerts, last positions, names; above a county from its children's boards.</summary>
public sealed class BoardSource(
    IDocumentStore documents, TrackReader tracks, PersonalStore personal, Freshness freshness, SubjectIndex index, VisitIndex visits, IGrainFactory grains, IClock clock) : IBoardSource
{
    /// <summary>A county has a few rooms: far more than a day can hold.</summary>
    private const int MostVisits = 1000;

    public async Task<BoardSnapshot> LoadAsync(Jurisdiction jurisdiction, CancellationToken cancellation)
    {
        await freshness.WaitForProjectionsAsync(cancellation);
        return jurisdiction.IsCountyOrBelow ? await LoadPersonsAsync(jurisdiction, cancellation) : await LoadChildrenAsync(jurisdiction, cancellation);
    }

    private async Task<BoardSnapshot> LoadChildrenAsync(Jurisdiction jurisdiction, CancellationToken cancellation)
    {
        ImmutableArray<Jurisdiction> children = await index.ChildrenAsync(jurisdiction, cancellation);
        BoardTally[] tallies = await Task.WhenAll(children.Select(child => grains.GetGrain<IBoardGrain>(child.Code).Tally()));
        return new BoardSnapshot(0, [], [], [.. tallies], []);
    }

    private async Task<BoardSnapshot> LoadPersonsAsync(Jurisdiction jurisdiction, CancellationToken cancellation)
    {
        await using IQuerySession session = documents.QuerySession();
        IReadOnlyList<SubjectDossier> dossiers = await session.Query<SubjectDossier>()
            .Where(dossier => dossier.Jurisdiction.StartsWith(jurisdiction.Code)).ToListAsync(cancellation);
        IReadOnlyList<AlertEntry> alerts = await session.Query<AlertEntry>()
            .Where(alert => alert.Jurisdiction.StartsWith(jurisdiction.Code) && alert.Handling != "resolved").ToListAsync(cancellation);
        ImmutableDictionary<Guid, JsonElement> persons = await personal.ReadAsync([.. dossiers.Select(dossier => dossier.PersonId)], cancellation);
        ImmutableDictionary<SubjectId, Fix> last = await tracks.LastUsableAsync([.. dossiers.Select(dossier => dossier.Subject.Id)], cancellation);

        return BoardWords.Of(dossiers, alerts, persons, last) with { Visits = await VisitsAsync(jurisdiction, cancellation) };
    }

    /// <summary>Of today, the county's own on a station's board too.</summary>
    private async Task<ImmutableArray<BoardVisit>> VisitsAsync(Jurisdiction jurisdiction, CancellationToken cancellation)
    {
        LocalDate today = ChinaTime.DateOf(clock.GetCurrentInstant());
        var query = new VisitQuery(
            new VisitScope(null, null, jurisdiction.Code), From: ChinaTime.StartOf(today), To: ChinaTime.StartOf(today.PlusDays(1)), Limit: MostVisits);
        return [.. (await visits.FindAsync(query, cancellation)).Items.Select(entry => BoardWords.Of(entry.Visit, today))];
    }
}
