using Correction.Domain.Time;
using Correction.Domain.Visits;
using NodaTime;

namespace Correction.Domain.Tests;

/// <summary>The prison, the people and the day that the sentences on visits speak of.</summary>
internal static class Visiting
{
    public static readonly Jurisdiction Prison = Jurisdiction.Parse("4301P1");
    public static readonly PrisonerKey Prisoner = new(Prison, "1001");
    public static readonly Actor Family = new("family", Role.Family, "430981");
    public static readonly Actor PrisonOfficer = new("prison", Role.Prison, "4301P1");

    /// <summary>A Thursday, ten days ahead.</summary>
    public static readonly LocalDate Date = Cases.Today.PlusDays(10);

    /// <summary>Nine to ten in the morning, two visits of half an hour one after the other, three at a time in three rooms.</summary>
    public static readonly SessionTemplate Morning = new(
        "am", [IsoDayOfWeek.Thursday], new LocalTime(9, 0), new LocalTime(10, 0), 30, 3, ["1", "2", "3"], new LocalDate(2026, 1, 1), null);

    public static readonly VisitPolicy Policy = new(
        new LocalDate(2026, 1, 1), "会见须知（示例）", Verified: false, [Morning],
        [new QuotaRule("standard", "video", [VisitChannel.Station, VisitChannel.Phone], 1), new QuotaRule("lenient", "video", [VisitChannel.Station, VisitChannel.Phone], 2)],
        MostVisitors: 3, StationMinutes: 30, PhoneMinutes: 25, LeadDays: 3, WindowDays: 30);

    public static readonly PolicyInForce InForce = new(1, Policy);
    public static readonly PrisonRegistered Registered = new("4301P1", "示例监狱");
    public static readonly VisitPolicyAdopted Adopted = new(1, Policy);
    public static readonly PrisonerReceived Received = new("4301P1", "1001", Cases.Reference, "standard", Minor: false);

    public static readonly RelativeId Mother = new(Cases.Guid(401));
    public static readonly RelativeId Child = new(Cases.Guid(402));
    public static readonly RelativeId Defender = new(Cases.Guid(403));
    public static readonly RelativeApplied Applied = new(Mother, "4301P1", "1001", Relationship.Parent, Cases.Reference, Minor: false, "family", "430981", null);
    public static readonly KinshipPaperAdded Register = new(PaperKind.HouseholdRegister, Cases.Reference);

    public static DayPlan Plan { get; } = new(1, InForce.SlotsOn(Prison, Date), Policy.HoldMinutes, Policy.OfferMinutes, Policy.LeadDays);

    public static Slot Nine => Plan.Slots[0];

    public static Slot HalfPastNine => Plan.Slots[1];

    public static VisitDayPlanned Planned { get; } = new("4301P1", Date, 1, Plan.Slots);

    public static readonly VisitId AVisit = new(Cases.Guid(500));

    public static Prisoner Inmate { get; } = new(Prisoner, Cases.Reference, "standard", Minor: false, [], Discharged: false);

    public static VisitApplied VisitApplied { get; } = new(
        AVisit, VisitKind.Family, "4301P1", "1001", "430981", "family", [new Visitor(Mother, Relationship.Parent, "family", Minor: false)], VisitChannel.Station,
        Nine.Id, Nine.From, Nine.To, "1", InForce.TermsOf(VisitChannel.Station, Nine));

    /// <summary>As applied for and verified.</summary>
    public static Relative As(RelativeId id, Relationship relationship = Relationship.Parent, RelativeStage stage = RelativeStage.Verified) => new(
        id, Prisoner, relationship, Cases.Reference, Minor: false, "family", Jurisdiction.Parse("430981"), null, stage);

    public static ApplyForVisit Apply(params ReadOnlySpan<Relative> visitors) =>
        new(AVisit, Prisoner, Inmate, [.. visitors], VisitChannel.Station, Nine, InForce, Jurisdiction.Parse("430981"), "1");

    /// <summary>That time of the day of the visit, in China.</summary>
    public static Instant At(int hour, int minute) => Date.At(new LocalTime(hour, minute)).InZoneStrictly(ChinaTime.Zone).ToInstant();
}
