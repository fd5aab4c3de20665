using System.Collections.Immutable;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Subjects;

/// <summary>
/// When a zone holds, by local time (Asia/Shanghai). Where <paramref name="From"/> is not before
/// <paramref name="To"/> the window runs over midnight and belongs to the day on which it begins.
/// </summary>
/// <param name="Except">Dates on which no window begins, though it is their day: public holidays.</param>
/// <param name="Also">Dates on which a window begins, though it is not their day: working days made up for a holiday (调休).</param>
public sealed record ZoneSchedule(
    ImmutableArray<IsoDayOfWeek> Days, LocalTime From, LocalTime To, ImmutableArray<LocalDate>? Except = null, ImmutableArray<LocalDate>? Also = null)
{
    /// <summary>Days searched for the next edge: more than a usual holiday and a week after it.</summary>
    private const int Horizon = 21;

    /// <summary>Days after an exception in which a week without exceptions shows its edge, if no other exception follows.</summary>
    private const int WeekAndDay = 8;

    public bool Holds(LocalDateTime local)
    {
        if (From < To)
        {
            return Begins(local.Date) && From <= local.TimeOfDay && local.TimeOfDay < To;
        }

        return (From <= local.TimeOfDay && Begins(local.Date)) || (local.TimeOfDay < To && Begins(local.Date.PlusDays(-1)));
    }

    /// <summary>The first instant after the given one at which the schedule begins or ceases to hold; null: none in sight.</summary>
    public Instant? NextEdge(Instant after)
    {
        LocalDateTime local = ChinaTime.LocalOf(after);
        bool held = Holds(local);
        foreach (LocalDate date in Searched(local.Date))
        {
            (LocalTime earlier, LocalTime later) = From < To ? (From, To) : (To, From);
            foreach (LocalDateTime edge in (ReadOnlySpan<LocalDateTime>)[date.At(earlier), date.At(later)])
            {
                if (edge > local && Holds(edge) != held)
                {
                    return edge.InZoneLeniently(ChinaTime.Zone).ToInstant();
                }
            }
        }

        return null;
    }

    /// <summary>In order. Beyond the horizon the weeks are alike except about the exceptions.</summary>
    private IEnumerable<LocalDate> Searched(LocalDate today)
    {
        LocalDate near = today.PlusDays(Horizon);
        IEnumerable<LocalDate> exceptions = (Except ?? []).Concat(Also ?? []).Where(date => today <= date && date < LocalDate.MaxIsoValue.PlusDays(-WeekAndDay));
        return Enumerable.Range(-1, Horizon + 2).Select(today.PlusDays)
            .Concat(exceptions.SelectMany(date => Enumerable.Range(0, WeekAndDay + 1).Select(date.PlusDays)).Where(date => date > near).Distinct().Order());
    }

    private bool Begins(LocalDate date) =>
        Days.Contains(date.DayOfWeek) ? Except is not { } except || !except.Contains(date) : Also is { } also && also.Contains(date);
}
