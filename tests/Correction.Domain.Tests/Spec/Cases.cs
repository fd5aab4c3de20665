using Correction.Domain.Alerts;
using Correction.Domain.CaseFiles;
using Correction.Domain.Devices;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.Visits;
using Correction.Domain.WorkRecords;
using Correction.Domain.ZoneSets;
using NodaTime;

namespace Correction.Domain.Tests;

/// <summary>The people, days and places that the sentences speak of.</summary>
internal static class Cases
{
    /// <summary>Ten in the morning of 2 March 2026 in China.</summary>
    public static readonly Instant Now = Instant.FromUtc(2026, 3, 2, 2, 0);

    public static readonly LocalDate Today = new(2026, 3, 2);

    public static readonly Actor Officer = new("officer", Role.Officer, "430981001");
    public static readonly Actor Approver = new("approver", Role.Approver, "430981");

    public static readonly SubjectId Someone = new(Guid(100));
    public static readonly SubjectId SomeoneElse = new(Guid(101));
    public static readonly AlertId AnAlert = new(Guid(200));
    public static readonly GeoPoint Center = new(112.35, 28.84);
    public static readonly ForgettableRef Reference = new(Guid(300), "hash");
    public static readonly CorrectionTerm Term = new(new LocalDate(2026, 1, 5), new LocalDate(2027, 1, 4));
    public static readonly Judgment Judged = new("沅江市人民法院", "（2026）湘0981刑初1号", new LocalDate(2026, 1, 1));

    /// <summary>The subject received, a grown-up on probation.</summary>
    public static readonly SubjectRegistered Received = new(
        Someone, Reference, CorrectionCategory.Probation, "430981001", Judged, Term, MinorAtStart: false);

    /// <summary>The subject's device has fallen silent.</summary>
    public static readonly AlertRaised SilenceRaised = new(
        AnAlert, Someone, "430981001", AlertKind.DeviceSilent, AlertSeverity.Warning, Now, new AlertEvidence("silenceLimit", [], null, "d", null, Now));

    public static Spec<SubjectState, SubjectCommand, ISubjectEvent> Subject => new(SubjectState.Initial, SubjectDecider.Decide, SubjectDecider.Evolve);

    public static Spec<AlertState, AlertCommand, IAlertEvent> Alert => new(AlertState.Initial, AlertDecider.Decide, AlertDecider.Evolve);

    public static Spec<DeviceState, DeviceCommand, IDeviceEvent> Device =>
        new(DeviceState.Initial, (state, command, _) => DeviceDecider.Decide(state, command), DeviceDecider.Evolve);

    public static Spec<PrisonState, PrisonCommand, IPrisonEvent> Prison =>
        new(PrisonState.Initial, (state, command, context) => PrisonDecider.Decide(state, command, Visiting.Prison, context), PrisonDecider.Evolve);

    public static Spec<PrisonerState, PrisonerCommand, IPrisonerEvent> Prisoner =>
        new(PrisonerState.Initial, (state, command, context) => PrisonerDecider.Decide(state, command, Visiting.Prisoner, context), PrisonerDecider.Evolve);

    public static Spec<RelativeState, RelativeCommand, IRelativeEvent> Relative => new(RelativeState.Initial, RelativeDecider.Decide, RelativeDecider.Evolve);

    public static Spec<VisitCreditState, VisitCreditCommand, IVisitCreditEvent> Credits => new(VisitCreditState.Initial, VisitCreditDecider.Decide, VisitCreditDecider.Evolve);

    public static Spec<VisitDayState, VisitDayCommand, IVisitDayEvent> Day => new(
        VisitDayState.Initial, (state, command, context) => VisitDayDecider.Decide(state, command, Visiting.Plan, Visiting.Prison, Visiting.Date, context), VisitDayDecider.Evolve);

    public static Spec<VisitState, VisitCommand, IVisitEvent> Visit => new(VisitState.Initial, VisitDecider.Decide, VisitDecider.Evolve);

    public static Spec<ZoneSet, ZoneSetCommand, IZoneSetEvent> CountyZones => new(ZoneSet.Empty, ZoneSetDecider.Decide, ZoneSetDecider.Evolve);

    public static Spec<WorkRecordState, WorkRecordCommand, WorkRecordEvent> Work => new(WorkRecordState.Initial, WorkRecordDecider.Decide, WorkRecordDecider.Evolve);

    public static Spec<CaseFileState, CaseFileCommand, ICaseFileEvent> CaseFile =>
        new(CaseFileState.Initial, (state, command, _) => CaseFileDecider.Decide(state, command), CaseFileDecider.Evolve);

    /// <summary>The nth id that a decision draws.</summary>
    public static Guid Guid(int number) => new(number, 0, 0x7000, [0x80, 0, 0, 0, 0, 0, 0, 0]);
}
