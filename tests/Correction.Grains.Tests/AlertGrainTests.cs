using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using Correction.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;
using static Correction.Grains.Tests.GrainsFixture;

namespace Correction.Grains.Tests;

public sealed class AlertGrainTests(GrainsFixture fixture)
{
    private static readonly AlertPath Path = new(
    [
        new(AlertLevel.Officer, Duration.FromHours(1), Duration.FromHours(5)),
        new(AlertLevel.StationHead, Duration.FromHours(2), Duration.FromHours(6)),
    ]);

    private readonly Instant _now = fixture.Services.GetRequiredService<IClock>().GetCurrentInstant();

    [Fact]
    public async Task An_alert_that_nobody_took_in_time_goes_up_once_though_both_hosts_watch()
    {
        AlertId id = await RaiseAsync(dueAt: _now - Duration.FromMinutes(1));

        await Eventually.Until(async () => (await EventsOf(id)).Any(happened => happened is AlertEscalated), "the escalation");
        await fixture.Grains.GetGrain<IAlertGrain>(id.ToString()).Look();

        AlertEscalated escalated = Assert.Single((await EventsOf(id)).OfType<AlertEscalated>());
        Assert.Equal(AlertLevel.StationHead, escalated.Level);
        Assert.True(escalated.DueAt >= _now + Duration.FromHours(2));
        Assert.Null(await DeadlineOf(id)); // nobody above is left to tell
    }

    [Fact]
    public async Task An_alert_that_was_taken_has_until_its_level_allows_and_none_once_it_is_resolved()
    {
        AlertId id = await RaiseAsync(dueAt: _now + Duration.FromHours(1));
        IAlertGrain alert = fixture.Grains.GetGrain<IAlertGrain>(id.ToString());
        Assert.Equal(Micro(_now + Duration.FromHours(1)), await DeadlineOf(id));

        Assert.IsType<CommandOutcome.Done>(await alert.Execute(new AcknowledgeAlert(null), CommandEnvelope.By(Officer)));
        AlertAcknowledged taken = Assert.Single((await EventsOf(id)).OfType<AlertAcknowledged>());
        Assert.Equal((Micro(taken.DueAt!.Value), "officer"), (await DeadlineOf(id), taken.Assignee));
        await alert.Look();
        Assert.Equal(Micro(taken.DueAt.Value), await DeadlineOf(id)); // too early: nothing happened

        Assert.IsType<CommandOutcome.Done>(await alert.Execute(new HandOverAlert(Approver, null), CommandEnvelope.By(Officer)));
        Assert.IsType<CommandOutcome.Done>(await alert.Execute(new ResolveAlert("confirmed", null), CommandEnvelope.By(Officer)));
        Assert.Null(await DeadlineOf(id));
        Assert.DoesNotContain(await EventsOf(id), happened => happened is AlertEscalated);
    }

    [Fact]
    public async Task A_deadline_that_nobody_can_look_after_keeps_no_other_from_its_look()
    {
        var journal = fixture.Services.GetRequiredService<Journal>();
        await journal.CommitAsync(new JournalEntry { Deadlines = [new Deadline("nobody/1", Instant.FromUnixTimeSeconds(0)), new Deadline("alert/broken", Instant.FromUnixTimeSeconds(0))] }, TestContext.Current.CancellationToken);
        AlertId id = await RaiseAsync(dueAt: _now - Duration.FromMinutes(1));

        await Eventually.Until(async () => (await EventsOf(id)).Any(happened => happened is AlertEscalated), "the escalation");

        await journal.CommitAsync(new JournalEntry { Deadlines = [new Deadline("nobody/1", null), new Deadline("alert/broken", null)] }, TestContext.Current.CancellationToken);
    }

    /// <summary>As a subject's commit begins it: the alert and its deadline together.</summary>
    private async Task<AlertId> RaiseAsync(Instant dueAt)
    {
        var id = new AlertId(Guid.CreateVersion7());
        var raised = new AlertRaised(
            id, new SubjectId(Guid.CreateVersion7()), "430981001", AlertKind.DeviceSilent, AlertSeverity.Warning, dueAt,
            new AlertEvidence("silenceLimit", [], null, "d", null, dueAt), Path);
        var entry = new JournalEntry
        {
            Streams = [new StreamAppend(StreamKeys.Alert(id), 0, [new NewEvent(raised, _now, Actor.System, [])])],
            Deadlines = [new Deadline(StreamKeys.Alert(id), Escalation.NextLook(AlertDecider.Begin(raised)))],
        };
        Assert.IsType<CommitResult.Committed>(await fixture.Services.GetRequiredService<Journal>().CommitAsync(entry, TestContext.Current.CancellationToken));
        return id;
    }

    private async Task<ImmutableArray<IDomainEvent>> EventsOf(AlertId id) =>
    [
        .. (await fixture.Services.GetRequiredService<EventReader>().ReadStreamAsync(StreamKeys.Alert(id), TestContext.Current.CancellationToken))
            .Select(recorded => recorded.Data),
    ];

    private async Task<Instant?> DeadlineOf(AlertId id)
    {
        await using NpgsqlCommand read = fixture.Services.GetRequiredService<NpgsqlDataSource>()
            .CreateCommand("select look_at from correction.deadline where stream_key = $1");
        read.Parameters.Add(new() { Value = StreamKeys.Alert(id) });
        return await read.ExecuteScalarAsync(TestContext.Current.CancellationToken) is DateTime at ? Instant.FromDateTimeUtc(at) : null;
    }

    /// <summary>A column keeps microseconds.</summary>
    private static Instant Micro(Instant value) => Instant.FromUnixTimeTicks(value.ToUnixTimeTicks() / 10 * 10);
}
