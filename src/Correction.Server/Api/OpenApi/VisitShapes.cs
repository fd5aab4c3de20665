using Correction.Domain.Visits;
using NodaTime;

namespace Correction.Server.Api.OpenApi;

// Visits: bodies and answers as the OpenAPI document shows them.

internal sealed record PrisonBody(string Code, string Name);

internal sealed record PrisonShape(string Code, string Name, AdoptedPolicyShape[] Policies);

internal sealed record AdoptedPolicyShape(int Revision, VisitPolicyBody Policy);

/// <param name="Source">Document that the numbers come from.</param>
/// <param name="PhoneMinutes">0: no visits by the family's phone.</param>
internal sealed record VisitPolicyBody(
    LocalDate ValidFrom, string Source, bool? Verified, SessionShape[] Sessions, QuotaShape[] Quotas, int? MostVisitors, int? StationMinutes, int? PhoneMinutes,
    int? LeadDays, int? WindowDays, int? HoldMinutes, int? OfferMinutes, int? EarlyMinutes, int? NoShowMinutes, int? CancelHours, int? ResumeMinutes);

/// <param name="Weekdays">Such as <c>monday</c>.</param>
/// <param name="From">Local time such as <c>09:00:00</c>.</param>
/// <param name="Minutes">From one slot's beginning to the next.</param>
internal sealed record SessionShape(
    string Code, string[] Weekdays, string From, string To, int Minutes, int Capacity, string[]? Rooms, LocalDate ValidFrom, LocalDate? ValidTo);

/// <param name="Channels">More than one: they share the quota.</param>
internal sealed record QuotaShape(string Level, string Pool, VisitChannel[] Channels, int PerMonth);

/// <param name="Slots">Absent: the whole day.</param>
internal sealed record BlockBody(LocalDate Date, string[]? Slots, BlockReason Reason);

internal sealed record DateBody(LocalDate Date);

internal sealed record PrisonerBody(string Number, PersonShape Person, string Level);

internal sealed record PrisonerShape(string Prison, string Number, PersonShape? Person, string Level, bool Minor, RestrictionShape[] Restrictions, bool Discharged);

internal sealed record LevelBody(string Level);

/// <param name="To">The last day; absent: until it is lifted.</param>
internal sealed record RestrictionShape(RestrictionReason Reason, LocalDate From, LocalDate? To);

internal sealed record CreditsBody(LocalDate Month, string Pool, int Count, CreditGround Ground);

internal sealed record CreditsShape(CreditAccountShape[] Accounts);

internal sealed record CreditAccountShape(LocalDate Month, string Pool, int Granted, int Used, int Refunded, int Expired, int Balance);

/// <param name="Guardian">Id of the guardian's own application, for a minor.</param>
/// <param name="Office">Judicial office that checks the papers; the asker's when absent.</param>
/// <param name="Account">The family's, where an officer applies for it.</param>
internal sealed record RelativeBody(
    string PrisonerNumber, string Prison, Relationship Relationship, PersonShape Person, string? Guardian, string? Office, string? Account);

internal sealed record RelativeShape(
    string Id, long Version, RelativeStage State, string Prison, string PrisonerNumber, Relationship Relationship, PersonShape? Person, bool Minor, string? Guardian,
    string Jurisdiction, PaperShape[] Papers, KinshipRefusal? Reason, string? Note, RestrictionShape[] Bans);

internal sealed record PaperShape(int Number, PaperKind Kind, Instant AddedAt);

/// <param name="Content">The file in base64.</param>
internal sealed record PaperBody(PaperKind Kind, string MediaType, string Content);

internal sealed record RelativePage(RelativeShape[] Items, string? Next);

internal sealed record KinshipRefusalBody(KinshipRefusal Reason, string? Note);

/// <param name="Place"><c>station</c> or <c>phone</c>.</param>
internal sealed record VisitBody(string SlotId, string PrisonerNumber, string[] Visitors, VisitChannel Place);

internal sealed record VisitPage(VisitShape[] Items, string? Next);

internal sealed record VisitShape(
    string Id, long Version, VisitStage State, VisitKind Kind, string Prison, string PrisonerNumber, string PrisonerName, string Jurisdiction, VisitChannel Place, string SlotId,
    Instant From, Instant To, string? Room, int Minutes, Instant OpensAt, VisitorShape[] Visitors, VisitObstacle[] Flags, bool Monitored, string? Reason, Instant? StartedAt,
    Instant? TimeIsUpAt, Instant? EndedAt, int SecondsLost, int SecondsCredited, RecordingShape? Recording);

internal sealed record VisitorShape(string RelativeId, string Name, Relationship Relationship, bool Minor, bool Attended);

internal sealed record RecordingShape(string Manifest, int Seconds, LocalDate? RetainUntil);

internal sealed record DeclineBody(DeclineReason Reason, string? Note);

internal sealed record CancelBody(CancelReason Reason);

internal sealed record RescheduleBody(string SlotId, CancelReason? Reason);

/// <param name="Attended">Ids of relatives; absent: all of them.</param>
internal sealed record AdmissionBody(string[]? Attended, IdentityCheck? Check);

internal sealed record CutBody(CutReason Reason);

internal sealed record InterruptionBody(InterruptionCause Reason);

internal sealed record HoldBody(HoldGround Ground);
