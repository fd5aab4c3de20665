using Correction.Domain.Subjects;
using NodaTime;
using static Correction.Domain.Tests.Cases;

namespace Correction.Domain.Tests.Subjects;

/// <summary>Art. 22 (reception), Art. 9 (delegation), Art. 58 (minors).</summary>
public sealed class RegistrationTests
{
    private static readonly RegisterSubject Register = new(
        Someone, Reference, new LocalDate(1990, 1, 1), CorrectionCategory.Probation, Jurisdiction.Parse("430981001"), Judged, Term);

    [Fact]
    public void Given_nobody_When_registered_Then_the_subject_is_received() => Subject.When(Register).ThenOn(["22"], Received);

    [Fact]
    public void Given_a_subject_When_registered_again_Then_it_is_refused() =>
        Subject.Given(Received).When(Register).ThenRefused(RefusalKind.State, "alreadyRegistered", "22");

    [Theory]
    [InlineData("43")]
    [InlineData("4309")]
    [InlineData("430981")]
    public void Given_nobody_When_registered_with_more_than_a_station_Then_it_is_refused(string jurisdiction) =>
        Subject.When(Register with { Jurisdiction = Jurisdiction.Parse(jurisdiction) }).ThenRefused(RefusalKind.Rule, "stationRequired", "9");

    [Theory]
    [InlineData("2008-01-04", false)] // eighteen since yesterday
    [InlineData("2008-01-05", false)] // eighteen today: grown up
    [InlineData("2008-01-06", true)] // eighteen tomorrow: a minor to the end of the term
    [InlineData("2008-02-29", true)]
    public void Given_nobody_When_registered_Then_who_is_under_eighteen_as_correction_begins_stays_under_the_rules_for_minors(string birth, bool minor)
    {
        LocalDate birthDate = NodaTime.Text.LocalDatePattern.Iso.Parse(birth).Value;
        Subject.When(Register with { BirthDate = birthDate }).ThenOn(minor ? ["22", "58"] : ["22"], Received with { MinorAtStart = minor });
    }

    [Fact]
    public void Given_one_born_on_a_leap_day_When_correction_begins_in_a_common_year_Then_the_28th_makes_a_grown_up() =>
        Subject.When(Register with { BirthDate = new(2008, 2, 29), Term = new(new(2026, 2, 28), new(2027, 2, 27)) })
            .ThenOn(["22"], Received with { Term = new(new(2026, 2, 28), new(2027, 2, 27)) });

    [Fact]
    public void Given_nobody_When_registered_for_a_single_day_Then_it_is_accepted() =>
        Subject.When(Register with { Term = new(Term.From, Term.From) }).Then(Received with { Term = new(Term.From, Term.From) });

    [Fact]
    public void Given_nobody_When_the_term_ends_before_it_begins_Then_it_is_refused() =>
        Subject.When(Register with { Term = new(Term.From, Term.From.PlusDays(-1)) }).ThenRefused(RefusalKind.Rule, "termReversed", "22");

    [Fact]
    public void Given_nobody_When_anything_else_is_asked_Then_no_such_subject_is_known() =>
        Subject.When(new UnbindDevice("d")).ThenRefused(RefusalKind.Unknown, "subjectUnknown");
}
