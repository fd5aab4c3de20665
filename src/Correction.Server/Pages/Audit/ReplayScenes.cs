using System.Collections.Immutable;
using System.Globalization;
using System.Security.Claims;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.Visits;
using Correction.Grains.Boards;
using Correction.Projections;
using Correction.Server.Accounts;
using Correction.Server.Api;
using Correction.Server.Api.Visits;
using Correction.Server.Pages.Resources;
using Correction.Server.Pages.Visits;
using Correction.Store.Reading;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace Correction.Server.Pages.Audit;

/// <summary>What an auditor plays.</summary>
/// <param name="Title">Whose or what.</param>
/// <param name="Columns">Heads of the cells.</param>
/// <param name="Seen">Ids of the subjects and keys of the persons that it shows: whose looks belong to it.</param>
internal sealed record ReplayScene(string Title, string? Href, ImmutableArray<string> Columns, ReplayFilm Film, ImmutableHashSet<string> Seen);

/// <summary>Reads a scene: a subject, a visit or a board, each look on record before it is shown.</summary>
internal sealed class ReplayScenes(
    SubjectDirectory subjects, VisitDirectory visits, BoardHistory boards, EventReader events, AlertIndex alerts, PastPositions positions, IStringLocalizer<Texts> texts)
{
    /// <param name="of"><c>subject/{id}</c>, <c>visit/{id}</c> or <c>board/{code}</c>.</param>
    /// <returns>Null where there is no such thing for this reader.</returns>
    public async Task<ReplayScene?> ReadAsync(ClaimsPrincipal reader, string of, Instant from, Instant to, CancellationToken cancellation) => of.Split('/') switch
    {
        ["subject", var id] when SubjectId.TryParse(id, out SubjectId subject) && await subjects.IsWithinAsync(reader, subject, cancellation) => await SubjectAsync(reader, subject, from, to, cancellation),
        ["visit", var id] when VisitId.TryParse(id, out VisitId visit) => await VisitAsync(reader, visit, from, to, cancellation),
        ["board", var code] when Jurisdiction.TryParse(code, out Jurisdiction board) && board.IsCountyOrBelow && reader.Covers(board) => await BoardAsync(reader, board, from, to, cancellation),
        _ => null,
    };

    private async Task<ReplayScene?> SubjectAsync(ClaimsPrincipal reader, SubjectId id, Instant from, Instant to, CancellationToken cancellation)
    {
        (SubjectView? view, ImmutableArray<Fix> fixes) = await subjects.ReadPageAsync(reader, id, from, to, "replay", cancellation);
        if (view is null)
        {
            return null;
        }

        var strip = new FilmStrip(
            await StreamsAsync([id], cancellation), [.. await BeforeAsync([id], from, cancellation), .. fixes.Where(fix => fix.Use == FixUse.Usable)], Subject);
        return new(view.Person is { } person ? Person.From(person).Name : Person.Erased.Name, $"/subjects/{id}", [texts["Film.State"]], new(from, to, [strip]), [id.ToString()]);
    }

    private async Task<ReplayScene?> VisitAsync(ClaimsPrincipal reader, VisitId id, Instant from, Instant to, CancellationToken cancellation)
    {
        ImmutableArray<RecordedEvent> stream = await events.ReadStreamAsync(StreamKeys.Visit(id), cancellation);
        if (Fold(stream) is not { } known || !reader.IsPartyTo(known) || await visits.ReadAsync(reader, id, ViewTime.Now, "page", null, cancellation) is not var (visit, _, people))
        {
            return null;
        }

        var strip = new FilmStrip(stream, [], (shown, _) => Visit(shown));
        string prisoner = StreamKeys.Prisoner(visit.Prisoner);
        return new(
            texts["Film.VisitOf", people.NameOf(prisoner), Times.ToMinute(visit.From)], null, [texts["Film.State"]], new(from, to, [strip]),
            [prisoner, .. visit.Visitors.Select(visitor => StreamKeys.Relative(visitor.RelativeId))]);
    }

    private async Task<ReplayScene?> BoardAsync(ClaimsPrincipal reader, Jurisdiction board, Instant from, Instant to, CancellationToken cancellation)
    {
        BoardSnapshot whole = await boards.ReadAsync(reader, board, ViewTime.Now, "page", null, cancellation);
        SubjectId[] ids = [.. whole.Subjects.Select(subject => SubjectId.TryParse(subject.Id, out SubjectId id) ? id : default)];
        Dictionary<string, string> names = whole.Subjects.ToDictionary(subject => subject.Id, subject => subject.Name);
        ILookup<string, RecordedEvent> streams = (await StreamsAsync(ids, cancellation)).ToLookup(happened => happened.StreamKey);
        ILookup<string, RecordedEvent> alertsOf = streams.Where(stream => stream.First().Data is AlertRaised)
            .SelectMany(stream => stream.Select(happened => (Subject: ((AlertRaised)stream.First().Data).SubjectId.ToString(), happened))).ToLookup(found => found.Subject, found => found.happened);
        ImmutableDictionary<SubjectId, Fix> before = await positions.FindAsync(ids, new ViewTime(from, null), cancellation);
        ImmutableDictionary<SubjectId, Fix> last = await positions.FindAsync(ids, new ViewTime(to, null), cancellation);
        ImmutableArray<FilmStrip> strips =
        [
            .. ids.Select(id => new FilmStrip(
                [.. streams[StreamKeys.Subject(id)], .. alertsOf[id.ToString()]],
                [.. new[] { before.GetValueOrDefault(id), last.GetValueOrDefault(id) }.OfType<Fix>().Distinct()],
                (shown, fix) => BoardRow(names[id.ToString()], shown, fix))),
        ];
        return new(texts["Film.BoardOf", board.Code], null, [texts["Film.status"], texts["Film.openAlerts"], texts["Film.position"]], new(from, to, strips), [.. ids.Select(id => id.ToString())]);
    }

    private async Task<IEnumerable<Fix>> BeforeAsync(IReadOnlyCollection<SubjectId> ids, Instant from, CancellationToken cancellation) =>
        (await positions.FindAsync(ids, new ViewTime(from, null), cancellation)).Values;

    /// <summary>Of these subjects and of their alerts, streams in one piece each.</summary>
    private async Task<ImmutableArray<RecordedEvent>> StreamsAsync(IReadOnlyCollection<SubjectId> ids, CancellationToken cancellation)
    {
        List<string> keys = [.. ids.Select(StreamKeys.Subject)];
        foreach (SubjectId id in ids)
        {
            keys.AddRange(await alerts.StreamsOfAsync(id, cancellation));
        }

        return [.. (await events.ReadStreamsAsync(keys, cancellation)).Values.SelectMany(stream => stream)];
    }

    private IEnumerable<FilmRow> Subject(ImmutableArray<RecordedEvent> shown, Fix? last)
    {
        if (Registered(shown) is not { } subject)
        {
            return [];
        }

        return
        [
            Row("status", texts.Of("Status", BoardWords.Status(subject, last))),
            Row("position", Position(last)),
            Row("openAlerts", List(Open(shown).Select(alert => texts.Of("AlertKind", alert.Alert.Kind)))),
            Row("zones", List(subject.KnownZones.Select(zone => zone.Breached ? $"{zone.Name} · {texts["Zone.Breached"]}" : zone.Name))),
            Row("devices", List(subject.Devices.Values.Select(device => device.SilenceAlert is null ? device.DeviceId : $"{device.DeviceId} · {texts["Status.silent"]}"))),
            Row("orders", List(subject.Orders.Select(order => $"{texts.Of("Ground", order.Ground)} · {Times.Date(order.From)} – {Times.Date(order.To)}"))),
            Row("leaves", List(subject.Leaves.Select(leave => $"{texts.Of("LeaveReason", leave.Reason)} · {texts.Of("LeaveState", leave.State)}"))),
        ];
    }

    private IEnumerable<FilmRow> Visit(ImmutableArray<RecordedEvent> shown)
    {
        if (Fold(shown) is not { } visit)
        {
            return [];
        }

        return
        [
            Row("stage", texts.Of("VisitStage", visit.Stage)),
            Row("slot", $"{Times.ToMinute(visit.From)} – {Times.ToClock(visit.To)}"),
            Row("room", visit.Room ?? texts["None"]),
            Row("attended", visit.Attended.Length.ToString(CultureInfo.InvariantCulture)),
            Row("startedAt", visit.StartedAt is { } started ? Times.ToSecond(started) : texts["None"]),
            Row("endedAt", visit.EndedAt is { } ended ? Times.ToSecond(ended) : texts["None"]),
            Row("recording", visit.Recording is { } recording ? recording.Manifest[..12] : texts["None"]),
        ];
    }

    private IEnumerable<FilmRow> BoardRow(string name, ImmutableArray<RecordedEvent> shown, Fix? last) => Registered(shown) is { } subject
        ? [new(subject.Id.ToString(), name, $"/subjects/{subject.Id}", [texts.Of("Status", BoardWords.Status(subject, last)), Open(shown).Count().ToString(CultureInfo.InvariantCulture), Position(last)])]
        : [];

    private static Visit? Fold(ImmutableArray<RecordedEvent> shown) =>
        shown.Aggregate(VisitState.Initial, (state, next) => VisitDecider.Evolve(state, (IVisitEvent)next.Data, next.OccurredAt)) as Visit;

    private static Registered? Registered(ImmutableArray<RecordedEvent> shown) => shown.Where(happened => happened.Data is ISubjectEvent)
        .Aggregate(SubjectState.Initial, (state, next) => SubjectDecider.Evolve(state, (ISubjectEvent)next.Data, next.OccurredAt)) as Registered;

    private static IEnumerable<Raised> Open(ImmutableArray<RecordedEvent> shown) => shown.Where(happened => happened.Data is IAlertEvent).GroupBy(happened => happened.StreamKey)
        .Select(stream => stream.Aggregate(AlertState.Initial, (state, next) => AlertDecider.Evolve(state, (IAlertEvent)next.Data, next.OccurredAt)))
        .OfType<Raised>().Where(alert => alert.Handling != AlertHandling.Resolved);

    private FilmRow Row(string field, string value) => new(field, texts.Of("Film", field), null, [value]);

    private string List(IEnumerable<string> items) => string.Join(texts["Comma"], items) is { Length: > 0 } list ? list : texts["None"];

    private string Position(Fix? fix) => fix is null
        ? texts["None"]
        : string.Create(CultureInfo.InvariantCulture, $"{Times.ToSecond(fix.OccurredAt)} · {fix.Position.Longitude:F5}, {fix.Position.Latitude:F5}");
}
