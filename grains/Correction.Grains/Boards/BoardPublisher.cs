using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Store.Reading;
using NodaTime;
using NodaTime.Text;

namespace Correction.Grains.Boards;

/// <summary>Tells the station's board what became of a subject or an alert, after it is durable.</summary>
public sealed class BoardPublisher(IGrainFactory grains, PersonalStore personal)
{
    public async Task PublishAsync(Registered subject, Fix? last)
    {
        string name = PersonName.In(await personal.ReadAsync([subject.Person.Id]), subject.Person.Id);
        await Board(subject.Jurisdiction.Code).Publish(new BoardChanges([], [BoardWords.Of(subject, name, last)], []));
    }

    public Task PublishMoveAsync(Registered subject, Fix? last) => last is null
        ? Task.CompletedTask
        : Board(subject.Jurisdiction.Code).Publish(new BoardChanges([new BoardMove(subject.Id.ToString(), BoardWords.Of(last), last.Battery)], [], []));

    public Task PublishAsync(Raised alert) =>
        Board(alert.Alert.Jurisdiction).Publish(new BoardChanges([], [], [BoardWords.Of(alert, null, string.Empty)]));

    private IBoardGrain Board(string jurisdiction) => grains.GetGrain<IBoardGrain>(jurisdiction);
}

/// <summary>The domain in a board's words.</summary>
public static class BoardWords
{
    public static BoardSubject Of(Registered subject, string name, Fix? last) => new(
        subject.Id.ToString(), name, Status(subject, last), last is null ? null : Of(last), last?.Battery, 0, subject.Jurisdiction.Code);

    public static BoardPosition Of(Fix fix) =>
        new(fix.Position.Longitude, fix.Position.Latitude, fix.Accuracy, InstantPattern.ExtendedIso.Format(fix.OccurredAt));

    /// <param name="raisedAt">Null: as its id says (UUIDv7 holds the time).</param>
    public static BoardAlert Of(Raised alert, Instant? raisedAt, string subjectName) => new(
        alert.Alert.AlertId.ToString(),
        alert.Alert.SubjectId.ToString(),
        subjectName,
        CamelCase(alert.Alert.Kind),
        CamelCase(alert.Alert.Severity),
        InstantPattern.ExtendedIso.Format(raisedAt ?? Time(alert.Alert.AlertId.Value)),
        InstantPattern.ExtendedIso.Format(alert.Alert.DueAt),
        CamelCase(alert.Handling),
        CamelCase(alert.Condition));

    public static string CamelCase<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static string Status(Registered subject, Fix? last) =>
        subject.Zones.Values.Any(zone => zone.Breached) ? "breach"
        : subject.Devices.Values.Any(device => device.SilenceAlert is not null) ? "silent"
        : last is null ? "unheard"
        : "reporting";

    /// <summary>The first 48 bits of a UUIDv7 are Unix milliseconds (RFC 9562 §5.7).</summary>
    private static Instant Time(Guid version7)
    {
        Span<byte> bytes = stackalloc byte[16];
        version7.TryWriteBytes(bytes, bigEndian: true, out _);
        return Instant.FromUnixTimeMilliseconds((long)(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16));
    }
}
