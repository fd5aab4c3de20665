using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using Correction.Store.Tracks;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using static Correction.Grains.Tests.GrainsFixture;

namespace Correction.Grains.Tests;

public sealed class SubjectGrainTests(GrainsFixture fixture)
{
    private static readonly GeoPoint Home = new(112.36, 28.85);

    private readonly Instant _now = fixture.Services.GetRequiredService<IClock>().GetCurrentInstant();

    [Fact]
    public async Task A_walk_through_an_exclusion_zone_raises_one_alert_with_its_evidence()
    {
        (ISubjectGrain subject, SubjectId id, string device) = await RegisterWithPhoneAsync();
        var circle = new ZoneGeometry.Circle(Home.Move(500, 0), 100);
        Assert.IsType<CommandOutcome.Done>(await subject.Execute(new ImposeZone("学校", ZoneKind.Exclusion, circle, null, 2, null), CommandEnvelope.By(Officer)));

        foreach (int step in Enumerable.Range(0, 21))
        {
            Assert.Equal(ReportOutcome.Recorded, await subject.Report(Report(device, step, Home.Move(step * 50, 0))));
        }

        ImmutableArray<RecordedEvent> events = await EventsOf(StreamKeys.Subject(id));
        ZoneBreached breached = Assert.Single(events.Select(recorded => recorded.Data).OfType<ZoneBreached>());
        Assert.Single(events.Select(recorded => recorded.Data).OfType<ZoneBreachEnded>());
        ImmutableArray<RecordedEvent> alert = await EventsOf(StreamKeys.Alert(breached.AlertId));
        AlertRaised raised = Assert.IsType<AlertRaised>(alert[0].Data);
        Assert.Equal(AlertKind.ZoneEntered, raised.Kind);
        Assert.Equal(2, raised.Evidence.Fixes.Length);
        Assert.IsType<AlertConditionCleared>(alert[1].Data);
    }

    [Fact]
    public async Task Reports_are_read_back_once_and_in_order_before_and_after_sealing()
    {
        (ISubjectGrain subject, SubjectId id, string device) = await RegisterWithPhoneAsync();
        for (int twice = 0; twice < 2; twice++)
        {
            foreach (int step in Enumerable.Range(0, 10))
            {
                await subject.Report(Report(device, step, Home.Move(step * 10, 0)));
            }
        }

        var tracks = fixture.Services.GetRequiredService<TrackReader>();
        ImmutableArray<Fix> before = await tracks.ReadAsync(id, _now - Duration.FromDays(1), _now + Duration.FromDays(1), TestContext.Current.CancellationToken);
        var partitions = fixture.Services.GetRequiredService<InboxPartitions>();
        await fixture.Services.GetRequiredService<Sealer>().SealBeforeAsync(partitions.SlotAt(_now) + 10, TestContext.Current.CancellationToken);
        ImmutableArray<Fix> after = await tracks.ReadAsync(id, _now - Duration.FromDays(1), _now + Duration.FromDays(1), TestContext.Current.CancellationToken);

        Assert.Equal(10, before.Length);
        Assert.Equal<Fix>(before, after);
    }

    [Fact]
    public async Task A_repeated_command_changes_nothing_and_tells_what_the_first_one_did()
    {
        (ISubjectGrain subject, SubjectId id, _) = await RegisterWithPhoneAsync();
        var envelope = new CommandEnvelope(Officer, new CommandKey(Guid.CreateVersion7().ToString(), "same"), null, []);
        var command = new ImposeZone("家", ZoneKind.Inclusion, new ZoneGeometry.Circle(Home, 500), null, 2, null);

        CommandOutcome first = await subject.Execute(command, envelope);
        CommandOutcome second = await subject.Execute(command, envelope);

        Assert.IsType<CommandOutcome.Done>(first);
        Assert.Equal(StreamKeys.Subject(id), Assert.IsType<CommandOutcome.Repeated>(second).Receipt.StreamKey);
        Assert.Single((await EventsOf(StreamKeys.Subject(id))).Select(recorded => recorded.Data).OfType<ZoneImposed>());
    }

    private FixReport Report(string device, int step, GeoPoint position)
    {
        Instant at = _now - Duration.FromMinutes(30) + Duration.FromSeconds(30 * step);
        return new FixReport(device, [new Fix(device, at, at, position, 5, 1.5, 90, null, 80, FixSource.OsmAnd)]);
    }

    private async Task<ImmutableArray<RecordedEvent>> EventsOf(string key) =>
        await fixture.Services.GetRequiredService<EventReader>().ReadStreamAsync(key, TestContext.Current.CancellationToken);

    private async Task<(ISubjectGrain Subject, SubjectId Id, string Device)> RegisterWithPhoneAsync()
    {
        var id = new SubjectId(Guid.CreateVersion7());
        string device = $"phone-{id}";
        using JsonDocument person = JsonDocument.Parse("""{"name":"某甲"}""");
        var record = new PersonalRecord(Guid.CreateVersion7(), "person", person.RootElement.Clone(), new byte[16]);
        LocalDate today = Domain.Time.ChinaTime.DateOf(_now);
        var register = new RegisterSubject(
            id, record.Reference, new LocalDate(1990, 1, 1), CorrectionCategory.Probation, Jurisdiction.Parse("430981001"),
            new Judgment("沅江市人民法院", "(2026)湘0981刑初1号", today.PlusDays(-10)), new CorrectionTerm(today.PlusDays(-5), today.PlusYears(1)));
        ISubjectGrain subject = fixture.Grains.GetGrain<ISubjectGrain>(id.ToString());
        Assert.IsType<CommandOutcome.Done>(await subject.Execute(register, new CommandEnvelope(Officer, null, null, [record])));
        Assert.IsType<CommandOutcome.Done>(await fixture.Grains.GetGrain<IDeviceGrain>(device)
            .Bind(id, new BindDevice(device, DeviceProtocol.OsmAnd, DeviceKind.Phone), CommandEnvelope.By(Officer)));
        return (subject, id, device);
    }
}
