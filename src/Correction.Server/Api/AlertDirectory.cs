using System.Collections.Immutable;
using System.Security.Claims;
using System.Text.Json;
using Correction.Domain;
using Correction.Projections;
using Correction.Server.Access;
using Correction.Server.Accounts;
using Correction.Store.Reading;

namespace Correction.Server.Api;

/// <summary>Reads alerts for API and pages alike, each look on record.</summary>
internal sealed class AlertDirectory(
    Marten.IDocumentStore documents, AlertIndex index, PastReader past, EventReader events, JurisdictionReader jurisdictions, PersonalStore personal, Freshness freshness, AccessRecorder access)
{
    public async Task<bool> IsWithinAsync(ClaimsPrincipal reader, AlertId id, CancellationToken cancellation) =>
        await jurisdictions.FindAsync(StreamKeys.Alert(id), cancellation) is { } jurisdiction && reader.Covers(jurisdiction);

    /// <param name="query">As of another time: in the order in which they were raised.</param>
    public async Task<Page<AlertEntry>> ListAsync(ClaimsPrincipal reader, AlertQuery query, string via, string? purpose, CancellationToken cancellation)
    {
        await freshness.WaitForProjectionsAsync(cancellation);
        Page<AlertEntry> page = query.When.IsNow ? await index.FindAsync(query, cancellation) : await past.FindAsync(query, cancellation);
        await access.RecordAsync(reader.Actor(), page.Items.Select(entry => entry.Alert.Alert.SubjectId).Distinct(), "alerts", via, purpose);
        return page;
    }

    /// <summary>What happened to an alert.</summary>
    public Task<ImmutableArray<RecordedEvent>> StreamAsync(AlertId id, ViewTime when, CancellationToken cancellation) =>
        events.ReadStreamAsync(StreamKeys.Alert(id), when, cancellation);

    /// <summary>One alert with the notes on it; null where it was not raised then, or not known then.</summary>
    public async Task<(AlertEntry? Entry, ImmutableDictionary<Guid, JsonElement> Notes)> ReadAsync(
        ClaimsPrincipal reader, string id, ViewTime when, string via, string? purpose, CancellationToken cancellation)
    {
        await freshness.WaitForProjectionsAsync(cancellation);
        if (!AlertId.TryParse(id, out AlertId alert) || await FindAsync(StreamKeys.Alert(alert), when, cancellation) is not { } entry)
        {
            return (null, ImmutableDictionary<Guid, JsonElement>.Empty);
        }

        await access.RecordAsync(reader.Actor(), [entry.Alert.Alert.SubjectId], "alert", via, purpose);
        return (entry, await personal.ReadAsync([.. entry.NoteIds], cancellation));
    }

    private async Task<AlertEntry?> FindAsync(string key, ViewTime when, CancellationToken cancellation)
    {
        if (!when.IsNow)
        {
            return await past.AlertAsync(key, when, cancellation);
        }

        await using Marten.IQuerySession session = documents.QuerySession();
        return await session.LoadAsync<AlertEntry>(key, cancellation);
    }
}
