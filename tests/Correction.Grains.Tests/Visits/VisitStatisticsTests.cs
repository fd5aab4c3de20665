using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Grains.Visits;
using Correction.Store.Reading;
using Correction.Testing;
using NodaTime;
using static Correction.Grains.Tests.Visits.VisitPrison;
using static Correction.Grains.Tests.Visits.VisitsFixture;

namespace Correction.Grains.Tests.Visits;

public sealed class VisitStatisticsTests(VisitsFixture fixture) : IClassFixture<VisitsFixture>
{
    private static readonly LocalDate Day = new(2026, 4, 9);
    private static readonly Jurisdiction Office = Jurisdiction.Parse("430981");

    /// <summary>Nine in the morning in China, when the visits begin.</summary>
    private static readonly Instant Nine = Instant.FromUtc(2026, 4, 9, 1, 0);

    [Fact]
    public async Task Visits_are_counted_with_the_people_who_came_refusals_by_reason_and_minutes_lost_by_cause()
    {
        fixture.Clock.Now = Instant.FromUtc(2026, 4, 6, 2, 0);
        VisitPrison prison = await fixture.PrisonAsync("43G1S1", capacity: 5);
        RelativeId mother = await prison.FamilyAsync(1), father = await prison.RelativeAsync(1);
        VisitId held = await ApprovedAsync(prison, await prison.BookedAsync(1, [mother, father], Day));
        VisitId declined = await prison.BookedAsync(2, await prison.FamilyAsync(2), Day);
        await DoneAsync(fixture.Grains.Visit(declined).Execute(new DeclineVisit(DeclineReason.NotBeneficial, null), By(prison.Officer)));
        VisitId cancelled = await prison.BookedAsync(3, await prison.FamilyAsync(3), Day);
        await DoneAsync(fixture.Grains.Visit(cancelled).Execute(new CancelVisit(CancelReason.FamilyCannotCome), By(Family(3))));
        await ApprovedAsync(prison, await prison.BookedAsync(4, await prison.FamilyAsync(4), Day)); // and nobody comes
        RelativeId refused = await prison.FamilyAsync(5);
        await DoneAsync(fixture.Grains.Relative(refused).Execute(new RefuseRelative(KinshipRefusal.IdentityDiffers, null), By(GrainsFixture.Officer)));

        await HoldAsync(prison, held, came: [mother, father]);

        VisitReport report = await Eventually.Until(
            async () => await ReadAsync(prison, Office) is { Visits: 1, NotAttended: 1, RelativesRefused.IsEmpty: false, Cut.IsEmpty: false } counted ? counted : null, "the visits to be counted");
        Assert.Equal(2, report.People);
        Assert.Equal([new CountOf("notBeneficial", 1)], report.Declined);
        Assert.Equal([new CountOf("familyCannotCome", 1)], report.Cancelled);
        Assert.Equal([new CountOf("deviceUsed", 1)], report.Cut);
        Assert.Equal([new CountOf("identityDiffers", 1)], report.RelativesRefused);
        Assert.Equal([new CountOf("network", 90), new CountOf("staff", 30)], report.SecondsLost);
        Assert.Equal(1, (await ReadAsync(prison, Jurisdiction.Parse("430981001"))).Visits); // a station hosts for its county
        Assert.Equal(0, (await ReadAsync(prison, Jurisdiction.Parse("430982"))).Visits);
    }

    private async Task HoldAsync(VisitPrison prison, VisitId visit, RelativeId[] came)
    {
        await AtAsync(Nine - Duration.FromMinutes(10), visit, (prisoner, visitors) => new AdmitVisitors([.. came], IdentityCheck.Papers, prisoner, visitors), prison.Officer);
        await AtAsync(Nine, visit, (_, _) => new StartVisit(), prison.Officer);
        await AtAsync(Nine + Duration.FromMinutes(5), visit, (_, _) => new InterruptVisit(InterruptionCause.Network), Actor.System);
        await AtAsync(Nine + Duration.FromSeconds(390), visit, (_, _) => new ResumeVisit(), Actor.System);
        await AtAsync(Nine + Duration.FromMinutes(7), visit, (_, _) => new InterruptVisit(InterruptionCause.Staff), prison.Officer);
        await AtAsync(Nine + Duration.FromSeconds(450), visit, (_, _) => new ResumeVisit(), prison.Officer);
        await AtAsync(Nine + Duration.FromMinutes(16), visit, (_, _) => new CutVisit(CutReason.DeviceUsed), prison.Officer);
    }

    private async Task AtAsync(Instant now, VisitId visit, Func<Prisoner, System.Collections.Immutable.ImmutableArray<Relative>, VisitCommand> command, Actor actor)
    {
        fixture.Clock.Now = now;
        await DoneAsync(fixture.Desk.WithFactsAsync(visit, command, By(actor)));
    }

    private static async Task<VisitId> ApprovedAsync(VisitPrison prison, VisitId visit)
    {
        await DoneAsync(prison.ApproveAsync(visit));
        return visit;
    }

    private Task<VisitReport> ReadAsync(VisitPrison prison, Jurisdiction office) => fixture.Statistics.ReadAsync(
        prison.Code, office, Instant.FromUtc(2026, 4, 5, 0, 0), Instant.FromUtc(2026, 4, 10, 0, 0), TestContext.Current.CancellationToken);
}
