using System.Collections.Immutable;
using System.Security.Claims;
using System.Text.Json;
using System.Text.RegularExpressions;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Grains;
using Correction.Projections;
using Correction.Server.Accounts;
using Correction.Server.Live;
using Correction.Store.Journaling;
using Correction.Store.Reading;

namespace Correction.Server.Api;

/// <summary>Alerts: the queue, one alert with its evidence, acknowledge, resolve.</summary>
internal static partial class AlertsApi
{
    private const int LongestPage = 200;

    public static void MapAlerts(this WebApplication app)
    {
        RouteGroupBuilder alerts = app.MapGroup("/api/v1/alerts").WithTags("Alerts").RequireAuthorization(Policies.ReadSubjects);
        alerts.MapGet("/", List);
        RouteGroupBuilder one = alerts.MapGroup("/{id}").AddEndpointFilter(WithinJurisdictionAsync);
        one.MapGet("/", Read);
        one.MapPost("/acknowledge", Acknowledge).RequireAuthorization(Policies.DecideAsOfficer);
        one.MapPost("/resolve", Resolve).RequireAuthorization(Policies.DecideAsOfficer);
    }

    public static object Write(AlertEntry entry) => Write(entry, ImmutableDictionary<Guid, JsonElement>.Empty);

    public static object Write(AlertEntry entry, ImmutableDictionary<Guid, JsonElement> notes) => new
    {
        id = entry.AlertId,
        subjectId = entry.SubjectId,
        jurisdiction = entry.Jurisdiction,
        kind = entry.Alert.Alert.Kind,
        severity = entry.Alert.Alert.Severity,
        raisedAt = NodaTime.Instant.FromDateTimeOffset(entry.RaisedAt),
        dueAt = entry.Alert.Alert.DueAt,
        state = entry.Handling,
        condition = entry.Alert.Condition,
        outcome = entry.Alert.Outcome,
        entry.Version,
        evidence = Write(entry.Alert.Alert.Evidence),
        acknowledged = Write(entry.Acknowledged, notes),
        resolved = Write(entry.Resolved, notes),
    };

    public static object Write(AlertEvidence evidence) => new
    {
        evidence.Rule,
        fixes = evidence.Fixes.Select(Write),
        zone = evidence.Zone is { } zone
            ? new { zoneId = zone.ZoneId.ToString(), zone.Name, zone.Kind, geometry = ZoneReading.Write(zone.Geometry), zone.Confirmations }
            : null,
        evidence.DeviceId,
        evidence.LastHeardAt,
        evidence.Deadline,
    };

    private static object? Write(AlertAction? action, ImmutableDictionary<Guid, JsonElement> notes) => action is null
        ? null
        : new
        {
            action.Account,
            at = NodaTime.Instant.FromDateTimeOffset(action.At),
            note = action.NoteId is { } id && notes.TryGetValue(id, out JsonElement note) ? note.GetProperty("text").GetString() : null,
        };

    private static object Write(Fix fix) => new
    {
        lon = fix.Position.Longitude,
        lat = fix.Position.Latitude,
        at = fix.OccurredAt,
        fix.ReceivedAt,
        fix.Accuracy,
        fix.Speed,
        fix.Source,
        fix.DeviceId,
    };

    private static async Task<IResult> List(
        HttpContext http, AlertIndex index, Freshness freshness, AccessRecorder access, string? jurisdiction, string? state, string? cursor, int? limit)
    {
        Jurisdiction within = default;
        AlertHandling handling = default;
        Cursor after = default;
        if (jurisdiction is not null && !Jurisdiction.TryParse(jurisdiction, out within))
        {
            return Problems.Malformed(("jurisdiction", "A GB/T 2260 code or a station's nine digits."));
        }

        if (state is not null && !WireNames<AlertHandling>.TryParse(state, out handling))
        {
            return Problems.Malformed(("state", $"One of: {string.Join(", ", WireNames<AlertHandling>.All)}."));
        }

        if ((cursor is not null && !Cursor.TryParse(cursor, out after)) || limit is < 1 or > LongestPage)
        {
            return Problems.Malformed(("cursor", $"The next of the page before, unchanged; limit 1 to {LongestPage}."));
        }

        within = jurisdiction is null ? Jurisdiction.Parse(http.User.Actor().Jurisdiction) : within;
        if (!http.User.Covers(within))
        {
            return Problems.OutsideJurisdiction();
        }

        await freshness.WaitForProjectionsAsync(http.RequestAborted);
        Page<AlertEntry> page = await index.FindAsync(
            new AlertQuery(within, state is null ? [] : [handling], null, cursor is null ? null : after, limit ?? 50), http.RequestAborted);
        await access.RecordAsync(http.User.Actor(), page.Items.Select(entry => entry.Alert.Alert.SubjectId).Distinct(), "alerts", "api", SubjectsApi.Purpose(http));
        return TypedResults.Ok(new { items = page.Items.Select(entry => Write(entry)), next = page.Next?.ToString() });
    }

