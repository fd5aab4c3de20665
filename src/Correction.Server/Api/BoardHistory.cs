using System.Collections.Immutable;
using System.Security.Claims;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Grains.Boards;
using Correction.Projections;
using Correction.Server.Access;
using Correction.Server.Accounts;
using Correction.Store.Reading;

namespace Correction.Server.Api;

/// <summary>A board of persons as it stood: who was there, in which status, with which open alerts, last known where.</summary>
internal sealed class BoardHistory(PastReader past, PastPositions positions, PersonalStore personal, Freshness freshness, AccessRecorder access)
{
    private const int Batch = 500;

    /// <param name="board">A county or a station.</param>
    public async Task<BoardSnapshot> ReadAsync(ClaimsPrincipal reader, Jurisdiction board, ViewTime when, string via, string? purpose, CancellationToken cancellation)
    {
        await freshness.WaitForProjectionsAsync(cancellation);
        List<SubjectDossier> dossiers = await AllAsync(after => past.FindAsync(new SubjectQuery(board, After: after, Limit: Batch) { When = when }, cancellation));
        List<AlertEntry> alerts = await AllAsync(
            after => past.FindAsync(new AlertQuery(board, [AlertHandling.Open, AlertHandling.Acknowledged], After: after, Limit: Batch) { When = when }, cancellation));
        ImmutableDictionary<SubjectId, Fix> last = await positions.FindAsync([.. dossiers.Select(dossier => dossier.Subject.Id)], when, cancellation);
        await access.RecordAsync(reader.Actor(), dossiers.Select(dossier => dossier.Subject.Id), "board", via, purpose);
        ImmutableDictionary<Guid, JsonElement> persons = await personal.ReadAsync([.. dossiers.Select(dossier => dossier.PersonId)], cancellation);
        return BoardWords.Of(dossiers, [.. alerts.OrderBy(alert => alert.DueAt)], persons, last);
    }

    private static async Task<List<T>> AllAsync<T>(Func<Cursor?, Task<Page<T>>> read)
    {
        List<T> all = [];
        Cursor? after = null;
        do
        {
            Page<T> page = await read(after);
            all.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        return all;
    }
}
