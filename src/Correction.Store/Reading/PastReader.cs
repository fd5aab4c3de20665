using System.Collections.Immutable;
using Correction.Projections;
using Correction.Store.Journaling;
using JasperFx.Events;

namespace Correction.Store.Reading;

/// <summary>
/// Read models as they were: each folded from the events of its stream that a view shows, with the projection's own
/// evolution, so that a list of the past and the list of today cannot differ in what an event means. What a list may
/// show is found among the streams that exist today: none is ever removed.
/// </summary>
public sealed class PastReader(EventReader events, SubjectIndex subjects, AlertIndex alerts, VisitIndex visits)
{
    private static readonly SubjectDossierProjection Dossiers = new();
    private static readonly AlertEntryProjection Alerts = new();
    private static readonly VisitEntryProjection Visits = new();

    /// <summary>In the order of the list of today. Who was not registered then is absent.</summary>
    public Task<Page<SubjectDossier>> FindAsync(SubjectQuery query, CancellationToken cancellation) => FillAsync(
        query.After,
        async after =>
        {
            Page<SubjectDossier> page = await subjects.FindAsync(query with { After = after }, cancellation);
            return new([.. page.Items.Select(dossier => dossier.Id)], page.Next);
        },
        keys => FoldAsync<SubjectDossier>(keys, query.When, Dossiers.Evolve, cancellation));

    /// <summary>In the order in which they were raised.</summary>
    public Task<Page<AlertEntry>> FindAsync(AlertQuery query, CancellationToken cancellation) => FillAsync<AlertEntry>(
        query.After,
        after => alerts.CandidatesAsync(query with { After = after }, cancellation),
        async keys => [.. (await FoldAsync<AlertEntry>(keys, query.When, Alerts.Evolve, cancellation)).Where(query.Asks)]);

    /// <summary>In the order of their ids.</summary>
    public Task<Page<VisitEntry>> FindAsync(VisitQuery query, CancellationToken cancellation) => FillAsync<VisitEntry>(
        query.After,
        after => visits.CandidatesAsync(query with { After = after }, cancellation),
        async keys => [.. (await FoldAsync<VisitEntry>(keys, query.When, Visits.Evolve, cancellation)).Where(entry => query.Asks(entry.Visit))]);

    /// <summary>Null where it was not raised then.</summary>
    public async Task<AlertEntry?> AlertAsync(string key, ViewTime when, CancellationToken cancellation) =>
        (await FoldAsync<AlertEntry>([key], when, Alerts.Evolve, cancellation)).SingleOrDefault();

    /// <summary>Looks at one page of candidates after the other until some are in the answer: a page may be short, and is empty at the end only.</summary>
    private static async Task<Page<T>> FillAsync<T>(Cursor? after, Func<Cursor?, Task<Page<string>>> candidates, Func<IReadOnlyList<string>, Task<IReadOnlyList<T>>> fold)
    {
        while (true)
        {
            Page<string> page = await candidates(after);
            IReadOnlyList<T> found = page.Items.Count > 0 ? await fold(page.Items) : [];
            if (found.Count > 0 || page.Next is null)
            {
                return new(found, page.Next);
            }

            after = page.Next;
        }
    }

    /// <summary>In the order of the keys; what had not begun then is absent.</summary>
    private async Task<IReadOnlyList<T>> FoldAsync<T>(IReadOnlyList<string> keys, ViewTime when, Func<T?, string, IEvent, T?> evolve, CancellationToken cancellation)
        where T : class
    {
        IReadOnlyDictionary<string, ImmutableArray<RecordedEvent>> streams = await events.ReadStreamsAsync(keys, cancellation);
        return
        [
            .. keys.Select(key => streams.GetValueOrDefault(key, []).Where(when.Shows).Select(EventWriter.Envelope).Aggregate((T?)null, (before, next) => evolve(before, key, next))).OfType<T>(),
        ];
    }
}