    private static async Task<IResult> Read(HttpContext http, string id, AlertDirectory directory)
    {
        (AlertEntry? entry, ImmutableDictionary<Guid, JsonElement> notes) = await directory.ReadAsync(http.User, id, "api", SubjectsApi.Purpose(http), http.RequestAborted);
        if (entry is null)
        {
            return Problems.NotFound();
        }

        http.Response.Headers.ETag = $"\"{entry.Version}\"";
        return TypedResults.Ok(Write(entry, notes));
    }

    private static async Task<IResult> Acknowledge(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        PersonalRecord? note = Note(body);
        return await SendAsync(http, id, body, commands, grains, new AcknowledgeAlert(note?.Reference), note);
    }

    private static async Task<IResult> Resolve(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        string outcome = body.Text("outcome", 40);
        if (outcome.Length > 0 && !Code().IsMatch(outcome))
        {
            body.Fail("outcome", "A code such as confirmed, falseAlarm, deviceFault, permitted, other.");
        }

        PersonalRecord? note = Note(body);
        return await SendAsync(http, id, body, commands, grains, new ResolveAlert(outcome, note?.Reference), note);
    }

    private static async Task<IResult> SendAsync(
        HttpContext http, string id, RequestBody body, CommandEndpoint commands, IGrainFactory grains, AlertCommand command, PersonalRecord? note) =>
        body.Errors.Count > 0
            ? Problems.Malformed(body.Errors)
            : await commands.SendAsync(
                http, body, id, note is null ? [] : [note], envelope => grains.GetGrain<IAlertGrain>(id).Execute(command, envelope));

    /// <summary>A note may name people: it stands with the personal data.</summary>
    private static PersonalRecord? Note(RequestBody body) =>
        body.OptionalText("note", 1000) is { } note ? CommandEndpoint.Personal("note", new { text = note }) : null;

    private static async ValueTask<object?> WithinJurisdictionAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        return AlertId.TryParse(http.GetRouteValue("id") as string, out AlertId id)
            && await http.RequestServices.GetRequiredService<JurisdictionReader>().FindAsync(StreamKeys.Alert(id), http.RequestAborted) is { } whose
                ? http.User.Covers(whose) ? await next(context) : Problems.Outside(http.Request)
                : Problems.NotFound();
    }

    [GeneratedRegex("^[a-z][A-Za-z0-9]{0,39}$")]
    private static partial Regex Code();
}

/// <summary>Reads alerts for API and pages alike, each look on record.</summary>
internal sealed class AlertDirectory(
    Marten.IDocumentStore documents, JurisdictionReader jurisdictions, PersonalStore personal, Freshness freshness, AccessRecorder access)
{
    public async Task<bool> IsWithinAsync(ClaimsPrincipal reader, AlertId id, CancellationToken cancellation) =>
        await jurisdictions.FindAsync(StreamKeys.Alert(id), cancellation) is { } jurisdiction && reader.Covers(jurisdiction);

    /// <summary>One alert with the notes on it.</summary>
    public async Task<(AlertEntry? Entry, ImmutableDictionary<Guid, JsonElement> Notes)> ReadAsync(
        ClaimsPrincipal reader, string id, string via, string? purpose, CancellationToken cancellation)
    {
        await freshness.WaitForProjectionsAsync(cancellation);
        await using Marten.IQuerySession session = documents.QuerySession();
        if (!AlertId.TryParse(id, out AlertId alert) || await session.LoadAsync<AlertEntry>(StreamKeys.Alert(alert), cancellation) is not { } entry)
        {
            return (null, ImmutableDictionary<Guid, JsonElement>.Empty);
        }

        await access.RecordAsync(reader.Actor(), [entry.Alert.Alert.SubjectId], "alert", via, purpose);
        Guid[] notes = [.. new[] { entry.Acknowledged?.NoteId, entry.Resolved?.NoteId }.OfType<Guid>()];
        return (entry, await personal.ReadAsync(notes, cancellation));
    }
}
