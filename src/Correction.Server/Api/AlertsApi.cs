using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Projections;
using Correction.Server.Accounts;
using Correction.Server.Api.Hindsight;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Server.Api;

/// <summary>Alerts: the queue, what became of them, one alert with its evidence.</summary>
internal static class AlertsApi
{
    private const int LongestPage = 200;

    public static void MapAlerts(this WebApplication app)
    {
        RouteGroupBuilder alerts = app.MapGroup("/api/v1/alerts").WithTags("Alerts").RequireAuthorization(Policies.ReadSubjects);
        alerts.MapGet("/", List);
        alerts.MapAlertStatistics();
        alerts.MapManyAlertCommands();
        RouteGroupBuilder one = alerts.MapGroup("/{id}").AddEndpointFilter(WithinJurisdictionAsync);
        one.MapGet("/", Read);
        one.MapGet("/events", Events);
        one.MapAlertHindsight();
        one.MapAlertCommands();
    }

    /// <summary>The jurisdiction asked for, or the asker's own; a problem where it is no code or not theirs.</summary>
    public static IResult? Within(HttpContext http, string? asked, out Jurisdiction within)
    {
        if (!Jurisdiction.TryParse(asked ?? http.User.Actor().Jurisdiction, out within))
        {
            return Problems.Malformed(("jurisdiction", "A GB/T 2260 code or a station's nine digits."));
        }

        return http.User.Covers(within) ? null : Problems.OutsideJurisdiction();
    }

    private static async Task<IResult> List(HttpContext http, [AsParameters] QueueParameters asked, [AsParameters] ViewTimeParameters times, AlertDirectory directory, IClock clock)
    {
        if (times.Read(out ViewTime when) is { } malformed)
        {
            return malformed;
        }

        if (asked.Errors() is { Count: > 0 } errors)
        {
            return Problems.Malformed(errors);
        }

        if (Within(http, asked.Jurisdiction, out Jurisdiction within) is { } problem)
        {
            return problem;
        }

        AlertQuery query = asked.Query(within, when.AsOf ?? clock.GetCurrentInstant()) with { When = when };
        Page<AlertEntry> page = await directory.ListAsync(http.User, query, "api", SubjectsApi.Purpose(http), http.RequestAborted);
        return TypedResults.Ok(new { items = page.Items.Select(entry => AlertJson.Write(entry)), next = page.Next?.ToString() });
    }

    /// <summary>Events name nobody: a look at them is none at a person's data.</summary>
    private static async Task<IResult> Events(HttpContext http, string id, AlertDirectory directory, [AsParameters] ViewTimeParameters times) =>
        times.Read(out ViewTime when) ?? TypedResults.Ok((await directory.StreamAsync(Id(id), when, http.RequestAborted)).Select(SubjectDirectory.Write));

    public static AlertId Id(string id) => AlertId.TryParse(id, out AlertId parsed) ? parsed : throw new FormatException("Not an alert id.");

    private static async Task<IResult> Read(HttpContext http, string id, AlertDirectory directory, [AsParameters] ViewTimeParameters times)
    {
        if (times.Read(out ViewTime when) is { } problem)
        {
            return problem;
        }

        (AlertEntry? entry, ImmutableDictionary<Guid, JsonElement> notes) = await directory.ReadAsync(http.User, id, when, "api", SubjectsApi.Purpose(http), http.RequestAborted);
        if (entry is null)
        {
            return Problems.NotFound();
        }

        http.Response.Headers.ETag = $"\"{entry.Version}\"";
        return TypedResults.Ok(AlertJson.Write(entry, notes));
    }

    private static async ValueTask<object?> WithinJurisdictionAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        return AlertId.TryParse(http.GetRouteValue("id") as string, out AlertId id)
            && await http.RequestServices.GetRequiredService<JurisdictionReader>().FindAsync(StreamKeys.Alert(id), http.RequestAborted) is { } whose
                ? http.User.Covers(whose) ? await next(context) : Problems.Outside(http.Request)
                : Problems.NotFound();
    }

    /// <summary>What of the queue is asked for.</summary>
    /// <param name="Subject">Only this subject's.</param>
    /// <param name="AssignedTo">An account.</param>
    /// <param name="Overdue">Only what is past due and not resolved.</param>
    private sealed record QueueParameters(
        string? Jurisdiction, string? Subject, string? State, string? Kind, string? Severity, string? AssignedTo, bool? Overdue, string? Cursor, int? Limit)
    {
        public List<(string Field, string Message)> Errors()
        {
            List<(string, string)> errors = [.. Unknown<AlertHandling>("state", State), .. Unknown<AlertKind>("kind", Kind), .. Unknown<AlertSeverity>("severity", Severity)];
            if (Subject is not null && !SubjectId.TryParse(Subject, out _))
            {
                errors.Add(("subject", "A subject's id: 32 hex digits."));
            }

            if ((Cursor is not null && !Store.Reading.Cursor.TryParse(Cursor, out _)) || Limit is < 1 or > LongestPage)
            {
                errors.Add(("cursor", $"The next of the page before, unchanged; limit 1 to {LongestPage}."));
            }

            return errors;
        }

        public AlertQuery Query(Jurisdiction within, Instant now) => new(
            within,
            Value<AlertHandling>(State) is { } handling ? [handling] : [],
            Subject: SubjectId.TryParse(Subject, out SubjectId subject) ? subject : null,
            After: Store.Reading.Cursor.TryParse(Cursor, out Cursor after) ? after : null,
            Limit: Limit ?? 50)
        {
            Kind = Value<AlertKind>(Kind), Severity = Value<AlertSeverity>(Severity), AssignedTo = AssignedTo, OverdueAt = Overdue == true ? now : null,
        };

        private static IEnumerable<(string, string)> Unknown<T>(string field, string? name)
            where T : struct, Enum =>
            name is null || Value<T>(name) is not null ? [] : [(field, $"One of: {string.Join(", ", WireNames<T>.All)}.")];

        private static T? Value<T>(string? name)
            where T : struct, Enum => WireNames<T>.TryParse(name, out T value) ? value : null;
    }
}
