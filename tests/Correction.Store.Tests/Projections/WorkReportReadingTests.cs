using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Time;
using Correction.Domain.Visits;
using Correction.Domain.WorkRecords;
using Correction.Projections;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Store.Tests.Projections;

/// <summary>What the report counts of the service's own visits, and where a period begins and ends.</summary>
public sealed class WorkReportReadingTests
{
    private const string Station = "430981001";
    private static readonly Actor Officer = new("officer", Role.Officer, Station);
    private static readonly Jurisdiction County = Jurisdiction.Parse("430981");
    private static readonly LocalDate Today = new(2026, 3, 2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Own_visits_count_when_they_were_held_with_who_came_beside_those_of_registers_and_a_lawyers_does_not()
    {
        await using StoreHost host = await StoreHost.StartAsync(await StoreHost.NewDatabaseAsync("own-visits"));
        await VisitAsync(host.Journal, 1, VisitKind.Family, came: 2, held: true);
        await VisitAsync(host.Journal, 2, VisitKind.Family, came: 3, held: true);
        await VisitAsync(host.Journal, 3, VisitKind.Family, came: 1, held: false); // admitted, but it never began
        await VisitAsync(host.Journal, 4, VisitKind.Lawyer, came: 1, held: true);
        await HeldElsewhereAsync(host.Journal, "1", Today.PlusDays(-1));
        await HeldElsewhereAsync(host.Journal, "2", Today);
        await HeldElsewhereAsync(host.Journal, "3", Today.PlusDays(1));
        await host.Get<Freshness>().WaitForProjectionsAsync(Cancellation);
        WorkReportReader reader = host.Get<WorkReportReader>();

        WorkReport day = await reader.ReadAsync(County, Today, Today, Cancellation);
        WorkReport threeDays = await reader.ReadAsync(County, Today.PlusDays(-1), Today.PlusDays(1), Cancellation);
        WorkReport elsewhere = await reader.ReadAsync(Jurisdiction.Parse("430982"), Today, Today, Cancellation);

        Assert.Equal((3, 2 + 3 + 4), (day[WorkMeasure.VisitsHeld], day[WorkMeasure.VisitorsMet]));
        Assert.Equal((5, 2 + 3 + (3 * 4)), (threeDays[WorkMeasure.VisitsHeld], threeDays[WorkMeasure.VisitorsMet]));
        Assert.Equal(0, elsewhere[WorkMeasure.VisitsHeld]);
        Page<CountedStep> met = await reader.FindAsync(WorkMeasure.VisitorsMet, County, Today, Today, null, 10, Cancellation);
        Assert.Equal(["remote_visit_held", "visitors_admitted", "visitors_admitted"], met.Items.Select(step => step.Event.Type));
        Assert.Equal(9, met.Items.Sum(step => step.Amount));
    }

    [Theory]
    [InlineData(1_159, 1_181, "98.1")]
    [InlineData(265, 387, "68.5")]
    [InlineData(26, 26, "100.0")]
    [InlineData(1, 2_000, "0.1")] // 0.05 is rounded away from zero
    [InlineData(999, 2_000, "50.0")]
    [InlineData(3, 2, "150.0")]
    [InlineData(0, 0, null)]
    public void A_share_has_one_decimal_rounded_half_away_from_zero(long part, long whole, string? expected)
    {
        WorkShare share = WorkShare.All[0];
        var report = new WorkReport(County, Today, Today, ImmutableDictionary<WorkMeasure, long>.Empty.Add(share.Part, part).Add(share.Whole, whole));
        Assert.Equal(expected, report.Percent(share)?.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture));
    }

    private static Task VisitAsync(Journal journal, int number, VisitKind kind, int came, bool held)
    {
        var id = new VisitId(Guid.CreateVersion7());
        Instant from = ChinaTime.StartOf(Today) + Duration.FromHours(9 + number);
        ImmutableArray<RelativeId> relatives = [.. Enumerable.Range(0, came).Select(_ => new RelativeId(Guid.CreateVersion7()))];
        Assert.True(SlotId.TryParse($"4301P1.2026-03-02.am.{9 + number:00}00", out SlotId slot));
        var applied = new VisitApplied(
            id, kind, "4301P1", "1001", Station, "family", [.. relatives.Select(relative => new Visitor(relative, Relationship.Parent, "family", Minor: false))], VisitChannel.Station,
            slot, from, from + Duration.FromMinutes(30), null, new VisitTerms(1_800, 15, 10, 24, 10, 1));
        ImmutableArray<IDomainEvent> events = [applied, new VisitorsAdmitted(relatives, IdentityCheck.Papers), .. held ? [new VisitStarted()] : ImmutableArray<IDomainEvent>.Empty];
        return CommitAsync(journal, StreamKeys.Visit(id), from, events);
    }

    private static Task HeldElsewhereAsync(Journal journal, string number, LocalDate on) => CommitAsync(
        journal, StreamKeys.WorkRecord(new WorkRegister(County, WorkKind.RemoteVisit, 2026), number), ChinaTime.StartOf(on),
        [new RemoteVisitHeld(number, Jurisdiction.Parse(Station), 4, on, "台账")]);

    private static async Task CommitAsync(Journal journal, string key, Instant at, ImmutableArray<IDomainEvent> events) => Assert.IsType<CommitResult.Committed>(await journal.CommitAsync(
        new JournalEntry { Streams = [new StreamAppend(key, 0, [.. events.Select(happened => new NewEvent(happened, at, Officer, []))])] }, Cancellation));
}
