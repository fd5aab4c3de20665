using System.Collections.Immutable;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Nodes;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Domain.Subjects;
using Correction.Domain.Visits;
using Correction.Server.Access;
using Correction.Server.Accounts;
using Correction.Server.Api.Visits;
using Correction.Store.Reading;
using Microsoft.Extensions.Options;

namespace Correction.Server.Api.Hindsight;

/// <summary>
/// Looks back at decisions, for API and page alike. It tells of a subject without naming anybody, and is on record as a look
/// at the subject; a visit's events tell of nobody.
/// </summary>
internal sealed class HindsightReader(EventReader events, AccessRecorder access, IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json)
{
    private const string What = "hindsight";

    public async Task<LookBack?> OfSubjectAsync(ClaimsPrincipal reader, SubjectId id, long version, string via, string? purpose, CancellationToken cancellation)
    {
        await access.RecordAsync(reader.Actor(), [id], What, via, purpose);
        return LookBack.Of(await events.ReadStreamAsync(StreamKeys.Subject(id), cancellation), version, Subject);
    }

    public async Task<LookBack?> OfAlertAsync(ClaimsPrincipal reader, AlertId id, long version, string via, string? purpose, CancellationToken cancellation)
    {
        ImmutableArray<RecordedEvent> stream = await events.ReadStreamAsync(StreamKeys.Alert(id), cancellation);
        await access.RecordAsync(reader.Actor(), stream.Select(happened => happened.Data).OfType<AlertRaised>().Select(raised => raised.SubjectId), What, via, purpose);
        return LookBack.Of(stream, version, Alert);
    }

    public async Task<LookBack?> OfVisitAsync(VisitId id, long version, CancellationToken cancellation) =>
        LookBack.Of(await events.ReadStreamAsync(StreamKeys.Visit(id), cancellation), version, Visit);

    private JsonNode? Subject(IEnumerable<RecordedEvent> stream) => Write(
        stream.Aggregate(SubjectState.Initial, (state, next) => SubjectDecider.Evolve(state, (ISubjectEvent)next.Data, next.OccurredAt)) is Registered subject
            ? SubjectDirectory.Write(subject, 0, null)
            : null);

    private JsonNode? Alert(IEnumerable<RecordedEvent> stream) => Write(
        stream.Aggregate(AlertState.Initial, (state, next) => AlertDecider.Evolve(state, (IAlertEvent)next.Data, next.OccurredAt)) is Raised alert
            ? new { alert.Handling, alert.Condition, alert.Level, alert.DueAt, alert.Assignee, alert.Outcome, alert.Confirmation?.Since, alert.Confirmation?.Until }
            : null);

    private JsonNode? Visit(IEnumerable<RecordedEvent> stream) => Write(
        stream.Aggregate(VisitState.Initial, (state, next) => VisitDecider.Evolve(state, (IVisitEvent)next.Data, next.OccurredAt)) is Visit visit
            ? VisitJson.Write(visit, 0, VisitPeople.Nobody)
            : null);

    private JsonNode? Write(object? state) => state is null ? null : JsonSerializer.SerializeToNode(state, json.Value.SerializerOptions);
}
