using System.Collections.Immutable;
using System.Security.Claims;
using Correction.Domain;
using Correction.Domain.Access;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using Correction.Server.Accounts;
using Correction.Server.Api;
using Correction.Server.Pages;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Server.CaseFiles;

/// <summary>What is on record of a subject, as a case file tells it.</summary>
/// <param name="From">First day of the tracks that are drawn; the events are all there.</param>
/// <param name="Alerts">The stream of each alert, in order of raising.</param>
/// <param name="Looks">Who looked; default where the reader may not know.</param>
internal sealed record SubjectCase(
    Registered Subject,
    Person Person,
    ImmutableArray<RecordedEvent> Events,
    ImmutableArray<ImmutableArray<RecordedEvent>> Alerts,
    ImmutableDictionary<Guid, string> Notes,
    ImmutableArray<RecordedEvent> Looks,
    LocalDate From,
    LocalDate To,
    ImmutableArray<Fix> Track);

/// <summary>Gathers a case. The look is on record before anything is read.</summary>
internal sealed class SubjectCaseReader(SubjectDirectory directory, AlertIndex alerts, EventReader events, Looks looks)
{
    /// <summary>Null where there is no such subject.</summary>
    /// <param name="to">The last day of the tracks.</param>
    public async Task<SubjectCase?> ReadAsync(ClaimsPrincipal reader, SubjectId id, LocalDate from, LocalDate to, string? purpose, CancellationToken cancellation)
    {
        (SubjectView? view, ImmutableArray<Fix> track) = await directory.ReadPageAsync(
            reader, id, ChinaTime.StartOf(from), ChinaTime.StartOf(to.PlusDays(1)), "caseFile", cancellation, "export", purpose);
        if (view is null)
        {
            return null;
        }

        ImmutableArray<RecordedEvent> stream = await directory.StreamAsync(id, ViewTime.Now, cancellation);
        ImmutableArray<ImmutableArray<RecordedEvent>> raised =
            [.. (await events.ReadStreamsAsync(await alerts.StreamsOfAsync(id, cancellation), cancellation)).Values.OrderBy(alert => alert[0].Sequence)];
        Guid[] notes = [.. stream.Concat(raised.SelectMany(alert => alert)).Select(happened => Details.NoteOf(happened.Data)).OfType<Guid>()];
        return new(
            view.Subject, view.Person is { } body ? Person.From(body) : Person.Erased, stream, raised, await looks.NotesAsync(notes, cancellation),
            reader.Actor().Role == Role.Auditor ? await LooksAsync(id, cancellation) : default, from, to, track);
    }

    private async Task<ImmutableArray<RecordedEvent>> LooksAsync(SubjectId id, CancellationToken cancellation) =>
        [.. await events.ReadAsync(new EventQuery(Type: EventRegistry.Names[typeof(PersonalDataViewed)], Seen: id), cancellation).ToListAsync(cancellation)];
}
