using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Domain.Devices;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using Correction.Store.Tracks;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Orleans.Serialization;
using static Correction.Grains.Tests.GrainsFixture;

namespace Correction.Grains.Tests;

public sealed class SubjectGrainTests(GrainsFixture fixture)
{
    private static readonly GeoPoint Home = new(112.36, 28.85);

    private readonly Instant _now = fixture.Services.GetRequiredService<IClock>().GetCurrentInstant();

    [Fact]
    public async Task A_walk_through_an_exclusion_zone_raises_one_alert_with_its_evidence()
    {
        (ISubjectGrain subject, SubjectId id, string device) = await fixture.RegisterWithPhoneAsync();
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
        (ISubjectGrain subject, SubjectId id, string device) = await fixture.RegisterWithPhoneAsync();
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
        (ISubjectGrain subject, SubjectId id, _) = await fixture.RegisterWithPhoneAsync();
        var envelope = new CommandEnvelope(Officer, new CommandKey(Guid.CreateVersion7().ToString(), "same"), null, []);
        var command = new ImposeZone("家", ZoneKind.Inclusion, new ZoneGeometry.Circle(Home, 500), null, 2, null);

        CommandOutcome first = await subject.Execute(command, envelope);
        CommandOutcome second = await subject.Execute(command, envelope);

        Assert.IsType<CommandOutcome.Done>(first);
        Assert.Equal(StreamKeys.Subject(id), Assert.IsType<CommandOutcome.Repeated>(second).Receipt.StreamKey);
        Assert.Single((await EventsOf(StreamKeys.Subject(id))).Select(recorded => recorded.Data).OfType<ZoneImposed>());
    }

    [Fact]
    public async Task A_heartbeat_without_a_position_is_taken_and_stores_no_fix()
    {
        (ISubjectGrain subject, SubjectId id, string device) = await fixture.RegisterWithPhoneAsync();
        var heartbeat = new FixReport(device, []) { Signs = [new DeviceSigns(_now, _now, Positioned: false, Battery: 40, DeviceAlarms.Tamper | DeviceAlarms.PowerCut)] };

        Assert.Equal(ReportOutcome.Recorded, await subject.Report(heartbeat));

        var tracks = fixture.Services.GetRequiredService<TrackReader>();
        Assert.Empty(await tracks.LatestAsync([id], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_approved_leave_has_a_deadline_that_is_as_durable_as_the_approval_and_is_gone_after_the_return()
    {
        SubjectId id = await fixture.RegisterAsync("430981001");
        ISubjectGrain subject = fixture.Grains.GetGrain<ISubjectGrain>(id.ToString());
        LocalDate today = ChinaTime.DateOf(_now);
        var applied = (CommandOutcome.Done)await subject.Execute(new ApplyForLeave(LeaveReason.Medical, new ForgettableRef(Guid.CreateVersion7(), "hash"), today, today.PlusDays(2)), CommandEnvelope.By(Officer));
        Assert.True(LeaveId.TryParse(Assert.Single(applied.Events).Id, out LeaveId leave));
        Assert.DoesNotContain(StreamKeys.Subject(id), await DueAsync(today.PlusDays(3)));

        await subject.Execute(new ApproveLeave(leave), CommandEnvelope.By(Officer));
        Assert.Contains(StreamKeys.Subject(id), await DueAsync(today.PlusDays(3)));
        Assert.DoesNotContain(StreamKeys.Subject(id), await DueAsync(today.PlusDays(2)));

        await subject.Execute(new ReportReturn(leave), CommandEnvelope.By(Officer));
        Assert.DoesNotContain(StreamKeys.Subject(id), await DueAsync(today.PlusDays(3)));
    }

    private async Task<ImmutableArray<string>> DueAsync(LocalDate at) =>
        await fixture.Services.GetRequiredService<DeadlineStore>().DueAsync(ChinaTime.StartOf(at), 10_000, TestContext.Current.CancellationToken);

    [Fact]
    public void A_report_crosses_silos_whole()
    {
        var serializer = fixture.Services.GetRequiredService<Serializer>();
        var sign = new DeviceSigns(_now, _now, Positioned: false, Battery: 40, DeviceAlarms.Tamper | DeviceAlarms.PowerCut);
        FixReport report = Report("d", 1, Home) with { Signs = [sign] };

        FixReport arrived = serializer.Deserialize<FixReport>(serializer.SerializeToArray(report))!;

        Assert.Equal<Fix>(report.Fixes, arrived.Fixes);
        Assert.Equal(sign, Assert.Single(arrived.Signs));
    }

    private FixReport Report(string device, int step, GeoPoint position)
    {
        Instant at = _now - Duration.FromMinutes(30) + Duration.FromSeconds(30 * step);
        return new FixReport(device, [new Fix(device, at, at, position, 5, 1.5, 90, null, 80, FixSource.OsmAnd)]);
    }

    private async Task<ImmutableArray<RecordedEvent>> EventsOf(string key) =>
        await fixture.Services.GetRequiredService<EventReader>().ReadStreamAsync(key, TestContext.Current.CancellationToken);
}
