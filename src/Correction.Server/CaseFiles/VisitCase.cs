using System.Collections.Immutable;
using System.Security.Claims;
using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Server.Api.Visits;
using Correction.Store.Reading;

namespace Correction.Server.CaseFiles;

/// <summary>What is on record of a visit, as a case file tells it.</summary>
internal sealed record VisitCase(Visit Visit, VisitPeople People, ImmutableArray<RecordedEvent> Events, CaseRecord Record);

/// <summary>Gathers a case. The look is on record before anything is read.</summary>
internal sealed class VisitCaseReader(VisitDirectory directory, CaseRecordReader records)
{
    /// <summary>Null where there is no such visit.</summary>
    public async Task<VisitCase?> ReadAsync(ClaimsPrincipal reader, VisitId id, string? purpose, CancellationToken cancellation)
    {
        if (await directory.ReadAsync(reader, id, ViewTime.Now, "export", purpose, cancellation, "caseFile") is not var (visit, _, people))
        {
            return null;
        }

        ImmutableArray<RecordedEvent> stream = await directory.StreamAsync(StreamKeys.Visit(id), ViewTime.Now, cancellation);
        return new(visit, people, stream, await records.ReadAsync(reader, stream, [.. visit.Persons()], stream[0].OccurredAt, cancellation));
    }
}
