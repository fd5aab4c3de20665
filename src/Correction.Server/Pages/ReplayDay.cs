using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using Correction.Domain.Tracks;
using Correction.Domain.ZoneSets;
using Correction.Projections;
using Correction.Server.Api;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Server.Pages;

/// <summary>What held from a moment on: zones and orders as they were then.</summary>
internal sealed record ReplayState(Instant From, Registered? Subject, ImmutableArray<Zone> Zones);

/// <summary>One local day of a subject, to be played again.</summary>
internal sealed record ReplayDay(
    LocalDate Date, ImmutableArray<Fix> Fixes, ImmutableArray<Stop> Stops, ImmutableArray<AlertEntry> Alerts, ImmutableArray<ReplayState> AsItWas, ImmutableArray<ReplayState> AsKnownThen)
{
    public Instant From => ChinaTime.StartOf(Date);

    public Instant To => ChinaTime.StartOf(Date.PlusDays(1));

    public static ReplayDay Of(LocalDate date, ImmutableArray<Fix> fixes, ImmutableArray<AlertEntry> alerts, ImmutableArray<RecordedEvent> stream, ImmutableArray<RecordedEvent> sharedZones) => new(
        date,
        fixes,
        Domain.Tracks.Stops.Of(fixes, Domain.Tracks.Stops.AtLeast, Domain.Tracks.Stops.Radius),
        alerts,
        States(date, stream, sharedZones, happened => happened.OccurredAt),
        States(date, stream, sharedZones, happened => Instant.Max(happened.OccurredAt, happened.RecordedAt)));

    /// <summary>For the player: fixes by columns, in milliseconds of the day; a day of a fix a second stays small.</summary>
    public object Write() => new
    {
        date = Times.Date(Date),
        from = From,
        longestGap = TrackSegments.LongestGap.TotalMilliseconds,
        fixes = new
        {
            at = Fixes.Select(fix => OfDay(fix.OccurredAt)),
            delay = Fixes.Select(fix => (long)(fix.ReceivedAt - fix.OccurredAt).TotalMilliseconds),
            lon = Fixes.Select(fix => fix.Position.Longitude),
            lat = Fixes.Select(fix => fix.Position.Latitude),
            accuracy = Fixes.Select(fix => fix.Accuracy),
            use = Fixes.Select(fix => WireNames<FixUse>.Of(fix.Use)),
            device = Fixes.Select(fix => fix.DeviceId),
        },
        stops = Stops.Select(stop => new { from = OfDay(stop.From), to = OfDay(stop.To), lon = stop.Center.Longitude, lat = stop.Center.Latitude }),
        alerts = Alerts.Select(alert => new { id = alert.AlertId, kind = alert.Alert.Alert.Kind, at = OfDay(Instant.FromDateTimeOffset(alert.RaisedAt)) }),
        asItWas = AsItWas.Select(Write),
        asKnownThen = AsKnownThen.Select(Write),
    };

    private object Write(ReplayState state) => new
    {
        from = OfDay(state.From),
        zones = state.Zones.Select(ZoneReading.Write),
        orders = state.Subject?.Orders.Where(order => order.InForceOn(Date)).Select(order => new { order.Ground, from = Times.Date(order.From), to = Times.Date(order.To) }) ?? [],
    };

    private long OfDay(Instant instant) => (long)(instant - From).TotalMilliseconds;

    /// <summary>What held at the day's beginning, and after each event of the day; in the order of the stream, as every reader folds it.</summary>
    private static ImmutableArray<ReplayState> States(LocalDate date, ImmutableArray<RecordedEvent> stream, ImmutableArray<RecordedEvent> sharedZones, Func<RecordedEvent, Instant> holds)
    {
        (Instant from, Instant to) = (ChinaTime.StartOf(date), ChinaTime.StartOf(date.PlusDays(1)));
        IEnumerable<Instant> moments = stream.Concat(sharedZones).Select(holds).Where(moment => from < moment && moment < to).Distinct().Order();
        return
        [
            .. moments.Prepend(from).Select(moment => StateAt(moment, stream.Where(happened => holds(happened) <= moment), sharedZones.Where(happened => holds(happened) <= moment))),
        ];
    }

    private static ReplayState StateAt(Instant moment, IEnumerable<RecordedEvent> stream, IEnumerable<RecordedEvent> sharedZones)
    {
        var subject = stream.Aggregate(SubjectState.Initial, (before, next) => SubjectDecider.Evolve(before, (ISubjectEvent)next.Data, next.OccurredAt)) as Registered;
        ZoneSet set = sharedZones.Aggregate(ZoneSet.Empty, (before, next) => ZoneSetDecider.Evolve(before, (IZoneSetEvent)next.Data, next.OccurredAt));
        return new(moment, subject, subject is null ? [] : [.. subject.Zones.Values.OrderBy(zone => zone.Id.ToString()), .. set.Concerning(subject.Jurisdiction).Select(subject.Seen)]);
    }
}
