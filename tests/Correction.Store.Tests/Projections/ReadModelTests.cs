using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Projections;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using JasperFx.Events.Daemon;
using Marten;
using NodaTime;

namespace Correction.Store.Tests.Projections;

public sealed class ReadModelTests
{
    private const string Station = "430981001";
    private static readonly Instant Now = Instant.FromUtc(2026, 3, 1, 2, 3, 4) + Duration.FromMilliseconds(500);
    private static readonly Actor Officer = new("officer", Role.Officer, Station);
    private static readonly Jurisdiction County = Jurisdiction.Parse("430981");
    private static readonly GeoPoint Center = new(112.35, 28.84);

    private static readonly ZoneGeometry Ground = new ZoneGeometry.Area(
        [[Center, Center.Move(500, 0), Center.Move(500, 500), Center]]);

    [Fact]
    public async Task Given_committed_events_When_the_read_models_are_rebuilt_Then_they_equal_what_they_were_live()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string database = await StoreHost.NewDatabaseAsync("rebuild");
        string[] live;
        await using (StoreHost host = await StoreHost.StartAsync(database))
        {
            foreach (int number in Enumerable.Range(1, 20))
            {
                await LiveThroughAsync(host.Get<Journal>(), Id(number), number);
            }

            await host.Get<Freshness>().WaitForProjectionsAsync(cancellation);
            live = await DocumentsAsync(host.Get<IDocumentStore>());
        }

