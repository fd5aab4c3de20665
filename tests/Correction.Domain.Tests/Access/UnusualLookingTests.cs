using System.Collections.Immutable;
using Correction.Domain.Access;
using NodaTime;
using Xunit;

namespace Correction.Domain.Tests.Access;

/// <summary>What stands out among looks. Ten in the morning of 2 March 2026, a Monday, is <see cref="Cases.Now"/>.</summary>
public sealed class UnusualLookingTests
{
    private static readonly Instant Night = Cases.Now + Duration.FromHours(12);

    [Fact]
    public void Given_forty_persons_within_an_hour_Then_it_is_usual_and_one_more_is_a_proposal()
    {
        Assert.Empty(Among(Looks(Cases.Now, 40, Duration.FromMinutes(1))));
        UnusualLooking found = Assert.Single(Among(Looks(Cases.Now, 41, Duration.FromMinutes(1))));
        Assert.Equal((LookingRule.ManyPersons, "officer", Cases.Now, 41, 40), (found.Rule, found.Account, found.From, found.Persons, found.Limit));
    }

    [Fact]
    public void Given_the_same_person_again_and_again_or_many_in_a_list_or_slowly_Then_it_is_usual()
    {
        Assert.Empty(Among(Looks(Cases.Now, 100, Duration.FromSeconds(1)).Select(look => look with { Persons = ["one"] })));
        Assert.Empty(Among([new LookTaken("officer", Cases.Now, [.. Enumerable.Range(0, 50).Select(n => $"{n}")])]));
        Assert.Empty(Among(Looks(Cases.Now, 100, Duration.FromMinutes(2))));
    }

    [Fact]
    public void Given_two_busy_hours_with_a_pause_Then_they_are_two_proposals_and_without_one() =>
        Assert.Equal((2, 1), (
            Among([.. Looks(Cases.Now, 50, Duration.FromSeconds(10)), .. Looks(Cases.Now + Duration.FromHours(3), 50, Duration.FromSeconds(10))]).Length,
            Among(Looks(Cases.Now, 400, Duration.FromSeconds(20))).Length));

    [Fact]
    public void Given_looks_at_night_Then_a_few_are_usual_and_several_are_one_proposal_of_the_night()
    {
        Assert.Empty(Among(Looks(Night, 5, Duration.FromMinutes(10))));
        UnusualLooking found = Assert.Single(Among([.. Looks(Night, 6, Duration.FromMinutes(10)), .. Looks(Night + Duration.FromHours(20), 2, Duration.FromMinutes(1))]));
        Assert.Equal((LookingRule.OutOfHours, Night, 6, 5), (found.Rule, found.From, found.Persons, found.Limit));
    }

    [Fact]
    public void Given_looks_of_two_accounts_Then_they_are_counted_apart() => Assert.Empty(Among(
        [.. Looks(Cases.Now, 30, Duration.FromMinutes(1)), .. Looks(Cases.Now, 60, Duration.FromMinutes(1)).Skip(30).Select(look => look with { Account = "officer2" })]));

    [Fact]
    public void Given_a_declared_relative_Then_each_day_of_looking_at_that_one_is_a_proposal_of_that_account_alone()
    {
        ImmutableArray<UnusualLooking> found = UnusualLooking.Among(
            [
                .. Looks(Cases.Now, 3, Duration.FromHours(1)), .. Looks(Cases.Now + Duration.FromDays(1), 1, Duration.Zero),
                .. Looks(Cases.Now, 3, Duration.FromHours(1)).Select(look => look with { Account = "officer2" }),
            ],
            new[] { ("officer", "person 0"), ("officer", "person 2") }.ToLookup(declared => declared.Item1, declared => declared.Item2));
        Assert.Equal(
            [(LookingRule.OwnRelative, "officer", Cases.Now, 2, 0), (LookingRule.OwnRelative, "officer", Cases.Now + Duration.FromDays(1), 1, 0)],
            found.Select(one => (one.Rule, one.Account, one.From, one.Persons, one.Limit)));
    }

    private static ImmutableArray<UnusualLooking> Among(IEnumerable<LookTaken> looks) => UnusualLooking.Among(looks, Array.Empty<string>().ToLookup(none => none));

    private static IEnumerable<LookTaken> Looks(Instant from, int count, Duration apart) =>
        Enumerable.Range(0, count).Select(n => new LookTaken("officer", from + (n * apart), [$"person {n}"]));
}
