using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Domain.Devices;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using NodaTime;

namespace Correction.Server.Tests.Replay;

/// <summary>Histories drawn from a seed: what can happen to a subject, each event with a time of its own at which it is learned.</summary>
internal sealed class Histories(int seed)
{
    /// <summary>Midnight of 1 June 2026 in China.</summary>
    public static readonly Instant Begin = Instant.FromUtc(2026, 5, 31, 16, 0);

    private static readonly LocalDate Day = new(2026, 6, 1);

    private readonly Random _chance = new(seed);

    public Guid NewId() => new(_chance.Next(), (short)_chance.Next(), 0x7000, [0x80, 1, 2, 3, 4, 5, 6, 7]);

    public T OneOf<T>(params ReadOnlySpan<T> choices) => choices[_chance.Next(choices.Length)];

    /// <summary>About an hour apart as they are recorded; some happened up to two days before, most just then.</summary>
    public IEnumerable<Dated> Dates(IEnumerable<IDomainEvent> happened)
    {
        Instant recorded = Begin;
        foreach (IDomainEvent next in happened)
        {
            recorded += Duration.FromMilliseconds(_chance.Next(1, 7_200_000));
            Duration late = _chance.Next(3) == 0 ? Duration.FromMinutes(_chance.Next(1, 2_880)) : Duration.FromMilliseconds(_chance.Next(0, 3));
            yield return new Dated(next, recorded - late, recorded);
        }
    }

    /// <summary>A moment about the time of the histories, or at the very millisecond of one of their events; or none.</summary>
    public Instant? Moment(IReadOnlyList<Dated> history, Func<Dated, Instant> time) => _chance.Next(10) switch
    {
        0 => null,
        < 5 => time(history[_chance.Next(history.Count)]),
        _ => Begin + Duration.FromMinutes(_chance.Next(-1_440, 3_600)),
    };

    public IEnumerable<ISubjectEvent> Subject(SubjectId id, string station, int length) => Enumerable.Range(0, length).Select(Step).Prepend(new SubjectRegistered(
        id, new ForgettableRef(NewId(), "hash"), CorrectionCategory.Probation, station, new Judgment("沅江市人民法院", "（2026）湘0981刑初1号", Day), new CorrectionTerm(Day, Day.PlusYears(1)), false));

    public IEnumerable<IAlertEvent> Alert(AlertId id, SubjectId subject, string station) =>
    [
        new AlertRaised(id, subject, station, AlertKind.DeviceSilent, AlertSeverity.Warning, Begin, new AlertEvidence("silenceLimit", [], null, "a", null, Begin)),
        .. Enumerable.Range(0, 5).Select(_ => OneOf<IAlertEvent>(
            new AlertAcknowledged(null), new AlertConditionCleared(null), new AlertHandedOver("officer2", null), new AlertEscalated(AlertLevel.County, Begin), new AlertResolved("genuine", null))),
    ];

    private ISubjectEvent Step(int step)
    {
        (ZoneId zone, string device) = (new(Numbered(OneOf(1, 2, 3))), OneOf("a", "b"));
        (AlertId alert, LeaveId leave) = (new(Numbered(OneOf(10, 11))), new(Numbered(OneOf(20, 21))));
        Instant at = Begin + Duration.FromMinutes(_chance.Next(3_000));
        return _chance.Next(14) switch
        {
            0 or 1 => new ZoneImposed(zone, $"区域{step}", OneOf(ZoneKind.Exclusion, ZoneKind.Inclusion), new ZoneGeometry.Circle(new GeoPoint(112.36, 28.85), 100 + step), null, 2, null),
            2 => new ZoneLifted(zone),
            3 => new ZoneBreached(zone, alert, at),
            4 => new ZoneBreachEnded(zone, alert, at),
            5 => new ZoneBreachWithdrawn(zone, alert, OneOf(1, 2), at),
            6 => new ZoneBreachConfirmed(zone, alert, OneOf(1, 2), at, OneOf<Instant?>(null, at + Duration.FromHours(1))),
            7 => new MonitoringOrdered(new(Numbered(30 + step)), MonitoringGround.WarnedForNotReporting, Day, Day.PlusDays(step)),
            8 => new DeviceBound(device, DeviceProtocol.OsmAnd, DeviceKind.Phone),
            9 => OneOf<ISubjectEvent>(new DeviceUnbound(device), new DeviceFellSilent(device, alert, at, at), new DeviceHeardAgain(device, alert, at)),
            10 => new LeaveAppliedFor(leave, LeaveReason.Medical, new ForgettableRef(Numbered(40), "hash"), Day, Day.PlusDays(step)),
            11 => OneOf<ISubjectEvent>(new LeaveApproved(leave, LeaveLevel.Station, 2, 2), new LeaveReturned(leave, at), new LeaveCancelled(leave)),
            12 => new WatchingSuspended(new(Numbered(OneOf(50, 51))), SuspensionReason.Hospital, at, at + Duration.FromDays(1)),
            _ => new WatchingResumed(new(Numbered(OneOf(50, 51))), at),
        };
    }

    private static Guid Numbered(int number) => new(number, 0, 0x7000, [0x80, 0, 0, 0, 0, 0, 0, 0]);
}
