using Correction.Domain;
using Correction.Server.Access;
using Correction.Server.Accounts;
using Correction.Server.CaseFiles;
using Correction.Server.Exports;
using Correction.Store.Exports;
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
        audit.MapExports();
        audit.MapLooks();
        audit.MapUnusualLooking();
        audit.MapCaseFileProofs();
    }

    private static async Task<IResult> Events(
        HttpContext http, VisibleEvents events, long? afterSequence, string? stream, string? type, string? actor, string? from, string? to, int? limit)
    {
        if (limit is < 1 or > LongestPage || !SubjectsApi.TryReadTime(from, out Instant? begin) || !SubjectsApi.TryReadTime(to, out Instant? end))
        {
            return Problems.Malformed(("limit", $"1 to {LongestPage}; from and to are instants in UTC such as 2026-03-01T02:03:04Z."));
        }

        var query = new EventQuery(afterSequence ?? 0, stream, type, actor, begin, end);
        List<object> found = await events.ReadAsync(Own(http), query, http.RequestAborted)
            .Take(limit ?? 100).Select(SubjectDirectory.Write).ToListAsync(http.RequestAborted);
        return TypedResults.Ok(found);
    }

    /// <summary>The same as newline-delimited JSON, streamed; a long one is better ordered as an export.</summary>
    private static async Task ExportAsync(
        HttpContext http, VisibleEvents events, EventLines lines, long? afterSequence, string? stream, string? type, string? actor, string? from, string? to)
    {
        if (!SubjectsApi.TryReadTime(from, out Instant? begin) || !SubjectsApi.TryReadTime(to, out Instant? end))
        {
            await Problems.Malformed(("from", "An instant in UTC such as 2026-03-01T02:03:04Z, as for to.")).ExecuteAsync(http);
            return;
        }

        var query = new EventQuery(afterSequence ?? 0, stream, type, actor, begin, end);
        http.Response.ContentType = "application/x-ndjson";
        await foreach (RecordedEvent happened in events.ReadAsync(Own(http), query, http.RequestAborted))
        {
            await http.Response.WriteAsync(lines.Of(happened, ExportFormat.Ndjson), http.RequestAborted);
        }
    }

    private static Jurisdiction Own(HttpContext http) => Jurisdiction.Parse(http.User.Actor().Jurisdiction);
}
