using Correction.Domain;
using Correction.Server.Accounts;
using Correction.Server.CaseFiles;
using Correction.Store.Reading;
using NodaTime;

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
        audit.MapLooks();
        audit.MapUnusualLooking();
        audit.MapCaseFileProofs();
    }

    private static async Task<IResult> Events(
        HttpContext http, EventReader events, JurisdictionReader jurisdictions, long? afterSequence, string? stream, string? type, string? actor, string? from, string? to, int? limit)
    {
        if (limit is < 1 or > LongestPage || !SubjectsApi.TryReadTime(from, out Instant? begin) || !SubjectsApi.TryReadTime(to, out Instant? end))
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
        HttpContext http, EventReader events, JurisdictionReader jurisdictions, EventLines lines,
        long? afterSequence, string? stream, string? type, string? actor, string? from, string? to)
    {
        if (!SubjectsApi.TryReadTime(from, out Instant? begin) || !SubjectsApi.TryReadTime(to, out Instant? end))
        {
            await Problems.Malformed(("from", "An instant in UTC such as 2026-03-01T02:03:04Z, as for to.")).ExecuteAsync(http);
            return;
        }

        var query = new EventQuery(afterSequence ?? 0, stream, type, actor, begin, end);
        http.Response.ContentType = "application/x-ndjson";
        await foreach (RecordedEvent happened in Visible(http, events.ReadAsync(query, http.RequestAborted), jurisdictions))
        {
            await http.Response.WriteAsync(lines.Of(happened) + "\n", http.RequestAborted);
        }
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
}
