using System.Net;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using NodaTime;

namespace Correction.Server.Tests.Replay;

/// <summary>What was learned after a decision that would have changed it.</summary>
public sealed class HindsightTests(SharedServer shared)
{
    private static readonly Instant Ten = Histories.Begin + Duration.FromHours(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Late_fixes_that_end_a_breach_before_the_decision_are_told_with_the_state_they_change_and_what_came_later_is_not()
    {
        var draw = new Histories(3);
        (SubjectId subject, ZoneId zone, AlertId alert, LeaveId leave) = (new(draw.NewId()), new(draw.NewId()), new(draw.NewId()), new(draw.NewId()));
        await using var store = new BackdatedStore(shared.Server.ConnectionString);
        await store.WriteAsync(StreamKeys.Subject(subject),
        [
            Just(draw.Subject(subject, "430981077", 0).Single(), 0),
            Just(new ZoneImposed(zone, "学校", ZoneKind.Exclusion, new ZoneGeometry.Circle(new GeoPoint(112.36, 28.85), 100), null, 2, null), 10),
            Just(new ZoneBreached(zone, alert, Ten + Duration.FromMinutes(20)), 21),
            Just(new LeaveAppliedFor(leave, LeaveReason.Medical, new ForgettableRef(draw.NewId(), "hash"), new LocalDate(2026, 6, 2), new LocalDate(2026, 6, 3)), 50),
            Just(new LeaveRefused(leave, null), 60),
            Just(new ZoneBreachEnded(zone, alert, Ten + Duration.FromMinutes(30)), 90), // the phone was out of reach
            Just(new ZoneBreached(zone, alert, Ten + Duration.FromMinutes(100)), 101),
        ]);
        using HttpClient officer = await shared.Server.AsAsync("approver");
        JsonElement back = await officer.GetJsonAsync($"api/v1/subjects/{subject}/events/5/hindsight");
        Assert.Equal("leave_refused", back.GetProperty("decision").GetProperty("type").GetString());
        JsonElement learned = Assert.Single(back.GetProperty("learned").EnumerateArray());
        Assert.Equal(("zone_breach_ended", Ten + Duration.FromMinutes(30)), (
            learned.GetProperty("event").GetProperty("type").GetString(), NodaTime.Text.InstantPattern.ExtendedIso.Parse(learned.GetProperty("since").GetString()!).Value));
        JsonElement difference = Assert.Single(back.GetProperty("differences").EnumerateArray());
        Assert.Equal(($"zones[{zone}].breached", true, false), (
            difference.GetProperty("path").GetString(), difference.GetProperty("then").GetBoolean(), difference.GetProperty("now").GetBoolean()));
        Assert.Empty((await officer.GetJsonAsync($"api/v1/subjects/{subject}/events/2/hindsight")).GetProperty("learned").EnumerateArray());
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(officer, $"api/v1/subjects/{subject}/events/8/hindsight"));

        using HttpClient stranger = await shared.Server.AsAsync("officer2");
        using HttpClient family = await shared.Server.AsAsync("family");
        Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.Forbidden], new[]
        {
            await StatusAsync(stranger, $"api/v1/subjects/{subject}/events/5/hindsight"), await StatusAsync(family, $"api/v1/subjects/{subject}/events/5/hindsight"),
        });
        using HttpClient auditor = await shared.Server.AsAsync("auditor");
        Assert.Equal(["approver"], (await auditor.GetJsonAsync($"api/v1/access?subject={subject}&what=hindsight")).EnumerateArray().Select(look => look.GetProperty("account").GetString()).Distinct());
    }

    [Fact]
    public async Task An_alert_that_was_withdrawn_after_it_was_resolved_shows_that_it_never_was()
    {
        var draw = new Histories(4);
        (SubjectId subject, AlertId alert) = (new(draw.NewId()), new(draw.NewId()));
        var evidence = new AlertEvidence(ZoneRules.LateFixes, [], null, null, null, null, Ten);
        await using var store = new BackdatedStore(shared.Server.ConnectionString);
        await store.WriteAsync(StreamKeys.Alert(alert),
        [
            Just(draw.Alert(alert, subject, "430981077").First(), 0), Just(new AlertAcknowledged(null), 5), Just(new AlertResolved("genuine", null), 20), Just(new AlertConditionWithdrawn(evidence), 70),
        ]);
        using HttpClient auditor = await shared.Server.AsAsync("auditor");
        JsonElement back = await auditor.GetJsonAsync($"api/v1/alerts/{alert}/events/3/hindsight");
        JsonElement difference = Assert.Single(back.GetProperty("differences").EnumerateArray());
        Assert.Equal(("condition", "on", "withdrawn"), (
            difference.GetProperty("path").GetString(), difference.GetProperty("then").GetString(), difference.GetProperty("now").GetString()));
    }

    private static Dated Just(IDomainEvent happened, int minutes) => new(happened, Ten + Duration.FromMinutes(minutes), Ten + Duration.FromMinutes(minutes));

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path)
    {
        using HttpResponseMessage answer = await http.GetAsync(path, Cancellation);
        return answer.StatusCode;
    }
}
