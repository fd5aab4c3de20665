using Correction.Domain.WorkRecords;
using NodaTime;

namespace Correction.Domain.Tests.WorkRecords;

public sealed class WorkRecordTests
{
    private static readonly Jurisdiction Station = Jurisdiction.Parse("430981001");
    private static readonly WorkRegister Mediations = new(Jurisdiction.Parse("430981"), WorkKind.Mediation, 2026);
    private static readonly WorkRegister Reconsiderations = Mediations with { Kind = WorkKind.Reconsideration };
    private static readonly LocalDate Accepted = new(2026, 1, 7);
    private static readonly LocalDate Concluded = new(2026, 2, 3);
    private static readonly MediationRecord Running = new("2026-0001", Station, DisputeKind.Neighbours, Accepted, null, null);
    private static readonly MediationRecord Settled = Running with { ConcludedOn = Concluded, Outcome = MediationOutcome.Agreed };
    private static readonly MediationAccepted WasAccepted = new("2026-0001", Station, DisputeKind.Neighbours, Accepted, "台账");
    private static readonly MediationConcluded WasSettled = new(MediationOutcome.Agreed, Concluded, "台账");

    [Fact]
    public void Given_nothing_When_a_row_is_taken_over_Then_each_of_its_dates_is_a_fact() =>
        Cases.Work.When(new RecordWork(Mediations, Settled, "台账"), by: Cases.Approver).Then(WasAccepted, WasSettled);

    [Fact]
    public void Given_a_record_When_its_row_comes_again_from_elsewhere_Then_nothing_changes() =>
        Cases.Work.Given(WasAccepted, WasSettled).When(new RecordWork(Mediations, Settled, "备份"), by: Cases.Approver).Then();

    [Fact]
    public void Given_a_running_case_When_its_row_tells_how_it_ended_Then_only_that_is_added() =>
        Cases.Work.Given(WasAccepted).When(new RecordWork(Mediations, Settled, "台账"), by: Cases.Approver).Then(WasSettled);

    [Fact]
    public void Given_a_settled_case_When_an_older_row_comes_Then_nothing_changes() =>
        Cases.Work.Given(WasAccepted, WasSettled).When(new RecordWork(Mediations, Running, "台账"), by: Cases.Approver).Then();

    [Fact]
    public void Given_a_settled_case_When_a_row_says_that_it_failed_Then_it_is_refused() => Cases.Work.Given(WasAccepted, WasSettled)
        .When(new RecordWork(Mediations, Settled with { Outcome = MediationOutcome.Failed }, "台账"), by: Cases.Approver)
        .ThenRefused(RefusalKind.State, "recordDiffers");

    [Fact]
    public void Given_an_accepted_reconsideration_When_a_row_says_that_it_was_not_accepted_Then_it_is_refused() => Cases.Work
        .Given(new ReconsiderationReceived("1", Station, Accepted, "台账"), new ReconsiderationAccepted(Concluded, "台账"))
        .When(new RecordWork(Reconsiderations, new ReconsiderationRecord("1", Station, Accepted, null, Concluded, null, null), "台账"), by: Cases.Approver)
        .ThenRefused(RefusalKind.State, "recordDiffers");

    [Fact]
    public void Given_an_officer_When_a_row_is_to_be_taken_over_Then_the_county_decides() =>
        Cases.Work.When(new RecordWork(Mediations, Settled, "台账")).ThenRefused(RefusalKind.Power, "countyRecords");

    /// <summary>Row, and the fields that are wrong with it.</summary>
    public static TheoryData<WorkRegister, WorkRecord, string[]> Rows => new()
    {
        { Mediations, Settled, [] },
        { Mediations, Settled with { Number = "沅调〔2026〕1号" }, [] },
        { Mediations, Settled with { Number = "a/b" }, ["number"] },
        { Mediations, Settled with { Number = new string('1', 61) }, ["number"] },
        { Mediations, Settled with { Jurisdiction = Jurisdiction.Parse("430982") }, ["jurisdiction"] },
        { Mediations, Settled with { ConcludedOn = Cases.Today }, [] },
        { Mediations, Settled with { ConcludedOn = Cases.Today.PlusDays(1) }, ["concludedOn"] },
        { Mediations, Settled with { ConcludedOn = Accepted.PlusDays(-1) }, ["concludedOn"] },
        { Mediations, Settled with { Outcome = null }, ["outcome"] },
        { Mediations, Running with { AcceptedOn = new LocalDate(2025, 12, 31) }, ["acceptedOn"] },
        { Reconsiderations, Running, ["acceptedOn"] },
        { Reconsiderations, new ReconsiderationRecord("1", Station, Accepted, Accepted, Accepted, null, null), ["notAcceptedOn"] },
        { Reconsiderations, new ReconsiderationRecord("1", Station, Accepted, null, null, Concluded, ReconsiderationOutcome.Upheld), ["concludedOn"] },
        { Mediations with { Kind = WorkKind.RemoteVisit }, new RemoteVisitRecord("1", Station, 0, Accepted), ["visitors"] },
        { Mediations with { Kind = WorkKind.RemoteVisit }, new RemoteVisitRecord("1", Station, 20, Accepted), [] },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_row_is_judged_field_by_field(WorkRegister register, WorkRecord row, string[] wrong) =>
        Assert.Equal(wrong, register.Flaws(row, Cases.Today).Select(flaw => flaw.Field));

    [Theory]
    [InlineData("430981/mediation/2023", true)]
    [InlineData("430981001/mediation/2023", false)]
    [InlineData("430981/notary/2023", false)]
    [InlineData("430981/mediation/23", false)]
    public void A_register_is_a_county_a_kind_and_a_year(string text, bool valid)
    {
        Assert.Equal(valid, WorkRegister.TryParse(text, out WorkRegister register));
        Assert.Equal(valid ? text : null, register?.ToString());
    }
}
