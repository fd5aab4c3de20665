using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Access;

// Looking that a human should look at: proposals, never findings. Only looks at single persons count; a list shows many in
// the way of daily work.

[JsonConverter(typeof(JsonStringEnumConverter<LookingRule>))]
public enum LookingRule
{
    /// <summary>Very many persons, one after the other, within an hour.</summary>
    [JsonStringEnumMemberName("manyPersons")] ManyPersons,

    /// <summary>Several persons outside office hours.</summary>
    [JsonStringEnumMemberName("outOfHours")] OutOfHours,

    /// <summary>Someone whom the account's holder declared to be a relative (<see cref="Accounts.RelationDeclared"/>).</summary>
    [JsonStringEnumMemberName("ownRelative")] OwnRelative,
}

[JsonConverter(typeof(JsonStringEnumConverter<LookingVerdict>))]
public enum LookingVerdict
{
    /// <summary>To be followed up.</summary>
    [JsonStringEnumMemberName("confirmed")] Confirmed,

    /// <summary>Explained.</summary>
    [JsonStringEnumMemberName("dismissed")] Dismissed,
}

/// <summary>A human judged what stood out of an account's looks on one local date; the last word holds. A fact of that day's stream.</summary>
/// <param name="Account">Who looked.</param>
public sealed record UnusualLookingJudged(LookingRule Rule, string Account, LocalDate Date, LookingVerdict Verdict) : IAccessEvent;

/// <summary>What is usual, from a day on. House rules, not of any law: an office that works otherwise sets others.</summary>
/// <param name="PersonsPerHour">More distinct persons than this within an hour are many.</param>
/// <param name="Opens">Local time of China at which office hours begin on working days, Monday to Friday.</param>
/// <param name="PersonsOutOfHours">More distinct persons than this between two working days' hours are several.</param>
public sealed record LookingLimits(LocalDate ValidFrom, int PersonsPerHour, LocalTime Opens, LocalTime Closes, int PersonsOutOfHours)
{
    public static ImmutableArray<LookingLimits> All { get; } = [new(new LocalDate(2026, 1, 1), 40, new LocalTime(7, 30), new LocalTime(19, 0), 5)];

    /// <summary>Those in force then; before the first ones, the first.</summary>
    public static LookingLimits On(LocalDate date) => All.LastOrDefault(limits => limits.ValidFrom <= date) ?? All[0];

    public bool IsOfficeHour(Instant at) => ChinaTime.LocalOf(at) is var local
        && local.DayOfWeek is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday) && Opens <= local.TimeOfDay && local.TimeOfDay < Closes;
}

/// <summary>A look as the rules see it.</summary>
/// <param name="Persons">Ids of subjects and keys of persons.</param>
public sealed record LookTaken(string Account, Instant At, ImmutableArray<string> Persons);

/// <summary>Something for a human to look at.</summary>
/// <param name="Persons">How many distinct ones.</param>
/// <param name="Limit">How many would have been usual.</param>
public sealed record UnusualLooking(LookingRule Rule, string Account, Instant From, Instant To, int Persons, int Limit)
{
    /// <summary>The local date of China on which it began.</summary>
    public LocalDate Date => ChinaTime.DateOf(From);

    /// <summary>A look that shows more persons than these is a list.</summary>
    private const int SinglePersons = 3;

    private static readonly Duration Hour = Duration.FromHours(1);

    /// <summary>What stands out, in the order of its beginning.</summary>
    /// <param name="relatives">By account, the persons whom its holder declared to be relatives.</param>
    public static ImmutableArray<UnusualLooking> Among(IEnumerable<LookTaken> looks, ILookup<string, string> relatives) =>
    [
        .. looks.Where(look => look.Persons.Length is > 0 and <= SinglePersons).GroupBy(look => look.Account)
            .SelectMany(account => account.OrderBy(look => look.At).ToArray() is var ordered ? [.. Many(ordered), .. Late(ordered), .. Own(ordered, [.. relatives[account.Key]])] : Array.Empty<UnusualLooking>())
            .OrderBy(found => found.From).ThenBy(found => found.Account, StringComparer.Ordinal),
    ];

    /// <summary>Hours that overlap are one proposal.</summary>
    private static IEnumerable<UnusualLooking> Many(LookTaken[] looks)
    {
        UnusualLooking? open = null;
        for (int first = 0, last = 0; last < looks.Length; last++)
        {
            while (looks[last].At - looks[first].At > Hour)
            {
                first++;
            }

            int limit = LookingLimits.On(ChinaTime.DateOf(looks[last].At)).PersonsPerHour;
            if (looks[first..(last + 1)].SelectMany(look => look.Persons).Distinct().Count() is var persons && persons <= limit)
            {
                continue;
            }

            if (open is not null && looks[first].At > open.To)
            {
                yield return open;
                open = null;
            }

            open = new(LookingRule.ManyPersons, looks[last].Account, open?.From ?? looks[first].At, looks[last].At, Math.Max(persons, open?.Persons ?? 0), limit);
        }

        if (open is not null)
        {
            yield return open;
        }
    }

    /// <summary>A day is one proposal; none would have been usual.</summary>
    private static IEnumerable<UnusualLooking> Own(LookTaken[] looks, HashSet<string> relatives) =>
        from look in looks
        from person in look.Persons
        where relatives.Contains(person)
        group (look, person) by ChinaTime.DateOf(look.At) into day
        select new UnusualLooking(LookingRule.OwnRelative, day.First().look.Account, day.First().look.At, day.Last().look.At, day.Select(seen => seen.person).Distinct().Count(), 0);

    /// <summary>A night or a weekend, from one office hour to the next, is one proposal.</summary>
    private static IEnumerable<UnusualLooking> Late(LookTaken[] looks)
    {
        List<LookTaken> night = [];
        foreach (LookTaken look in looks)
        {
            bool late = !LookingLimits.On(ChinaTime.DateOf(look.At)).IsOfficeHour(look.At);
            if (night.Count > 0 && (!late || look.At - night[^1].At > Duration.FromHours(12)))
            {
                if (Night(night) is { } found)
                {
                    yield return found;
                }

                night.Clear();
            }

            if (late)
            {
                night.Add(look);
            }
        }

        if (night.Count > 0 && Night(night) is { } last)
        {
            yield return last;
        }
    }

    private static UnusualLooking? Night(List<LookTaken> looks)
    {
        int persons = looks.SelectMany(look => look.Persons).Distinct().Count();
        int limit = LookingLimits.On(ChinaTime.DateOf(looks[0].At)).PersonsOutOfHours;
        return persons > limit ? new(LookingRule.OutOfHours, looks[0].Account, looks[0].At, looks[^1].At, persons, limit) : null;
    }
}
