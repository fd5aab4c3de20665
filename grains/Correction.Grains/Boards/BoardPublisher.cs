using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.Visits;
using Correction.Projections;
using Correction.Store.Reading;
using NodaTime;
using NodaTime.Text;

namespace Correction.Grains.Boards;

/// <summary>Tells the station's board what became of a subject or an alert, after it is durable.</summary>
public sealed class BoardPublisher(IGrainFactory grains, PersonalStore personal, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, BoardOutbox> _boards = new();

    public async Task PublishAsync(Registered subject, Fix? last)
    {
        string name = PersonName.In(await personal.ReadAsync([subject.Person.Id]), subject.Person.Id);
        Board(subject.Jurisdiction.Code).Add(BoardWords.Of(subject, name, last));
    }

    public void PublishMove(Registered subject, Fix? last)
    {
        if (last is not null)
        {
            Board(subject.Jurisdiction.Code).Add(new BoardMove(subject.Id.ToString(), BoardWords.Of(last), last.Battery));
        }
    }

    public void Publish(Raised alert) => Board(alert.Alert.Jurisdiction).Add(BoardWords.Of(alert, null, string.Empty));

    /// <summary>What became of a visit of today, or of one that was; other days' are no news on a board.</summary>
    public void Publish(Visit visit, LocalDate today)
    {
        if (visit.Slot.Date == today || visit.Left.Any(left => left.Date == today))
        {
            Board(visit.Jurisdiction.Code).Add(BoardWords.Of(visit, today));
        }
    }

    public void Dispose()
    {
        foreach (BoardOutbox outbox in _boards.Values)
        {
            outbox.Dispose();
        }
    }

    private BoardOutbox Board(string jurisdiction) =>
        _boards.GetOrAdd(jurisdiction, code => new BoardOutbox(grains.GetGrain<IBoardGrain>(code), time));
}

/// <summary>The domain in a board's words.</summary>
public static class BoardWords
{
    public static BoardSubject Of(Registered subject, string name, Fix? last) => new(
        subject.Id.ToString(), name, Status(subject, last), last is null ? null : Of(last), last?.Battery, 0, subject.Jurisdiction.Code);

    public static BoardPosition Of(Fix fix) =>
        new(fix.Position.Longitude, fix.Position.Latitude, fix.Accuracy, InstantPattern.ExtendedIso.Format(fix.OccurredAt));

    /// <param name="day">Whose board it is for.</param>
    public static BoardVisit Of(Visit visit, LocalDate day) => new(
        visit.Id.ToString(),
        visit.Jurisdiction.Code,
        visit.Prisoner.Prison.Code,
        LocalDatePattern.Iso.Format(day),
        InstantPattern.ExtendedIso.Format(visit.From),
        InstantPattern.ExtendedIso.Format(visit.To),
        InstantPattern.ExtendedIso.Format(visit.OpensAt),
        visit.Slot.Date == day ? WireNames<VisitStage>.Of(visit.Stage) : BoardVisit.Rescheduled,
        WireNames<VisitChannel>.Of(visit.Channel),
        visit.Attended.IsEmpty ? visit.Visitors.Length : visit.Attended.Length,
        !visit.Flags.IsEmpty);

    /// <param name="raisedAt">Null: as its id says (UUIDv7 holds the time).</param>
    public static BoardAlert Of(Raised alert, Instant? raisedAt, string subjectName) => new(
        alert.Alert.AlertId.ToString(),
        alert.Alert.SubjectId.ToString(),
        subjectName,
        CamelCase(alert.Alert.Kind),
        CamelCase(alert.Alert.Severity),
        InstantPattern.ExtendedIso.Format(raisedAt ?? Time(alert.Alert.AlertId.Value)),
        InstantPattern.ExtendedIso.Format(alert.DueAt),
        CamelCase(alert.Handling),
        CamelCase(alert.Condition),
        CamelCase(alert.Level),
        alert.Assignee);

    /// <summary>A whole board of persons, which has no number yet.</summary>
    /// <param name="alerts">Those that nobody has resolved.</param>
    /// <param name="last">Of each subject the last usable fix.</param>
    public static BoardSnapshot Of(
        IReadOnlyList<SubjectDossier> dossiers, IReadOnlyList<AlertEntry> alerts, ImmutableDictionary<Guid, JsonElement> persons, ImmutableDictionary<SubjectId, Fix> last)
    {
        ILookup<string, AlertEntry> bySubject = alerts.ToLookup(alert => alert.SubjectId);
        ImmutableArray<BoardSubject> subjects =
        [
            .. dossiers.Select(dossier => Of(dossier.Subject, PersonName.In(persons, dossier.PersonId), last.GetValueOrDefault(dossier.Subject.Id))
                with { OpenAlerts = bySubject[dossier.SubjectId].Count() }),
        ];
        Dictionary<string, string> names = subjects.ToDictionary(subject => subject.Id, subject => subject.Name);
        return new BoardSnapshot(
            0,
            subjects,
            [.. alerts.Select(alert => Of(alert.Alert, Instant.FromDateTimeOffset(alert.RaisedAt), names.GetValueOrDefault(alert.SubjectId, string.Empty)))],
            [],
            []);
    }

    public static string CamelCase<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>See <see cref="BoardSubject"/>.</summary>
    public static string Status(Registered subject, Fix? last) =>
        subject.KnownZones.Any(zone => zone.Breached) ? "breach"
        : subject.Devices.Values.Any(device => (device.SilenceAlert ?? device.PositionAlert) is not null) ? "silent"
        : last is null ? "unheard"
        : subject.KnownZones.Any(zone => zone.Approached) ? "amber"
        : "reporting";

    /// <summary>The first 48 bits of a UUIDv7 are Unix milliseconds (RFC 9562 §5.7).</summary>
    private static Instant Time(Guid version7)
    {
        Span<byte> bytes = stackalloc byte[16];
        version7.TryWriteBytes(bytes, bigEndian: true, out _);
        return Instant.FromUnixTimeMilliseconds((long)(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16));
    }
}
