using Correction.Domain.CaseFiles;
using static Correction.Domain.Tests.Cases;

namespace Correction.Domain.Tests.CaseFiles;

/// <summary>What is put on record of a case file that leaves the house.</summary>
public sealed class CaseFileTests
{
    private static readonly IssueCaseFile Issue =
        new(StreamKeys.Subject(Someone), Jurisdiction.Parse("430981001"), "检察院调阅", [new ToldEvent(17, "a"), new ToldEvent(21, "b")]);

    private static readonly CaseFileIssued Issued = new(Issue.Of, Issue.Jurisdiction, Issue.Purpose, Issue.Events);

    [Fact]
    public void Given_a_file_that_is_made_When_it_is_issued_Then_whose_case_why_and_each_event_with_its_hash_are_on_record()
    {
        CaseFile.When(Issue).Then(Issued);
        Assert.Equal(21, Issued.UpTo);
    }

    [Fact]
    public void Given_a_file_that_was_issued_When_the_same_bytes_are_issued_again_Then_it_is_so_already() =>
        CaseFile.Given(Issued).When(Issue with { Purpose = null }).Then();

    [Fact]
    public void Given_nothing_to_tell_When_a_file_is_issued_Then_it_is_refused() =>
        CaseFile.When(Issue with { Events = [] }).ThenRefused(RefusalKind.Rule, "caseFileEmpty");
}
