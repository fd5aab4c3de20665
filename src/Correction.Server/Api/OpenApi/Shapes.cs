using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Access;
using Correction.Domain.Alerts;
using Correction.Domain.Devices;
using Correction.Domain.Law;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Server.CaseFiles;
using Correction.Server.Exports;
using Correction.Store.Exports;
using NodaTime;

namespace Correction.Server.Api.OpenApi;

// Bodies and answers as the OpenAPI document shows them. Requests are read field by field (RequestBody) and answers written
// beside their readers; a test compares both with these.

/// <param name="Email">Of a relative, who is written to.</param>
internal sealed record PersonShape(string Name, string IdNumber, LocalDate BirthDate, string Sex, string? Phone, string? Address, string? Email);

internal sealed record RegistrationShape(PersonShape Person, CorrectionCategory Category, string Jurisdiction, Judgment Judgment, CorrectionTerm Term);

internal sealed record MonitoringOrderBody(MonitoringGround Ground, LocalDate From, LocalDate To);

internal sealed record SuspensionBody(SuspensionReason Reason, Instant From, Instant To);

internal sealed record ErasureBody(ErasureGround Ground);

/// <param name="To">The last day.</param>
internal sealed record LeaveBody(LeaveReason Reason, string Destination, LocalDate From, LocalDate To, string? Proof);

internal sealed record LeaveShape(
    string LeaveId, LeaveReason Reason, LocalDate From, LocalDate To, int Days, LeaveState State, LeaveLevel? Level, Instant? ReturnedAt, string? OverstayAlert,
    LeaveDetails? Details);

/// <summary>What tells of the person's way.</summary>
public sealed record LeaveDetails(string Destination, string? Proof);

internal sealed record LeavePage(LeaveShape[] Items);

internal sealed record DeviceBody(string DeviceId, DeviceProtocol Protocol, DeviceKind Kind);

/// <param name="IntervalSeconds">Of <c>reportInterval</c> and <c>track</c>.</param>
/// <param name="ForSeconds">Of <c>track</c>.</param>
/// <param name="Text">Of <c>text</c>; at most 500 characters.</param>
/// <param name="ValidSeconds">How long it waits for the device; an hour when absent.</param>
internal sealed record DeviceCommandBody(InstructionKind Command, int? IntervalSeconds, int? ForSeconds, string? Text, int? ValidSeconds);

internal sealed record DeviceCommandPage(DeviceCommandShape[] Items);

/// <param name="State"><c>requested</c>, <c>sent</c>, <c>acknowledged</c> or <c>failed</c>.</param>
internal sealed record DeviceCommandShape(
    string Id, InstructionKind Command, int? IntervalSeconds, int? ForSeconds, string? Text, string State, CommandFailure? Reason,
    Instant RequestedAt, string RequestedBy, LegalBasis[] Basis, Instant ValidUntil, Instant? SentAt, Instant? AnsweredAt);

/// <param name="Details">What the protocol adds: connections, faults by terminal or address.</param>
internal sealed record GatewayShape(string Protocol, int? Port, JsonElement? Details);

internal sealed record GatewayPage(GatewayShape[] Items);

/// <summary>A GeoJSON Polygon (type, coordinates), or a circle (center, radius in metres).</summary>
internal sealed record GeometryShape(string? Type, double[][][]? Coordinates, double[]? Center, double? Radius);

/// <summary>Days such as <c>monday</c>; times such as <c>22:00</c>, over midnight where the second is earlier; dates taken out and added.</summary>
internal sealed record ScheduleShape(string[] Days, string From, string To, LocalDate[]? Except, LocalDate[]? Also);

/// <param name="Buffer">Metres before or behind the border.</param>
/// <param name="Dwell">Seconds that the deciding fixes must span.</param>
internal sealed record ZoneBody(
    string Name, ZoneKind Kind, GeometryShape Geometry, ScheduleShape? Schedule, int? Confirmations, Instant? EffectiveFrom, double? Buffer, double? Dwell);

/// <param name="Jurisdiction">Whose subjects it concerns: a county or a station; the own one when absent.</param>
internal sealed record SharedZoneBody(
    string? Jurisdiction, string Name, ZoneKind Kind, GeometryShape Geometry, ScheduleShape? Schedule, int? Confirmations, Instant? EffectiveFrom, double? Buffer, double? Dwell);

internal sealed record NoteBody(string? Note);

