using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Projections;
using Correction.Store.Reading;
using Marten;
using NodaTime;

namespace Correction.Grains.Boards;

/// <summary>A board from what is stored: dossiers, open alerts, last positions, names.</summary>
public sealed class BoardSource(IDocumentStore documents, TrackReader tracks, PersonalStore personal, Freshness freshness) : IBoardSource
{
    public async Task<BoardSnapshot> LoadAsync(Jurisdiction jurisdiction, CancellationToken cancellation)
    {
        await freshness.WaitForProjectionsAsync(cancellation);
        await using IQuerySession session = documents.QuerySession();
        IReadOnlyList<SubjectDossier> dossiers = await session.Query<SubjectDossier>()
            .Where(dossier => dossier.Jurisdiction.StartsWith(jurisdiction.Code)).ToListAsync(cancellation);
        IReadOnlyList<AlertEntry> alerts = await session.Query<AlertEntry>()
            .Where(alert => alert.Jurisdiction.StartsWith(jurisdiction.Code) && alert.Handling != "resolved").ToListAsync(cancellation);
        ImmutableDictionary<Guid, JsonElement> persons = await personal.ReadAsync([.. dossiers.Select(dossier => dossier.PersonId)], cancellation);
        ImmutableDictionary<SubjectId, Fix> last = await tracks.LastUsableAsync([.. dossiers.Select(dossier => dossier.Subject.Id)], cancellation);

        ILookup<string, AlertEntry> bySubject = alerts.ToLookup(alert => alert.SubjectId);
        ImmutableArray<BoardSubject> subjects =
        [
            .. dossiers.Select(dossier => BoardWords.Of(dossier.Subject, PersonName.In(persons, dossier.PersonId), last.GetValueOrDefault(dossier.Subject.Id))
                with { OpenAlerts = bySubject[dossier.SubjectId].Count() }),
        ];
        Dictionary<string, string> names = subjects.ToDictionary(subject => subject.Id, subject => subject.Name);
        return new BoardSnapshot(
            0,
            subjects,
            [.. alerts.Select(alert => BoardWords.Of(alert.Alert, Instant.FromDateTimeOffset(alert.RaisedAt), names.GetValueOrDefault(alert.SubjectId, string.Empty)))]);
    }
}
