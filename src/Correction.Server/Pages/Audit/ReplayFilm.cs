using System.Collections.Immutable;
using Correction.Domain.Location;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Server.Pages.Audit;

/// <summary>A line of what is shown at a moment.</summary>
/// <param name="Key">The same line at other moments has the same key.</param>
/// <param name="Cells">Words of the page's language.</param>
internal sealed record FilmRow(string Key, string Label, string? Href, ImmutableArray<string> Cells);

/// <summary>One thing that is played: its events and fixes, and how they look at a moment.</summary>
/// <param name="Fixes">Usable ones, in order of device time.</param>
internal sealed record FilmStrip(ImmutableArray<RecordedEvent> Events, ImmutableArray<Fix> Fixes, Func<ImmutableArray<RecordedEvent>, Fix?, IEnumerable<FilmRow>> Shoot)
{
    public IEnumerable<FilmRow> At(ViewTime when) =>
        Shoot([.. Events.Where(when.Shows)], Fixes.LastOrDefault(fix => when.Shows(fix.OccurredAt, fix.ReceivedAt)));
}

/// <summary>What is shown from a moment on.</summary>
internal sealed record FilmFrame(Instant At, ImmutableArray<FilmRow> Rows);

/// <summary>A period of a subject, a visit or a board, to be played again on both clocks.</summary>
internal sealed record ReplayFilm(Instant From, Instant To, ImmutableArray<FilmStrip> Strips)
{
    /// <summary>More moments would make a page of many megabytes; of more, those in between are left out evenly.</summary>
    private const int MostFrames = 240;

    /// <summary>What a form without script asks for.</summary>
    public ImmutableArray<FilmRow> At(ViewTime when) => [.. Strips.SelectMany(strip => strip.At(when))];

    /// <summary>The beginning and every moment at which something that the view knows happened.</summary>
    /// <param name="knownAt">Null: what is known today.</param>
    public ImmutableArray<FilmFrame> AsItWas(Instant? knownAt) =>
        Frames(happened => happened.OccurredAt, fix => fix.OccurredAt, moment => new ViewTime(moment, knownAt));

    /// <summary>The same with what was known at each moment itself.</summary>
    public ImmutableArray<FilmFrame> AsKnownThen() => Frames(
        happened => Instant.Max(happened.OccurredAt, happened.RecordedAt), fix => Instant.Max(fix.OccurredAt, fix.ReceivedAt), moment => new ViewTime(moment, moment));

    private ImmutableArray<FilmFrame> Frames(Func<RecordedEvent, Instant> happens, Func<Fix, Instant> arrives, Func<Instant, ViewTime> view)
    {
        Instant[] moments =
        [
            From,
            .. Strips.SelectMany(strip => strip.Events.Select(happens).Concat(strip.Fixes.Select(arrives))).Where(moment => From < moment && moment <= To).Distinct().Order(),
        ];
        int step = 1 + (moments.Length / MostFrames);
        return [.. moments.Where((_, place) => place % step == 0 || place == moments.Length - 1).Select(moment => new FilmFrame(moment, At(view(moment))))];
    }

    /// <summary>For the player: of each frame only the lines that changed; a line without cells is gone.</summary>
    public static IEnumerable<object> Write(ImmutableArray<FilmFrame> frames)
    {
        Dictionary<string, FilmRow> shown = [];
        foreach (FilmFrame frame in frames)
        {
            Dictionary<string, FilmRow> rows = frame.Rows.ToDictionary(row => row.Key);
            yield return new
            {
                at = frame.At.ToUnixTimeMilliseconds(),
                rows = rows.Values.Where(row => !shown.TryGetValue(row.Key, out FilmRow? before) || !before.Cells.SequenceEqual(row.Cells))
                    .Select(row => new { row.Key, row.Label, row.Href, row.Cells })
                    .Concat(shown.Values.Where(row => !rows.ContainsKey(row.Key)).Select(row => new { row.Key, row.Label, row.Href, Cells = ImmutableArray<string>.Empty })),
            };
            shown = rows;
        }
    }
}
