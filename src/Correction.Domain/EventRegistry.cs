using System.Collections.Frozen;
using System.Collections.Immutable;
using Correction.Domain.Access;
using Correction.Domain.Accounts;
using Correction.Domain.Alerts;
using Correction.Domain.CaseFiles;
using Correction.Domain.Devices;
using Correction.Domain.Messages;
using Correction.Domain.Subjects;
using Correction.Domain.Tracks;
using Correction.Domain.Visits;
using Correction.Domain.WorkRecords;
using Correction.Domain.ZoneSets;

namespace Correction.Domain;

/// <summary>
/// Every event's wire name, in one place. A name is frozen the day the first such event is stored; a new meaning gets a
/// new name with a version suffix and an upcaster.
/// </summary>
public static class EventRegistry
{
    public static ImmutableDictionary<Type, string> Names { get; } = new Dictionary<Type, string>
    {
        [typeof(SubjectRegistered)] = "subject_registered",
        [typeof(MonitoringOrdered)] = "monitoring_ordered",
        [typeof(DeviceBound)] = "device_bound",
        [typeof(DeviceUnbound)] = "device_unbound",
        [typeof(ZoneImposed)] = "zone_imposed",
        [typeof(ZoneLifted)] = "zone_lifted",
        [typeof(ZoneBreached)] = "zone_breached",
        [typeof(ZoneBreachResumed)] = "zone_breach_resumed",
        [typeof(ZoneBreachEnded)] = "zone_breach_ended",
        [typeof(ZoneBreachWithdrawn)] = "zone_breach_withdrawn",
        [typeof(ZoneBreachConfirmed)] = "zone_breach_confirmed",
        [typeof(ZoneApproached)] = "zone_approached",
        [typeof(ZoneApproachEnded)] = "zone_approach_ended",
        [typeof(DeviceFellSilent)] = "device_fell_silent",
        [typeof(DeviceHeardAgain)] = "device_heard_again",
        [typeof(SilenceLapsed)] = "silence_lapsed",
        [typeof(PositionLost)] = "position_lost",
        [typeof(PositionRegained)] = "position_regained",
        [typeof(SubjectWarned)] = "subject_warned",
        [typeof(DeviceAlarmRaised)] = "device_alarm_raised",
        [typeof(DeviceAlarmCeased)] = "device_alarm_ceased",
        [typeof(BatteryRanLow)] = "battery_ran_low",
        [typeof(BatteryRecovered)] = "battery_recovered",
        [typeof(WatchingSuspended)] = "watching_suspended",
        [typeof(WatchingResumed)] = "watching_resumed",
        [typeof(SharedZoneLaid)] = "shared_zone_laid",
        [typeof(SharedZoneLifted)] = "shared_zone_lifted",
        [typeof(LeaveAppliedFor)] = "leave_applied_for",
        [typeof(LeaveApproved)] = "leave_approved",
        [typeof(LeaveFiled)] = "leave_filed",
        [typeof(LeaveRefused)] = "leave_refused",
        [typeof(LeaveReturned)] = "leave_returned",
        [typeof(LeaveCancelled)] = "leave_cancelled",
        [typeof(LeaveOverstayed)] = "leave_overstayed",
        [typeof(PersonalDataErased)] = "personal_data_erased",
        [typeof(AlertRaised)] = "alert_raised",
        [typeof(AlertAcknowledged)] = "alert_acknowledged",
        [typeof(AlertResolved)] = "alert_resolved",
        [typeof(AlertEscalated)] = "alert_escalated",
        [typeof(AlertHandedOver)] = "alert_handed_over",
        [typeof(AlertNoted)] = "alert_noted",
        [typeof(AlertConditionCleared)] = "alert_condition_cleared",
        [typeof(AlertConditionResumed)] = "alert_condition_resumed",
        [typeof(AlertConditionWithdrawn)] = "alert_condition_withdrawn",
        [typeof(AlertConditionConfirmed)] = "alert_condition_confirmed",
        [typeof(DeviceAssigned)] = "device_assigned",
        [typeof(DeviceReleased)] = "device_released",
        [typeof(TerminalRegistered)] = "terminal_registered",
        [typeof(DeviceCommandRequested)] = "device_command_requested",
        [typeof(DeviceCommandSent)] = "device_command_sent",
        [typeof(DeviceCommandAcknowledged)] = "device_command_acknowledged",
        [typeof(DeviceCommandFailed)] = "device_command_failed",
        [typeof(PersonalDataViewed)] = "personal_data_viewed",
        [typeof(UnusualLookingJudged)] = "unusual_looking_judged",
        [typeof(CaseFileIssued)] = "case_file_issued",
        [typeof(TrackRecorded)] = "track_recorded",
        [typeof(TrackSealed)] = "track_sealed",
        [typeof(AccountOpened)] = "account_opened",
        [typeof(RelationDeclared)] = "relation_declared",
        [typeof(AuthorityGranted)] = "authority_granted",
        [typeof(AccountDisabled)] = "account_disabled",
        [typeof(AccountEnabled)] = "account_enabled",
        [typeof(CredentialsReset)] = "credentials_reset",
        [typeof(PrisonRegistered)] = "prison_registered",
        [typeof(VisitPolicyAdopted)] = "visit_policy_adopted",
        [typeof(PrisonerReceived)] = "prisoner_received",
        [typeof(PrisonerGraded)] = "prisoner_graded",
        [typeof(PrisonerVisitsRestricted)] = "prisoner_visits_restricted",
        [typeof(PrisonerRestrictionsLifted)] = "prisoner_restrictions_lifted",
        [typeof(PrisonerDischarged)] = "prisoner_discharged",
        [typeof(RelativeApplied)] = "relative_applied",
        [typeof(KinshipPaperAdded)] = "kinship_paper_added",
        [typeof(RelativeVerified)] = "relative_verified",
        [typeof(RelativeRefused)] = "relative_refused",
        [typeof(RelativeBanned)] = "relative_banned",
        [typeof(RelativeBansLifted)] = "relative_bans_lifted",
        [typeof(VisitCreditsGranted)] = "visit_credits_granted",
        [typeof(VisitCreditUsed)] = "visit_credit_used",
        [typeof(VisitCreditRefunded)] = "visit_credit_refunded",
        [typeof(VisitCreditsExpired)] = "visit_credits_expired",
        [typeof(VisitDayPlanned)] = "visit_day_planned",
        [typeof(SlotHeld)] = "slot_held",
        [typeof(WaitingBegun)] = "waiting_begun",
        [typeof(SlotOffered)] = "slot_offered",
        [typeof(ClaimEnded)] = "claim_ended",
        [typeof(SlotBooked)] = "slot_booked",
        [typeof(SlotFreed)] = "slot_freed",
        [typeof(SlotsBlocked)] = "slots_blocked",
        [typeof(SlotsUnblocked)] = "slots_unblocked",
        [typeof(VisitApplied)] = "visit_applied",
        [typeof(VisitKinshipChecked)] = "visit_kinship_checked",
        [typeof(VisitApproved)] = "visit_approved",
        [typeof(VisitScheduled)] = "visit_scheduled",
        [typeof(VisitDeclined)] = "visit_declined",
        [typeof(VisitRescheduled)] = "visit_rescheduled",
        [typeof(VisitCancelled)] = "visit_cancelled",
        [typeof(VisitNotAttended)] = "visit_not_attended",
        [typeof(VisitFlagged)] = "visit_flagged",
        [typeof(VisitFlagCleared)] = "visit_flag_cleared",
        [typeof(VisitorsArrived)] = "visitors_arrived",
        [typeof(VisitorsAdmitted)] = "visitors_admitted",
        [typeof(VisitStarted)] = "visit_started",
        [typeof(VisitWarned)] = "visit_warned",
        [typeof(VisitInterrupted)] = "visit_interrupted",
        [typeof(VisitResumed)] = "visit_resumed",
        [typeof(VisitCut)] = "visit_cut",
        [typeof(VisitEnded)] = "visit_ended",
        [typeof(RecordingSealed)] = "recording_sealed",
        [typeof(RecordingHeld)] = "recording_held",
        [typeof(RecordingReleased)] = "recording_released",
        [typeof(RecordingDeleted)] = "recording_deleted",
        [typeof(FamilyMessageSettled)] = "family_message_settled",
        [typeof(MediationAccepted)] = "mediation_accepted",
        [typeof(MediationConcluded)] = "mediation_concluded",
        [typeof(ReconsiderationReceived)] = "reconsideration_received",
        [typeof(ReconsiderationAccepted)] = "reconsideration_accepted",
        [typeof(ReconsiderationNotAccepted)] = "reconsideration_not_accepted",
        [typeof(ReconsiderationConcluded)] = "reconsideration_concluded",
        [typeof(NormativeDocumentReviewed)] = "normative_document_reviewed",
        [typeof(NormativeDocumentFiled)] = "normative_document_filed",
        [typeof(LegalAidAccepted)] = "legal_aid_accepted",
        [typeof(LegalAidConcluded)] = "legal_aid_concluded",
        [typeof(RemoteVisitHeld)] = "remote_visit_held",
    }.ToImmutableDictionary();

    /// <summary>Each event by its wire name.</summary>
    public static FrozenDictionary<string, Type> Types { get; } = Names.ToFrozenDictionary(known => known.Value, known => known.Key, StringComparer.Ordinal);

    /// <exception cref="KeyNotFoundException">The event has no wire name: give it one here.</exception>
    public static string NameOf(IDomainEvent happened) => Names[happened.GetType()];
}
