using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using Correction.Store.Reading;
using Correction.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Orleans.TestingHost;
using static Correction.Grains.Tests.GrainsFixture;

namespace Correction.Grains.Tests;

/// <summary>The last midnight of a leave, or of a monitoring order, passes; nobody looks but the deadline.</summary>
public sealed class LastMidnightTests : IAsyncLifetime
{
    private readonly SetClock _clock = new(Instant.FromUtc(2026, 3, 2, 2, 0));
    private InProcessTestCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await DeployAsync("midnight", silos: 1, _clock);

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Who_is_not_back_when_the_last_day_ends_raises_an_alert_and_the_return_clears_it()
    {
        SubjectId id = await RegisterAsync(_cluster.Client, _clock, "430981001");
        ISubjectGrain subject = _cluster.Client.GetGrain<ISubjectGrain>(id.ToString());
        LocalDate today = ChinaTime.DateOf(_clock.Now);
        LeaveId leave = await ApproveAsync(subject, id, today, today.PlusDays(2));
        Instant midnight = ChinaTime.StartOf(today.PlusDays(3));

        _clock.Now = midnight - Duration.FromMilliseconds(1);
        await subject.Look();
        Assert.Empty(await EventsOf<LeaveOverstayed>(StreamKeys.Subject(id)));

        _clock.Now = midnight;
        await Eventually.Until(async () => !(await EventsOf<LeaveOverstayed>(StreamKeys.Subject(id))).IsEmpty, "the leave to be overstayed");
        LeaveOverstayed late = Assert.Single(await EventsOf<LeaveOverstayed>(StreamKeys.Subject(id)));
        AlertRaised alert = Assert.Single(await EventsOf<AlertRaised>(StreamKeys.Alert(late.AlertId)));
        Assert.Equal((AlertKind.LeaveOverstayed, midnight), (alert.Kind, alert.Evidence.Deadline!.Value));

        Assert.IsType<CommandOutcome.Done>(await subject.Execute(new ReportReturn(leave), CommandEnvelope.By(Officer)));
        Assert.Single(await EventsOf<AlertConditionCleared>(StreamKeys.Alert(alert.AlertId)));
    }

    [Fact]
    public async Task A_bracelets_silence_is_alerted_while_its_order_is_in_force_and_is_over_when_the_order_ends()
    {
        SubjectId id = await RegisterAsync(_cluster.Client, _clock, "430981001");
        ISubjectGrain subject = _cluster.Client.GetGrain<ISubjectGrain>(id.ToString());
        LocalDate today = ChinaTime.DateOf(_clock.Now);
        var order = new OrderMonitoring(MonitoringGround.RevocationProposed, today, today);
        Assert.IsType<CommandOutcome.Done>(await subject.Execute(order, CommandEnvelope.By(Approver)));
        var bind = new BindDevice("13980900101", DeviceProtocol.Jt808, DeviceKind.Bracelet);
        Assert.IsType<CommandOutcome.Done>(await _cluster.Client.GetGrain<IDeviceGrain>(bind.DeviceId).Bind(id, bind, CommandEnvelope.By(Officer)));

        _clock.Now += Duration.FromMinutes(15);
        await Eventually.Until(async () => !(await EventsOf<DeviceFellSilent>(StreamKeys.Subject(id))).IsEmpty, "the bracelet to be missed");
        AlertId alert = Assert.Single(await EventsOf<DeviceFellSilent>(StreamKeys.Subject(id))).AlertId;

        Instant end = ChinaTime.StartOf(today.PlusDays(1));
        _clock.Now = end - Duration.FromMilliseconds(1);
        await subject.Look();
        Assert.Empty(await EventsOf<SilenceLapsed>(StreamKeys.Subject(id)));

        _clock.Now = end;
        await Eventually.Until(async () => !(await EventsOf<AlertConditionCleared>(StreamKeys.Alert(alert))).IsEmpty, "the alert to be cleared");
        Assert.Equal(new SilenceLapsed(bind.DeviceId, alert, end), Assert.Single(await EventsOf<SilenceLapsed>(StreamKeys.Subject(id))));

        _clock.Now += Duration.FromHours(1);
        await subject.Look();
        Assert.Single(await EventsOf<DeviceFellSilent>(StreamKeys.Subject(id)));
    }

    private async Task<LeaveId> ApproveAsync(ISubjectGrain subject, SubjectId id, LocalDate from, LocalDate to)
    {
        var apply = new ApplyForLeave(LeaveReason.Medical, new ForgettableRef(Guid.CreateVersion7(), new string('0', 64)), from, to);
        Assert.IsType<CommandOutcome.Done>(await subject.Execute(apply, CommandEnvelope.By(Officer)));
        LeaveId leave = Assert.Single(await EventsOf<LeaveAppliedFor>(StreamKeys.Subject(id))).LeaveId;
        Assert.IsType<CommandOutcome.Done>(await subject.Execute(new ApproveLeave(leave), CommandEnvelope.By(Officer)));
        return leave;
    }

    private async Task<ImmutableArray<T>> EventsOf<T>(string key) =>
        [.. (await _cluster.Silos[0].ServiceProvider.GetRequiredService<EventReader>().ReadStreamAsync(key, TestContext.Current.CancellationToken)).Select(recorded => recorded.Data).OfType<T>()];
}
