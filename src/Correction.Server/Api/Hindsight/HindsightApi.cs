using System.Text.Json.Nodes;
using Correction.Domain;
using Correction.Server.Accounts;
using Correction.Server.Api.OpenApi;
using Correction.Server.Api.Visits;
using NodaTime;

namespace Correction.Server.Api.Hindsight;

/// <summary>What was learned later that would have changed a decision: beside the events of subjects, alerts and visits, for offices and auditors.</summary>
internal static class HindsightApi
{
    private const string Route = "/events/{version:long}/hindsight";

    public static void MapSubjectHindsight(this RouteGroupBuilder one) => one.MapGet(Route, OfSubject);

    public static void MapAlertHindsight(this RouteGroupBuilder one) => one.MapGet(Route, OfAlert);

    public static void MapVisitHindsight(this RouteGroupBuilder one) => one.MapGet(Route, OfVisit).RequireAuthorization(Policies.ReadSubjects);

    private static async Task<IResult> OfSubject(HttpContext http, string id, long version, HindsightReader hindsight) =>
        Answer(await hindsight.OfSubjectAsync(http.User, SubjectsApi.Id(id), version, "api", SubjectsApi.Purpose(http), http.RequestAborted));

    private static async Task<IResult> OfAlert(HttpContext http, string id, long version, HindsightReader hindsight) =>
        Answer(await hindsight.OfAlertAsync(http.User, AlertsApi.Id(id), version, "api", SubjectsApi.Purpose(http), http.RequestAborted));

    private static async Task<IResult> OfVisit(HttpContext http, string id, long version, HindsightReader hindsight) =>
        Answer(await hindsight.OfVisitAsync(VisitsApi.Id(id), version, http.RequestAborted));

    private static IResult Answer(LookBack? back) => back is null ? Problems.NotFound() : TypedResults.Ok(new
    {
        decision = SubjectDirectory.Write(back.Decision),
        learned = back.Learned.Select(happened => new { since = LookBack.Since(happened), @event = SubjectDirectory.Write(happened) }),
        differences = back.Differences,
    });
}

/// <param name="Differences">Of the state before the decision: as it was known then, and as it is known now.</param>
internal sealed record HindsightShape(EventShape Decision, LearnedShape[] Learned, Difference[] Differences);

/// <param name="Since">Since when it was so.</param>
internal sealed record LearnedShape(Instant Since, EventShape Event);
