using System.Collections.Immutable;
using System.Security.Claims;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using Correction.Server.Api;
using Correction.Server.Pages;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Server.CaseFiles;

/// <summary>What is on record of a subject, as a case file tells it.</summary>
/// <param name="Events">All of them, whatever days were asked for.</param>
/// <param name="Alerts">The stream of each alert, in order of raising.</param>
/// <param name="Track">Of the days asked for.</param>
internal sealed record SubjectCase(
    Registered Subject,
    Person Person,
    ImmutableArray<RecordedEvent> Events,
    ImmutableArray<ImmutableArray<RecordedEvent>> Alerts,
    CaseRecord Record,
    ImmutableArray<Fix> Track);

/// <summary>Gathers a case. The look is on record before anything is read.</summary>
internal sealed class SubjectCaseReader(SubjectDirectory directory, AlertIndex alerts, EventReader events, CaseRecordReader records)
{
    /// <summary>Null where there is no such subject.</summary>
    /// <param name="from">The first day of the tracks.</param>
    /// <param name="to">The last one.</param>
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
        RecordedEvent[] told = [.. stream.Concat(raised.SelectMany(alert => alert))];
        return new(
            view.Subject, view.Person is { } body ? Person.From(body) : Person.Erased, stream, raised,
            await records.ReadAsync(reader, told, [id.ToString()], since: null, cancellation), track);
    }
}
