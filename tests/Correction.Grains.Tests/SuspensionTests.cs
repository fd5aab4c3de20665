using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Domain.Devices;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using Correction.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using static Correction.Grains.Tests.GrainsFixture;

namespace Correction.Grains.Tests;

public sealed class SuspensionTests(GrainsFixture fixture)
{
    private static readonly GeoPoint School = new(112.36, 28.85);

    private readonly Instant _now = fixture.Services.GetRequiredService<IClock>().GetCurrentInstant();

    [Fact]
    public async Task What_holds_when_an_officer_lets_watching_go_on_raises_its_alert_then()
    {
        (ISubjectGrain subject, SubjectId id, string device) = await SuspendedAsync(_now + Duration.FromHours(1));
        await EnterAsync(subject, device);
        ZoneBreached breached = Assert.Single(await EventsOf<ZoneBreached>(StreamKeys.Subject(id)));
        Assert.Empty(await EventsOf<AlertRaised>(StreamKeys.Alert(breached.AlertId)));

        Assert.IsType<CommandOutcome.Done>(await subject.Execute(new ResumeWatching(breached.HeldBackBy!.Value), CommandEnvelope.By(Officer)));

        Assert.Equal("watchingResumed", Assert.Single(await EventsOf<AlertRaised>(StreamKeys.Alert(breached.AlertId))).Evidence.Rule);
        Assert.True(await fixture.Grains.GetGrain<IAlertGrain>(breached.AlertId.ToString()).IsUnresolved());
    }

    [Fact]
    public async Task At_the_end_of_the_period_a_look_lets_watching_go_on_and_raises_what_holds()
    {
        Instant end = fixture.Services.GetRequiredService<IClock>().GetCurrentInstant() + Duration.FromSeconds(8);
        (ISubjectGrain subject, SubjectId id, string device) = await SuspendedAsync(end);
        await EnterAsync(subject, device);
        ZoneBreached breached = Assert.Single(await EventsOf<ZoneBreached>(StreamKeys.Subject(id)));

        await Eventually.Until(
            async () =>
            {
                await subject.Look();
                return (await EventsOf<WatchingResumed>(StreamKeys.Subject(id))).Length > 0;
            },
            "watching goes on");

        Assert.Equal(end, Assert.Single(await EventsOf<WatchingResumed>(StreamKeys.Subject(id))).At);
        Assert.Single(await EventsOf<AlertRaised>(StreamKeys.Alert(breached.AlertId)));
    }

    [Fact]
    public async Task Tampering_is_never_held_back()
    {
        (ISubjectGrain subject, SubjectId id, string device) = await SuspendedAsync(_now + Duration.FromHours(1));

        await subject.Report(new FixReport(device, []) { Signs = [new DeviceSigns(_now, _now, Positioned: false, Battery: 80, DeviceAlarms.Tamper)] });

        DeviceAlarmRaised tampered = Assert.Single(await EventsOf<DeviceAlarmRaised>(StreamKeys.Subject(id)));
        Assert.Equal(AlertKind.Tamper, Assert.Single(await EventsOf<AlertRaised>(StreamKeys.Alert(tampered.AlertId!.Value))).Kind);
    }

    private async Task EnterAsync(ISubjectGrain subject, string device)
    {
        foreach (int step in Enumerable.Range(0, 3))
        {
            Instant at = _now - Duration.FromMinutes(10) + Duration.FromSeconds(30 * step);
            await subject.Report(new FixReport(device, [new Fix(device, at, at, School, 5, 0, 90, null, 80, FixSource.OsmAnd)]));
        }
    }

    private async Task<(ISubjectGrain Subject, SubjectId Id, string Device)> SuspendedAsync(Instant to)
    {
        (ISubjectGrain subject, SubjectId id, string device) = await fixture.RegisterWithPhoneAsync();
        CommandOutcome[] outcomes =
        [
            await subject.Execute(new ImposeZone("学校", ZoneKind.Exclusion, new ZoneGeometry.Circle(School, 100), null, 2, null), CommandEnvelope.By(Officer)),
            await subject.Execute(new SuspendWatching(SuspensionReason.CourtAppearance, _now - Duration.FromHours(1), to, SuspensionPolicy.Default), CommandEnvelope.By(Officer)),
        ];
        Assert.All(outcomes, outcome => Assert.IsType<CommandOutcome.Done>(outcome));
        return (subject, id, device);
    }

    private async Task<ImmutableArray<T>> EventsOf<T>(string key) =>
        [.. (await fixture.Services.GetRequiredService<EventReader>().ReadStreamAsync(key, TestContext.Current.CancellationToken)).Select(recorded => recorded.Data).OfType<T>()];
}