        Assert.Equal(40, live.Length);
        await using (StoreHost host = await StoreHost.StartAsync(database))
        {
            var coordinator = host.Get<Marten.Events.Daemon.Coordination.IProjectionCoordinator>();
            await coordinator.PauseAsync();
            IProjectionDaemon daemon = coordinator.DaemonForMainDatabase();
            await daemon.RebuildProjectionAsync("subject_dossier", cancellation);
            await daemon.RebuildProjectionAsync("alert_entry", cancellation);
            Assert.Equal(live, await DocumentsAsync(host.Get<IDocumentStore>()));
        }
    }

    [Fact]
    public async Task Given_a_subject_When_looked_up_by_name_number_and_jurisdiction_Then_only_the_right_ones_are_found()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using StoreHost host = await StoreHost.StartAsync(await StoreHost.NewDatabaseAsync("find"));
        foreach (int number in Enumerable.Range(1, 5))
        {
            await LiveThroughAsync(host.Get<Journal>(), Id(number), number);
        }

        await host.Get<Freshness>().WaitForProjectionsAsync(cancellation);
        var index = host.Get<SubjectIndex>();

        Assert.Equal<int[]>([5, 4, 3, 2, 1], await FindAsync(new SubjectQuery(County)));
        Assert.Equal<int[]>([3], await FindAsync(new SubjectQuery(County, "某3")));
        Assert.Equal<int[]>([4], await FindAsync(new SubjectQuery(County, "11010519491231002x-4")));
        Assert.Empty(await FindAsync(new SubjectQuery(County, "11010519491231002")));
        Assert.Empty(await FindAsync(new SubjectQuery(Jurisdiction.Parse("430982"))));
        Assert.Empty(await FindAsync(new SubjectQuery(County, State: "released")));

        Page<SubjectDossier> first = await index.FindAsync(new SubjectQuery(County, Limit: 2), cancellation);
        Assert.True(Cursor.TryParse(first.Next.ToString(), out Cursor next));
        Assert.Equal<int[]>([3, 2], await FindAsync(new SubjectQuery(County, After: next, Limit: 2)));

        async Task<int[]> FindAsync(SubjectQuery query) =>
            [.. (await index.FindAsync(query, cancellation)).Items.Select(dossier => Number(dossier.Subject.Id))];
    }

    [Fact]
    public async Task Given_alerts_When_paged_Then_each_comes_once_and_the_one_due_first_in_front()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using StoreHost host = await StoreHost.StartAsync(await StoreHost.NewDatabaseAsync("alerts"));
        foreach (int number in Enumerable.Range(1, 7))
        {
            await LiveThroughAsync(host.Get<Journal>(), Id(number), number);
        }

        await host.Get<Freshness>().WaitForProjectionsAsync(cancellation);
        var index = host.Get<AlertIndex>();
        var seen = new List<AlertEntry>();
        Cursor? after = null;
        do
        {
            Page<AlertEntry> page = await index.FindAsync(new AlertQuery(County, [], After: after, Limit: 3), cancellation);
            seen.AddRange(page.Items);
            after = page.Next is { } next && Cursor.TryParse(next.ToString(), out Cursor parsed) ? parsed : null;
        }
        while (after is not null);

        Assert.Equal(7, seen.DistinctBy(entry => entry.Id).Count());
        Assert.Equal(7, seen.Count);
        Assert.Equal(seen.OrderBy(entry => entry.DueAt), seen);
        Assert.Equal(4, (await index.FindAsync(new AlertQuery(County, [AlertHandling.Acknowledged]), cancellation)).Items.Count); // the odd ones
        Assert.Single(await index.CountUnresolvedAsync([Id(1)], cancellation));
        AlertEntry acknowledged = seen.Single(entry => entry.SubjectId == Id(1).ToString());
        Assert.Equal(("officer", AlertCondition.Cleared, 2), (acknowledged.Acknowledged?.Account, acknowledged.Alert.Condition, acknowledged.Alert.Alert.Evidence.Fixes.Length));
        Assert.Equal(Ground, acknowledged.Alert.Alert.Evidence.Zone?.Geometry);
    }

    private static SubjectId Id(int number) => new(new Guid(number, 0, 7, [1, 2, 3, 4, 5, 6, 7, 8]));

    private static int Number(SubjectId id) => Convert.ToInt32(id.ToString()[..8], 16);

    /// <summary>One subject's small story: registered, a zone laid and breached, the alert cleared, every second one acknowledged.</summary>
    private static async Task LiveThroughAsync(Journal journal, SubjectId id, int number)
    {
        using JsonDocument person = JsonDocument.Parse($$"""{"name":"张某{{number}}","idNumber":"11010519491231002X-{{number}}"}""");
        var record = new PersonalRecord(id.Value, "person", person.RootElement.Clone(), [1, 2, 3]);
        var zone = new ZoneId(new Guid(number, 1, 7, [1, 2, 3, 4, 5, 6, 7, 8]));
        var alert = new AlertId(new Guid(number, 2, 7, [1, 2, 3, 4, 5, 6, 7, 8]));
        var fix = new Fix("d", Now, Now, Center, 5, null, null, null, 80, FixSource.OsmAnd);
        var evidence = new AlertEvidence(
            "confirmedFixes", [fix, fix with { OccurredAt = Now + Duration.FromMinutes(1) }],
            new ZoneEvidence(zone, "zone", ZoneKind.Exclusion, Ground, 2), "d", null, null);
        IDomainEvent[] subject =
        [
            new SubjectRegistered(
                id, record.Reference, CorrectionCategory.Probation, Station, new Judgment("court", "1", new LocalDate(2026, 2, 1)),
                new CorrectionTerm(new LocalDate(2026, 2, 1), new LocalDate(2027, 1, 31)), false),
            new DeviceBound("d", DeviceProtocol.OsmAnd, DeviceKind.Phone),
            new ZoneImposed(zone, "zone", ZoneKind.Exclusion, Ground, new ZoneSchedule([IsoDayOfWeek.Monday], new LocalTime(22, 0), new LocalTime(6, 0)), 2, Now),
        ];
        IDomainEvent[] raised = [new AlertRaised(alert, id, Station, AlertKind.ZoneEntered, AlertSeverity.Critical, Now + Duration.FromSeconds(number % 3), evidence)];
        IDomainEvent[] handled = [new AlertConditionCleared(null), .. number % 2 == 1 ? [new AlertAcknowledged(null)] : Array.Empty<IDomainEvent>()];

        await CommitAsync(journal, new JournalEntry { Personal = [record], Streams = [Append(StreamKeys.Subject(id), 0, subject), Append(StreamKeys.Alert(alert), 0, raised)] });
        await CommitAsync(journal, new JournalEntry { Streams = [Append(StreamKeys.Alert(alert), 1, handled)] });
    }

    private static async Task CommitAsync(Journal journal, JournalEntry entry) =>
        Assert.IsType<CommitResult.Committed>(await journal.CommitAsync(entry, TestContext.Current.CancellationToken));

    private static StreamAppend Append(string key, long version, IDomainEvent[] events) =>
        new(key, version, [.. events.Select(happened => new NewEvent(happened, Now, Officer, []))]);

    private static async Task<string[]> DocumentsAsync(IDocumentStore documents)
    {
        await using IQuerySession session = documents.QuerySession();
        ISerializer json = documents.Options.Serializer();
        IReadOnlyList<SubjectDossier> dossiers = await session.Query<SubjectDossier>().OrderBy(dossier => dossier.Id).ToListAsync(TestContext.Current.CancellationToken);
        IReadOnlyList<AlertEntry> entries = await session.Query<AlertEntry>().OrderBy(entry => entry.Id).ToListAsync(TestContext.Current.CancellationToken);
        return [.. dossiers.Select(json.ToJson), .. entries.Select(json.ToJson)];
    }
}
