using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Projections;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;
using Npgsql;

namespace Correction.Store.Tests.Projections;

/// <summary>The queue's filters and the office's counts, from the folded alerts.</summary>
public sealed class AlertReadingTests
{
    private const string Station = "430981001";
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 2, 2, 0);
    private static readonly Jurisdiction County = Jurisdiction.Parse("430981");
    private static readonly ZoneEvidence School = new(new ZoneId(Key(900)), "学校", ZoneKind.Exclusion, new ZoneGeometry.Circle(new GeoPoint(112.35, 28.84), 200), 2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_alerts_handled_in_every_way_When_counted_Then_kinds_and_zones_tell_what_became_of_them()
    {
        await using StoreHost host = await StoreHost.StartAsync(await StoreHost.NewDatabaseAsync("statistics"));
        Journal journal = host.Get<Journal>();
        await LiveAsync(journal, 1, Entered(1), (10, Taken), (60, new AlertResolved("falseAlarm", null)));
        await LiveAsync(journal, 2, Entered(2), (20, Taken), (60, new AlertResolved("confirmed", null)));
        await LiveAsync(journal, 3, Entered(3), (5, new AlertConditionCleared(null)), (90, Taken));
        await LiveAsync(journal, 4, Entered(4), (5, new AlertConditionCleared(null)), (6, new AlertConditionResumed(Entered(4).Evidence)));
        await LiveAsync(journal, 7, Entered(7), (50, new AlertConditionWithdrawn(Entered(7).Evidence)));
        await LiveAsync(journal, 5, Silent(5, Station));
        await LiveAsync(journal, 6, Silent(6, "430982001"), (10, Taken));
        await host.Get<Freshness>().WaitForProjectionsAsync(Cancellation);
        var statistics = host.Get<AlertStatistics>();

        AlertReport report = await statistics.ReadAsync(County, Start, Start + Duration.FromDays(1), Cancellation);

        Assert.Equal(["deviceSilent", "zoneEntered"], report.ByKind.Keys.Order());
        var entered = new AlertCounts(Raised: 5, Cleared: 1, Withdrawn: 1, Acknowledged: 3, Resolved: 2, MedianSecondsToAcknowledge: 20 * 60, FalseAlarms: 1);
        Assert.Equal(entered, report.ByKind["zoneEntered"]);
        Assert.Equal(0.5, entered.FalseAlarmShare);
        Assert.Equal(new AlertCounts(1, 0, 0, 0, 0, null, 0), report.ByKind["deviceSilent"]);
        Assert.Null(report.ByKind["deviceSilent"].FalseAlarmShare);
        Assert.Equal(new ZoneCounts(School.ZoneId.ToString(), "学校", null, entered), Assert.Single(report.ByZone)); // of five subjects: shared
        Assert.Empty((await statistics.ReadAsync(County, Start + Duration.FromDays(1), Start + Duration.FromDays(2), Cancellation)).ByKind);
        Assert.Empty((await statistics.ReadAsync(County, Start - Duration.FromDays(1), Start, Cancellation)).ByKind); // the end is not of it
    }

    [Fact]
    public async Task Given_alerts_of_every_sort_When_the_queue_is_asked_Then_each_filter_holds_and_what_is_due_first_comes_first()
    {
        await using StoreHost host = await StoreHost.StartAsync(await StoreHost.NewDatabaseAsync("queue"));
        Journal journal = host.Get<Journal>();
        await LiveAsync(journal, 1, Entered(1), (1, new AlertEscalated(AlertLevel.StationHead, Start + Duration.FromMinutes(300))));
        await LiveAsync(journal, 2, Entered(2), (1, new AlertAcknowledged(null, Start + Duration.FromMinutes(200), "officer")));
        await LiveAsync(journal, 3, Silent(3, Station), (1, new AlertHandedOver("colleague", null)));
        await LiveAsync(journal, 4, Silent(4, Station), (1, new AlertResolved("confirmed", null)));
        await host.Get<Freshness>().WaitForProjectionsAsync(Cancellation);
        var index = host.Get<AlertIndex>();
        var all = new AlertQuery(County, []);

        Assert.Equal<int[]>([3, 4, 2, 1], await FindAsync(all)); // an escalated alert stands where its new due time puts it
        Assert.Equal<int[]>([2, 1], await FindAsync(all with { Kind = AlertKind.ZoneEntered }));
        Assert.Equal<int[]>([3, 4], await FindAsync(all with { Severity = AlertSeverity.Warning }));
        Assert.Equal<int[]>([3], await FindAsync(all with { AssignedTo = "colleague" }));
        Assert.Equal<int[]>([2], await FindAsync(all with { AssignedTo = "officer", Kind = AlertKind.ZoneEntered }));
        Assert.Equal<int[]>([3, 2], await FindAsync(all with { OverdueAt = Start + Duration.FromMinutes(300) })); // the due instant itself is in time
        Assert.Empty(await FindAsync(all with { OverdueAt = Start }));

        async Task<int[]> FindAsync(AlertQuery query) =>
            [.. (await index.FindAsync(query, Cancellation)).Items.Select(entry => Convert.ToInt32(entry.AlertId[..8], 16))];
    }

    [Fact]
    public async Task Given_a_handled_alert_When_folded_Then_it_tells_level_owner_notes_and_hand_overs()
    {
        await using StoreHost host = await StoreHost.StartAsync(await StoreHost.NewDatabaseAsync("handled"));
        var note = new ForgettableRef(Key(70), "hash");
        await LiveAsync(
            host.Get<Journal>(), 1, Entered(1),
            (30, new AlertEscalated(AlertLevel.StationHead, Start + Duration.FromMinutes(60))), (40, Taken), (50, new AlertNoted(note)), (55, new AlertHandedOver("colleague", note)));
        await host.Get<Freshness>().WaitForProjectionsAsync(Cancellation);

        AlertEntry entry = Assert.Single((await host.Get<AlertIndex>().FindAsync(new AlertQuery(County, []), Cancellation)).Items);

        Assert.Equal(("stationHead", "colleague", "acknowledged", 5L), (entry.Level, entry.Assignee, entry.Handling, entry.Version));
        Assert.Equal(Start + Duration.FromMinutes(100), Instant.FromDateTimeOffset(entry.DueAt));
        Assert.Equal(new AlertAction("officer", (Start + Duration.FromMinutes(50)).ToDateTimeOffset(), note.Id), Assert.Single(entry.Notes));
        Assert.Equal(("colleague", "officer"), (Assert.Single(entry.HandOvers).To, entry.HandOvers[0].Action.Account));
        Assert.Equal([note.Id, note.Id], entry.NoteIds);
    }

    [Fact]
    public async Task Given_read_models_at_work_When_their_progress_is_read_Then_each_stands_there_under_its_name()
    {
        await using StoreHost host = await StoreHost.StartAsync(await StoreHost.NewDatabaseAsync("progress"));
        await LiveAsync(host.Get<Journal>(), 1, Entered(1));
        await host.Get<Freshness>().WaitForProjectionsAsync(Cancellation);

        await using NpgsqlCommand read = host.Get<NpgsqlDataSource>().CreateCommand(
            "select name from correction.mt_event_progression where last_seq_id = 1 and name like '%:%' order by name");
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(Cancellation);
        var names = new List<string>();
        while (await row.ReadAsync(Cancellation))
        {
            names.Add(row.GetString(0));
        }

        Assert.Equal(ProjectionRegistration.Names.Order(StringComparer.Ordinal), names);
    }

    private static AlertAcknowledged Taken => new(null, Start + Duration.FromMinutes(100), "officer");

    private static AlertRaised Entered(int number) => Raised(number, Station, AlertKind.ZoneEntered, AlertSeverity.Critical, School);

    private static AlertRaised Silent(int number, string station) => Raised(number, station, AlertKind.DeviceSilent, AlertSeverity.Warning, null);

    private static AlertRaised Raised(int number, string station, AlertKind kind, AlertSeverity severity, ZoneEvidence? zone) => new(
        new AlertId(Key(number)), new SubjectId(Key(100 + number)), station, kind, severity, Start + Duration.FromMinutes(30),
        new AlertEvidence("confirmedFixes", [], zone, "d", null, null));

    private static Guid Key(int number) => new(number, 0, 0x7000, [0x80, 0, 0, 0, 0, 0, 0, 0]);

    /// <summary>One alert, with what happened to it so many minutes after it was raised.</summary>
    private static async Task LiveAsync(Journal journal, int number, AlertRaised raised, params (int Minute, IAlertEvent Happened)[] then)
    {
        var officer = new Actor("officer", Role.Officer, Station);
        ImmutableArray<NewEvent> events =
            [new(raised, Start, officer, []), .. then.Select(next => new NewEvent(next.Happened, Start + Duration.FromMinutes(next.Minute), officer, []))];
        var entry = new JournalEntry { Streams = [new StreamAppend(StreamKeys.Alert(new AlertId(Key(number))), 0, events)] };
        Assert.IsType<CommitResult.Committed>(await journal.CommitAsync(entry, Cancellation));
    }
}