internal sealed record ResolutionBody(string Outcome, string? Note);

internal sealed record HandOverBody(string To, string? Reason);

internal sealed record AcknowledgeManyBody(string[] Ids, string Reason);

internal sealed record ManyAnswer(ManyItem[] Items);

/// <summary>What became of one of many; its version and events, or its problem.</summary>
internal sealed record ManyItem(string Id, int Status, long? Version, CommandEndpoint.AnswerEvent[]? Events, ProblemShape? Problem);

internal sealed record ResetPasswordBody(bool? Authenticator);

internal sealed record AuthorityBody(Role Role, string Jurisdiction);

internal sealed record AccountBody(string UserName, Role Role, string Jurisdiction);

/// <summary>RFC 9457.</summary>
internal sealed record ProblemShape(
    string? Type, string? Title, int Status, string? Detail, string Code, LegalBasis[]? Basis, Dictionary<string, string[]>? Errors);

internal sealed record OrderShape(string OrderId, MonitoringGround Ground, LocalDate From, LocalDate To);

internal sealed record SuspensionShape(string SuspensionId, SuspensionReason Reason, Instant From, Instant To, bool Ended);

internal sealed record SubjectDeviceShape(string DeviceId, DeviceProtocol Protocol, DeviceKind Kind, bool Silent);

internal sealed record ZoneShape(
    string ZoneId,
    string Name,
    ZoneKind Kind,
    GeometryShape Geometry,
    ScheduleShape? Schedule,
    int Confirmations,
    Instant? EffectiveFrom,
    double? Buffer,
    double? Dwell,
    bool Breached,
    bool Approached,
    SharedZoneVersionShape? Shared);

/// <summary>Which version of which county's or station's shared zone.</summary>
internal sealed record SharedZoneVersionShape(string Jurisdiction, long Version);

internal sealed record SubjectShape(
    string Id,
    long Version,
    string State,
    PersonShape? Person,
    CorrectionCategory Category,
    string Jurisdiction,
    Judgment Judgment,
    CorrectionTerm Term,
    bool Minor,
    OrderShape[] MonitoringOrders,
    SubjectDeviceShape[] Devices,
    ZoneShape[] Zones,
    ZoneShape[] SharedZones,
    LeaveShape[] Leaves,
    SuspensionShape[] Suspensions);

internal sealed record SubjectPage(SubjectShape[] Items, string? Next);

internal sealed record ActorShape(string Account, Role Role, string Jurisdiction);

internal sealed record EventShape(
    long Sequence, long Version, string Stream, string Type, Instant OccurredAt, Instant RecordedAt, ActorShape Actor, LegalBasis[] Basis, JsonElement Data);

internal sealed record PositionShape(double Lon, double Lat, double? Accuracy, Instant At, double AgeSeconds, FixSource Source, int? Battery);

internal sealed record TrackShape(string Type, TrackFeature[] Features, UnusableFix[] Unusable);

internal sealed record TrackFeature(string Type, JsonElement Geometry, TrackProperties Properties);

internal sealed record TrackProperties(string DeviceId, Instant[] Times, double?[] Accuracies, FixSource[] Sources);

internal sealed record UnusableFix(Instant At, double[] Position, FixUse Reason, double? Accuracy, FixSource Source);

internal sealed record EvidenceFix(double Lon, double Lat, Instant At, Instant ReceivedAt, double? Accuracy, double? Speed, FixSource Source, string DeviceId);

internal sealed record EvidenceZone(
    string ZoneId, string Name, ZoneKind Kind, GeometryShape Geometry, ScheduleShape? Schedule, int Confirmations, double? Buffer, double? Dwell, SharedZoneVersionShape? Shared);

internal sealed record EvidenceShape(
    string Rule,
    EvidenceFix[] Fixes,
    EvidenceZone? Zone,
    string? DeviceId,
    Instant? LastHeardAt,
    Instant? Deadline,
    Instant? Since,
    Instant? Until,
    int? Battery,
    string? DuringLeave);

internal sealed record AlertShape(
    string Id,
    string SubjectId,
    string Jurisdiction,
    AlertKind Kind,
    AlertSeverity Severity,
    Instant RaisedAt,
    Instant DueAt,
    string State,
    AlertCondition Condition,
    string? Outcome,
    long Version,
    AlertLevel Level,
    string? AssignedTo,
    EvidenceShape Evidence,
    EvidenceShape? Confirmation,
    AlertActionShape? Acknowledged,
    AlertActionShape? Resolved,
    AlertActionShape[] Notes,
    HandOverShape[] HandOvers);

