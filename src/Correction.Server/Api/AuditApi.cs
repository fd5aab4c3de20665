using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Access;
using Correction.Server.Accounts;
using Correction.Store.Reading;
using Microsoft.Extensions.Options;
using NodaTime;
using NodaTime.Text;

namespace Correction.Server.Api;

/// <summary>For auditors: all events in their order, and who looked at whose data.</summary>
internal static class AuditApi
{
    private const int LongestPage = 1_000;

    public static void MapAudit(this WebApplication app)
    {
        RouteGroupBuilder audit = app.MapGroup("/api/v1").WithTags("Audit").RequireAuthorization(Policies.Audit);
        audit.MapGet("/events", Events);
        audit.MapGet("/events/export", ExportAsync);
        audit.MapGet("/access", Access);
    }

    private static async Task<IResult> Events(
        HttpContext http, EventReader events, JurisdictionReader jurisdictions, long? afterSequence, string? stream, string? type, string? actor, string? from, string? to, int? limit)
    {
        if (limit is < 1 or > LongestPage || !TryRead(from, out Instant? begin) || !TryRead(to, out Instant? end))
        {
            return Problems.Malformed(("limit", $"1 to {LongestPage}; from and to are instants in UTC such as 2026-03-01T02:03:04Z."));
        }

        var query = new EventQuery(afterSequence ?? 0, stream, type, actor, begin, end);
        List<object> found = await Visible(http, events.ReadAsync(query, http.RequestAborted), jurisdictions)
            .Take(limit ?? 100).Select(SubjectDirectory.Write).ToListAsync(http.RequestAborted);
        return TypedResults.Ok(found);
    }

    /// <summary>The same as newline-delimited JSON, streamed.</summary>
    private static async Task ExportAsync(
        HttpContext http, EventReader events, JurisdictionReader jurisdictions, IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json,
        long? afterSequence, string? stream, string? type, string? actor, string? from, string? to)
    {
        if (!TryRead(from, out Instant? begin) || !TryRead(to, out Instant? end))
        {
            await Problems.Malformed(("from", "An instant in UTC such as 2026-03-01T02:03:04Z, as for to.")).ExecuteAsync(http);
            return;
        }

        var query = new EventQuery(afterSequence ?? 0, stream, type, actor, begin, end);
        http.Response.ContentType = "application/x-ndjson";
        await foreach (RecordedEvent happened in Visible(http, events.ReadAsync(query, http.RequestAborted), jurisdictions))
        {
            await http.Response.WriteAsync(JsonSerializer.Serialize(SubjectDirectory.Write(happened), json.Value.SerializerOptions) + "\n", http.RequestAborted);
        }
    }

    private static async Task<IResult> Access(HttpContext http, EventReader events, string? subject, string? account, string? from, string? to)
    {
        if (!TryRead(from, out Instant? begin) || !TryRead(to, out Instant? end))
        {
            return Problems.Malformed(("from", "An instant in UTC such as 2026-03-01T02:03:04Z, as for to."));
        }

        SubjectId whose = default;
        if (subject is not null && !SubjectId.TryParse(subject, out whose))
        {
            return Problems.Malformed(("subject", "A subject's id."));
        }

        var looks = await events.ReadAsync(new EventQuery(0, null, "personal_data_viewed", account, begin, end), http.RequestAborted)
            .Select(happened => (Event: happened, Look: (PersonalDataViewed)happened.Data))
            .Where(look => (subject is null || look.Look.Subjects.Contains(whose)) && http.User.Covers(Jurisdiction.Parse(look.Event.Actor.Jurisdiction)))
            .Select(look => new
            {
                look.Event.Sequence,
                at = look.Event.OccurredAt,
                account = look.Event.Actor.Account,
                look.Event.Actor.Role,
                subjects = look.Look.Subjects.Select(id => id.ToString()),
                look.Look.What,
                look.Look.Via,
                look.Look.Purpose,
            })
            .ToListAsync(http.RequestAborted);
        return TypedResults.Ok(looks);
    }

    /// <summary>Events of streams that the auditor's jurisdiction covers; looks are its own accounts'.</summary>
    private static async IAsyncEnumerable<RecordedEvent> Visible(HttpContext http, IAsyncEnumerable<RecordedEvent> events, JurisdictionReader jurisdictions)
    {
        var known = new Dictionary<string, bool>();
        await foreach (RecordedEvent happened in events)
        {
            if (!known.TryGetValue(happened.StreamKey, out bool visible))
            {
                string key = happened.StreamKey.StartsWith("track/", StringComparison.Ordinal) ? $"subject/{happened.StreamKey.Split('/')[1]}" : happened.StreamKey;
                Jurisdiction? whose = await jurisdictions.FindAsync(key, http.RequestAborted);
                visible = whose is { } stated ? http.User.Covers(stated) : http.User.Covers(ActorsOwn(happened.Actor));
                known[happened.StreamKey] = visible;
            }

            if (visible)
            {
                yield return happened;
            }
        }
    }

    private static Jurisdiction ActorsOwn(Actor actor) => Jurisdiction.TryParse(actor.Jurisdiction, out Jurisdiction own) ? own : default;

    private static bool TryRead(string? text, out Instant? instant)
    {
        ParseResult<OffsetDateTime> parsed = OffsetDateTimePattern.ExtendedIso.Parse(text ?? string.Empty);
        instant = parsed.Success ? parsed.Value.ToInstant() : null;
        return text is null || parsed.Success;
    }
}
