using System.Collections.Immutable;
using Correction.Server.Accounts;
using Correction.Server.Api.Hindsight;
using Correction.Server.Messages;
using Correction.Server.Visits;
using Correction.Store.Rebuilding;
using Microsoft.AspNetCore.Authentication.BearerToken;

namespace Correction.Server.Api.OpenApi;

/// <param name="Body">What is sent; null: nothing.</param>
/// <param name="Answer">What comes back; null: no content; <c>byte[]</c>: a file.</param>
/// <param name="IsCommand">Takes Idempotency-Key and If-Match, and may be refused by the state or by a rule.</param>
/// <param name="IsOfJob">May be refused by the state; where it orders one, it takes Idempotency-Key.</param>
internal sealed record DocumentedCall(
    Type? Body, Type? Answer, int Status = StatusCodes.Status200OK, bool IsCommand = false, string ContentType = "application/json", bool IsOfJob = false)
{
    public bool TakesKey => IsCommand || (IsOfJob && Body is not null);
}

/// <summary>What each call takes and gives, by method and path.</summary>
internal static class DocumentedCalls
{
    public static ImmutableDictionary<string, DocumentedCall> All { get; } = new Dictionary<string, DocumentedCall>
    {
        ["POST /api/v1/auth/login"] = new(typeof(AuthApi.LogInRequest), typeof(AccessTokenResponse)),
        ["POST /api/v1/auth/refresh"] = new(typeof(AuthApi.RefreshRequest), typeof(AccessTokenResponse)),
        ["POST /api/v1/auth/password"] = new(typeof(AuthApi.ChangePasswordRequest), null, StatusCodes.Status204NoContent),

        ["POST /api/v1/accounts"] = new(typeof(AccountBody), typeof(AccountsApi.AnswerWithPassword), StatusCodes.Status201Created, IsCommand: true),
        ["GET /api/v1/accounts"] = new(null, typeof(AccountsApi.AccountPage)),
        ["GET /api/v1/accounts/{userName}"] = new(null, typeof(AccountsApi.AccountView)),
        ["POST /api/v1/accounts/{userName}/authority"] = Command(typeof(AuthorityBody)),
        ["POST /api/v1/accounts/{userName}/disable"] = Command(null),
        ["POST /api/v1/accounts/{userName}/enable"] = Command(null),
        ["POST /api/v1/accounts/{userName}/reset-password"] = new(typeof(ResetPasswordBody), typeof(AccountsApi.AnswerWithPassword), IsCommand: true),

        ["POST /api/v1/subjects"] = Beginning(typeof(RegistrationShape)),
        ["GET /api/v1/subjects"] = new(null, typeof(SubjectPage)),
        ["GET /api/v1/subjects/{id}"] = new(null, typeof(SubjectShape)),
        ["GET /api/v1/subjects/{id}/events"] = new(null, typeof(EventShape[])),
        ["GET /api/v1/subjects/{id}/events/{version}/hindsight"] = new(null, typeof(HindsightShape)),
        ["GET /api/v1/subjects/{id}/zones"] = new(null, typeof(ZoneShape[])),
        ["GET /api/v1/subjects/{id}/track"] = new(null, typeof(TrackShape), ContentType: "application/geo+json"),
        ["GET /api/v1/subjects/{id}/track.geojson"] = new(null, typeof(TrackShape), ContentType: "application/geo+json"),
        ["GET /api/v1/subjects/{id}/track.gpx"] = new(null, typeof(string), ContentType: "application/gpx+xml"),
        ["GET /api/v1/subjects/{id}/position"] = new(null, typeof(PositionShape)),
        ["POST /api/v1/subjects/{id}/monitoring-orders"] = Command(typeof(MonitoringOrderBody)),
        ["POST /api/v1/subjects/{id}/devices"] = Command(typeof(DeviceBody)),
        ["POST /api/v1/subjects/{id}/devices/{deviceId}/unbind"] = Command(null),
        ["POST /api/v1/subjects/{id}/devices/{deviceId}/commands"] = Command(typeof(DeviceCommandBody)),
        ["GET /api/v1/subjects/{id}/devices/{deviceId}/commands"] = new(null, typeof(DeviceCommandPage)),
        ["GET /api/v1/subjects/{id}/leaves"] = new(null, typeof(LeavePage)),
        ["POST /api/v1/subjects/{id}/leaves"] = Command(typeof(LeaveBody)),
        ["POST /api/v1/subjects/{id}/leaves/{leaveId}/approve"] = Command(null),
        ["POST /api/v1/subjects/{id}/leaves/{leaveId}/refuse"] = Command(typeof(NoteBody)),
        ["POST /api/v1/subjects/{id}/leaves/{leaveId}/return"] = Command(null),
        ["POST /api/v1/subjects/{id}/leaves/{leaveId}/cancel"] = Command(null),
        ["GET /api/v1/subjects/{id}/case-file"] = new(null, typeof(byte[]), ContentType: "application/pdf"),
        ["POST /api/v1/subjects/{id}/declare-relation"] = Command(null),
        ["POST /api/v1/subjects/{id}/erase"] = Command(typeof(ErasureBody)),
        ["POST /api/v1/subjects/{id}/suspensions"] = Command(typeof(SuspensionBody)),
        ["POST /api/v1/subjects/{id}/suspensions/{suspensionId}/end"] = Command(null),
        ["POST /api/v1/subjects/{id}/zones"] = Command(typeof(ZoneBody)),
        ["POST /api/v1/subjects/{id}/zones/{zoneId}/lift"] = Command(null),

        ["GET /api/v1/zones"] = new(null, typeof(ZoneShape[])),
        ["POST /api/v1/zones"] = Command(typeof(SharedZoneBody)),
        ["POST /api/v1/zones/{zoneId}/lift"] = Command(null),

        ["GET /api/v1/alerts"] = new(null, typeof(AlertPage)),
        ["GET /api/v1/alerts/statistics"] = new(null, typeof(AlertStatisticsApi.AlertCountsOfPeriod)),
        ["GET /api/v1/alerts/{id}"] = new(null, typeof(AlertShape)),
        ["GET /api/v1/alerts/{id}/events"] = new(null, typeof(EventShape[])),
        ["GET /api/v1/alerts/{id}/events/{version}/hindsight"] = new(null, typeof(HindsightShape)),
        ["POST /api/v1/alerts/{id}/acknowledge"] = Command(typeof(NoteBody)),
        ["POST /api/v1/alerts/{id}/resolve"] = Command(typeof(ResolutionBody)),
        ["POST /api/v1/alerts/{id}/notes"] = Command(typeof(NoteBody)),
        ["POST /api/v1/alerts/{id}/hand-over"] = Command(typeof(HandOverBody)),
        ["POST /api/v1/alerts/acknowledge"] = new(typeof(AcknowledgeManyBody), typeof(ManyAnswer)),

        ["GET /api/v1/boards/{jurisdiction}"] = new(null, typeof(BoardView)),

        ["POST /api/v1/prisons"] = Beginning(typeof(PrisonBody)),
        ["GET /api/v1/prisons/{prison}"] = new(null, typeof(PrisonShape)),
        ["POST /api/v1/prisons/{prison}/policies"] = Command(typeof(VisitPolicyBody)),
        ["POST /api/v1/prisons/{prison}/blocks"] = Command(typeof(BlockBody)),
        ["POST /api/v1/prisons/{prison}/blocks/{blockId}/lift"] = Command(typeof(DateBody)),
        ["POST /api/v1/prisons/{prison}/prisoners"] = Beginning(typeof(PrisonerBody)),
        ["GET /api/v1/prisons/{prison}/prisoners/{number}"] = new(null, typeof(PrisonerShape)),
        ["GET /api/v1/prisons/{prison}/prisoners/{number}/credits"] = new(null, typeof(CreditsShape)),
        ["POST /api/v1/prisons/{prison}/prisoners/{number}/credits"] = Command(typeof(CreditsBody)),
        ["POST /api/v1/prisons/{prison}/prisoners/{number}/grade"] = Command(typeof(LevelBody)),
        ["POST /api/v1/prisons/{prison}/prisoners/{number}/restrict"] = Command(typeof(RestrictionShape)),
        ["POST /api/v1/prisons/{prison}/prisoners/{number}/lift-restrictions"] = Command(null),
        ["POST /api/v1/prisons/{prison}/prisoners/{number}/discharge"] = Command(null),

        ["POST /api/v1/relatives"] = Beginning(typeof(RelativeBody)),
        ["GET /api/v1/relatives"] = new(null, typeof(RelativePage)),
        ["GET /api/v1/relatives/{id}"] = new(null, typeof(RelativeShape)),
        ["GET /api/v1/relatives/{id}/events"] = new(null, typeof(EventShape[])),
        ["GET /api/v1/relatives/{id}/messages"] = new(null, typeof(MessageView[])),
        ["GET /api/v1/relatives/{id}/papers/{number}"] = new(null, typeof(byte[]), ContentType: "application/octet-stream"),
        ["POST /api/v1/relatives/{id}/papers"] = Command(typeof(PaperBody)),
        ["POST /api/v1/relatives/{id}/verify"] = Command(null),
        ["POST /api/v1/relatives/{id}/refuse"] = Command(typeof(KinshipRefusalBody)),
        ["POST /api/v1/relatives/{id}/ban"] = Command(typeof(RestrictionShape)),
        ["POST /api/v1/relatives/{id}/lift-bans"] = Command(null),

        ["GET /api/v1/visit-slots"] = new(null, typeof(Visits.SlotShape[])),
        ["POST /api/v1/visit-slots/{slotId}/hold"] = Command(null),
        ["POST /api/v1/visit-slots/{slotId}/wait"] = Command(null),
        ["POST /api/v1/visit-slots/{slotId}/give-up"] = Command(null),

        ["POST /api/v1/visits"] = Beginning(typeof(VisitBody)),
        ["GET /api/v1/visits"] = new(null, typeof(VisitPage)),
        ["GET /api/v1/visits/statistics"] = new(null, typeof(Visits.VisitStatisticsApi.VisitCountsOfPeriod)),
        ["GET /api/v1/visits/{id}"] = new(null, typeof(VisitShape)),
        ["GET /api/v1/visits/{id}/events"] = new(null, typeof(EventShape[])),
        ["GET /api/v1/visits/{id}/events/{version}/hindsight"] = new(null, typeof(HindsightShape)),
        ["GET /api/v1/visits/{id}/messages"] = new(null, typeof(MessageView[])),
        ["GET /api/v1/visits/{id}/calendar"] = new(null, typeof(string), ContentType: Server.Visits.VisitPapers.CalendarType),
        ["GET /api/v1/visits/{id}/case-file"] = new(null, typeof(byte[]), ContentType: "application/pdf"),
        ["POST /api/v1/visits/{id}/approve"] = Command(null),
        ["POST /api/v1/visits/{id}/decline"] = Command(typeof(DeclineBody)),
        ["POST /api/v1/visits/{id}/reschedule"] = Command(typeof(RescheduleBody)),
        ["POST /api/v1/visits/{id}/cancel"] = Command(typeof(CancelBody)),
        ["POST /api/v1/visits/{id}/clear-flags"] = Command(null),
        ["POST /api/v1/visits/{id}/arrive"] = Command(null),
        ["POST /api/v1/visits/{id}/admit"] = Command(typeof(AdmissionBody)),
        ["POST /api/v1/visits/{id}/start"] = Command(null),
        ["POST /api/v1/visits/{id}/warn"] = Command(typeof(CutBody)),
        ["POST /api/v1/visits/{id}/interrupt"] = Command(typeof(InterruptionBody)),
        ["POST /api/v1/visits/{id}/resume"] = Command(null),
        ["POST /api/v1/visits/{id}/cut"] = Command(typeof(CutBody)),
        ["POST /api/v1/visits/{id}/end"] = Command(null),

        ["GET /api/v1/messages"] = new(null, typeof(MessageView[])),

        ["POST /api/v1/visits/{id}/recording/{party}/{segment}/{sequence}"] = new(null, typeof(RecordedChunk)),
        ["GET /api/v1/visits/{id}/recording"] = new(null, typeof(RecordingView)),
        ["GET /api/v1/visits/{id}/recording/{file}"] = new(null, typeof(byte[]), ContentType: "video/webm"),
        ["POST /api/v1/visits/{id}/recording/hold"] = Command(typeof(HoldBody)),
        ["POST /api/v1/visits/{id}/recording/release"] = Command(null),

        ["POST /api/v1/work-registers/{county}/{kind}/{year}/records"] = new(typeof(WorkRecordsBody), typeof(TakenRecords)),
        ["GET /api/v1/projections"] = new(null, typeof(ReadModelPage)),
        ["GET /api/v1/projections/{name}"] = new(null, typeof(ReadModelState)),
        ["POST /api/v1/projections/{name}/rebuild"] = new(null, typeof(ReadModelState), StatusCodes.Status202Accepted),

        ["GET /api/v1/reports/work"] = new(null, typeof(WorkReportShape)),
        ["GET /api/v1/reports/work/{measure}"] = new(null, typeof(CountedPage)),

        ["GET /api/v1/gateways"] = new(null, typeof(GatewayPage)),

        ["GET /api/v1/events"] = new(null, typeof(EventShape[])),
        ["GET /api/v1/events/export"] = new(null, typeof(EventShape), ContentType: "application/x-ndjson"),
        ["POST /api/v1/exports"] = new(typeof(ExportBody), typeof(ExportShape), StatusCodes.Status202Accepted, IsOfJob: true),
        ["GET /api/v1/exports"] = new(null, typeof(ExportPage)),
        ["GET /api/v1/exports/{id}"] = new(null, typeof(ExportShape)),
        ["POST /api/v1/exports/{id}/cancel"] = new(null, typeof(ExportShape), IsOfJob: true),
        ["POST /api/v1/exports/{id}/resume"] = new(null, typeof(ExportShape), IsOfJob: true),
        ["GET /api/v1/exports/{id}/file"] = new(null, typeof(byte[]), ContentType: "application/x-ndjson", IsOfJob: true),
        ["GET /ledger/checkpoint"] = new(null, typeof(string), ContentType: "text/plain"),
        ["GET /ledger/key"] = new(null, typeof(string), ContentType: "text/plain"),
        ["GET /ledger/endorsement/{id}"] = new(null, typeof(string), ContentType: "text/plain"),
        ["GET /ledger/witnesses"] = new(null, typeof(string), ContentType: "text/plain"),
        ["GET /ledger/cosigned/{id}"] = new(null, typeof(string), ContentType: "text/plain"),
        ["GET /ledger/event/{leaf}"] = new(null, typeof(string)),
        ["GET /ledger/states/{name}"] = new(null, typeof(string), ContentType: "application/x-ndjson"),
        ["GET /ledger/manifest/{visit}"] = new(null, typeof(string)),
        ["GET /ledger/leaves/{path}"] = new(null, typeof(string), ContentType: "application/x-ndjson"),
        ["GET /ledger/tile/entries/{path}"] = new(null, typeof(byte[]), ContentType: "application/octet-stream"),
        ["GET /ledger/tile/{level}/{path}"] = new(null, typeof(byte[]), ContentType: "application/octet-stream"),
        ["GET /api/v1/case-files/{sha256}"] = new(null, typeof(CaseFileProofShape)),
        ["GET /api/v1/access"] = new(null, typeof(LookShape[])),
        ["GET /api/v1/access/unusual"] = new(null, typeof(UnusualLookingShape[])),
        ["POST /api/v1/access/unusual/judge"] = Command(typeof(LookingVerdictBody)),
        ["GET /api/v1/access/export.csv"] = new(null, typeof(string), ContentType: "text/csv"),
        ["GET /api/v1/access/export.ndjson"] = new(null, typeof(LookShape), ContentType: "application/x-ndjson"),
    }.ToImmutableDictionary();

    private static DocumentedCall Beginning(Type body) => new(body, typeof(CommandEndpoint.Answer), StatusCodes.Status201Created, IsCommand: true);

    private static DocumentedCall Command(Type? body) => new(body, typeof(CommandEndpoint.Answer), IsCommand: true);
}