internal sealed record AlertActionShape(string Account, Instant At, string? Note);

internal sealed record HandOverShape(string To, AlertActionShape By);

internal sealed record AlertPage(AlertShape[] Items, string? Next);

/// <param name="Persons">Keys of the streams of relatives and prisoners.</param>
/// <param name="Export">Of <c>what</c> <c>export</c>: which export was ordered, or its file taken.</param>
internal sealed record LookShape(
    long Sequence, Instant At, string Account, Role Role, string[] Subjects, string What, string Via, string? Purpose, string[] Persons, ExportedEvents? Export);

/// <param name="Stream">A stream's key, such as <c>visit/{id}</c>, or a subject's id.</param>
/// <param name="Type">An event's name, such as <c>zone_imposed</c>.</param>
/// <param name="Actor">The account that acted.</param>
/// <param name="From">Events that happened from then on.</param>
/// <param name="To">Events that happened before then.</param>
/// <param name="Format"><c>ndjson</c> where it is absent.</param>
internal sealed record ExportBody(long? AfterSequence, string? Stream, string? Type, string? Actor, Instant? From, Instant? To, ExportFormat? Format);

/// <param name="UpToSequence">The last event there was when it was ordered.</param>
/// <param name="Sequence">All up to this one stand in the file.</param>
/// <param name="Progress">From 0 to 1.</param>
/// <param name="Bytes">Of the file that are durable.</param>
/// <param name="Sha256">Of the whole file, lower-case hex; null until it is done.</param>
internal sealed record ExportShape(
    string Id, ExportState State, double Progress, long Sequence, long Lines, long Bytes, string? Sha256, ExportFailure? Failure, ExportFormat Format, Instant OrderedAt, Instant? EndedAt, string? Purpose,
    long AfterSequence, long UpToSequence, string? Stream, string? Type, string? Actor, Instant? From, Instant? To)
{
    public static ExportShape Of(ExportJob export) => new(
        ExportDesk.Write(export.Id), export.State, export.Progress, export.Sequence, export.Lines, export.Bytes, export.Sha256, export.Failure, export.Format, export.OrderedAt, export.EndedAt, export.Purpose,
        export.Query.AfterSequence, export.UpTo, export.Query.Stream, export.Query.Type, export.Query.Account, export.Query.From, export.Query.To);
}

internal sealed record ExportPage(ExportShape[] Items);

/// <param name="Of">Key of the stream of the person whose case it is.</param>
/// <param name="UpTo">Sequence of the last event that the file tells.</param>
/// <param name="Events">How many it tells.</param>
/// <param name="Seal">Absent for the seconds until a signed checkpoint covers the file.</param>
/// <param name="Unfit">Events that do not stand as the file tells them; none: all do.</param>
internal sealed record CaseFileProofShape(
    string Sha256, string Of, Instant IssuedAt, string IssuedBy, Role Role, string? Purpose, long UpTo, int Events, SealShape? Seal, UnfitEvent[] Unfit)
{
    public static CaseFileProofShape From(CaseFileProof proof) => new(
        proof.Sha256, proof.Issued.Of, proof.Happened.OccurredAt, proof.Happened.Actor.Account, proof.Happened.Actor.Role, proof.Issued.Purpose,
        proof.Issued.UpTo, proof.Issued.Events.Length, proof.Seal is { } seal ? SealShape.From(seal) : null, [.. proof.Unfit]);
}

/// <param name="Checkpoint">The signed note (C2SP tlog-checkpoint).</param>
/// <param name="Entry">The event that the file was issued, as an entry of the ledger: its leaf hash is SHA-256 of a zero byte and this text.</param>
/// <param name="Index">Of that leaf.</param>
/// <param name="Path">Hashes in base64, from the leaf's sibling up to the checkpoint's root (RFC 6962 section 2.1.1).</param>
internal sealed record SealShape(string Checkpoint, string Entry, long Index, string[] Path)
{
    public static SealShape From(Seal seal) => new(seal.Note.ToString(), System.Text.Encoding.UTF8.GetString(seal.Entry), seal.Index, [.. seal.Path.Select(Convert.ToBase64String)]);
}
