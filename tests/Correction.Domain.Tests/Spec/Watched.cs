using System.Collections.Immutable;
using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.ZoneSets;
using NodaTime;
using NodaTime.Text;

namespace Correction.Domain.Tests;

/// <summary>
/// A subject whose device reports: what a grain does with its reports, without the grain. Everything is folded from events
/// and stored fixes.
/// </summary>
internal sealed class Watched
{
    public const string Device = "p";

    private readonly List<AlertId> _resolved = [];
    private LocationMemory _memory = LocationMemory.Empty;
    private int _ids = 5_000;

    private Watched(Registered subject) => Subject = subject;

    public Registered Subject { get; private set; }

    public ZoneId Zone => Subject.Zones.Keys.Single();

    public List<ISubjectEvent> Events { get; } = [];

    public List<AlertRaised> Alerts { get; } = [];

    public List<(AlertId Alert, AlertCommand Command)> Told { get; } = [];

    /// <summary>All that was stored, in order of time.</summary>
    public ImmutableArray<Fix> Stored { get; private set; } = [];

    public LocationMemory Memory => _memory;

    public static Watched With(params ReadOnlySpan<ImposeZone> zones)
    {
        var spec = Cases.Subject.Given(Cases.Received, new DeviceBound(Device, DeviceProtocol.OsmAnd, DeviceKind.Phone));
        int ids = 0;
        foreach (ImposeZone zone in zones)
        {
            var decided = (Decision<ISubjectEvent>.Accepted)SubjectDecider.Decide(
                spec.State, zone, new DecisionContext(Cases.Now, Cases.Officer, () => Cases.Guid(++ids)));
            spec = spec.Given([.. decided.Events]);
        }

        return new Watched((Registered)spec.State);
    }

    /// <summary>A fix at a time of day of 2 March 2026 (a Monday) in China, or of a later day: <c>+1 06:00</c>.</summary>
    public static Fix At(string time, GeoPoint position, double? accuracy = 5, string device = Device, Instant? received = null)
    {
        Instant at = Clock(time);
        return new Fix(device, at, received ?? at, position, accuracy, null, null, null, null, FixSource.OsmAnd);
    }

    public static Instant Clock(string time)
    {
        (int days, string hour) = time.StartsWith('+') ? (time[1] - '0', time[3..]) : (0, time);
        LocalTime local = LocalTimePattern.CreateWithInvariantCulture(hour.Length > 5 ? "HH:mm:ss" : "HH:mm").Parse(hour).Value;
        return Cases.Today.PlusDays(days).At(local).InZoneStrictly(Domain.Time.ChinaTime.Zone).ToInstant();
    }

    public Watched Report(params ReadOnlySpan<Fix> fixes)
    {
        ImmutableArray<Fix> report = [.. fixes];
        ImmutableArray<Fix> history = LocationWatch.HistoryNeeded(Subject, _memory, report) is { } since
            ? [.. Stored.Where(fix => fix.OccurredAt >= since)]
            : default;
        return Take(LocationWatch.Observe(Subject, _memory, report, history));
    }

    /// <summary>Each fix is a report of its own.</summary>
    public Watched ReportEach(IEnumerable<Fix> fixes)
    {
        foreach (Fix fix in fixes)
        {
            Report(fix);
        }

        return this;
    }

    public Watched LookAt(string time) => Take(LocationWatch.Look(Subject, _memory, Clock(time)));

    public Watched Happen(ISubjectEvent happened)
    {
        Subject = (Registered)SubjectDecider.Evolve(Subject, happened, Cases.Now);
        return this;
    }

    /// <summary>Judged by these shared zones of the county too, from now on.</summary>
    public Watched Under(ZoneSet set)
    {
        _memory = _memory with { Shared = new SharedZones.OfCounty(set).Concerning(Subject.Jurisdiction) };
        return this;
    }

    public Watched Resolve(AlertId alert)
    {
        _resolved.Add(alert);
        return this;
    }

    /// <summary>The process ends and begins again.</summary>
    public Watched Restart()
    {
        _memory = LocationWatch.Recall(Subject, Stored, _memory.Shared);
        return this;
    }

    public Instant? NextLook(string now) => LocationWatch.NextLook(Subject, _memory, Clock(now));

    public IEnumerable<BreachEpisode> Breaches => Subject.Zones[Zone].Episodes.Where(episode => !episode.Withdrawn);

    private Watched Take(Observation seen)
    {
        var context = new DecisionContext(Cases.Now, Actor.System, () => Cases.Guid(++_ids));
        ZoneConsequences zones = new ZoneConsequences(Subject, [.. Alerts.Select(alert => alert.AlertId).Except(_resolved)], AlertPolicy.Default, context).Take(seen.Turns);
        Events.AddRange(zones.Happened);
        Alerts.AddRange(zones.Raised);
        Told.AddRange(zones.Told());
        Subject = zones.After;
        _memory = seen.Memory;
        Stored = [.. Stored.Concat(seen.Fixes).OrderBy(fix => fix.OccurredAt)];
        return this;
    }
}
