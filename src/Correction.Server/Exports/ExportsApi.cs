using Correction.Server.Api;
using Correction.Server.Api.OpenApi;
using Correction.Store.Exports;
using Correction.Store.Reading;

namespace Correction.Server.Exports;

/// <summary>Exports of events of any range, as jobs: ordered, followed, cancelled, resumed, found again, and taken away.</summary>
internal static class ExportsApi
{
    private const string Route = "/api/v1/exports";

    public static void MapExports(this RouteGroupBuilder audit)
    {
        RouteGroupBuilder exports = audit.MapGroup("/exports");
        exports.MapPost("/", Order);
        exports.MapGet("/", async (HttpContext http, ExportDesk desk) =>
            TypedResults.Ok(new ExportPage([.. (await desk.OwnAsync(http.User, http.RequestAborted)).Select(ExportShape.Of)])));
        exports.MapGet("/{id}", Read);
        exports.MapPost("/{id}/cancel", Cancel);
        exports.MapPost("/{id}/resume", Resume);
        exports.MapGet("/{id}/file", Give);
    }

    /// <summary>Answers once the order is on record; the export goes on without who ordered it.</summary>
    private static async Task<IResult> Order(HttpContext http, ExportDesk desk)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        (EventQuery query, ExportFormat format) = ExportDesk.Read(body);
        if (body.Errors.Count > 0)
        {
            return Problems.Malformed(body.Errors);
        }

        return await desk.OrderAsync(http.User, CommandEndpoint.NewId(http), query, format, "api", SubjectsApi.Purpose(http), http.RequestAborted) is { } export
            ? TypedResults.Accepted($"{Route}/{ExportDesk.Write(export.Id)}", ExportShape.Of(export))
            : Problems.KeyReused();
    }

    private static async Task<IResult> Read(HttpContext http, string id, ExportDesk desk) =>
        await desk.FindAsync(http.User, id, http.RequestAborted) is { } export ? TypedResults.Ok(ExportShape.Of(export)) : Problems.NotFound();

    /// <summary>What is written stays, so that it can be resumed.</summary>
    private static async Task<IResult> Cancel(HttpContext http, string id, ExportDesk desk) =>
        await desk.FindAsync(http.User, id, http.RequestAborted) is not { } export ? Problems.NotFound()
        : await desk.CancelAsync(export, http.RequestAborted) is { State: ExportState.Cancelled } cancelled ? TypedResults.Ok(ExportShape.Of(cancelled))
        : Problems.Of(StatusCodes.Status409Conflict, "exportEnded", "The export has ended: there is nothing to cancel.");

    /// <summary>One that was cancelled or failed goes on behind what is written.</summary>
    private static async Task<IResult> Resume(HttpContext http, string id, ExportDesk desk) =>
        await desk.FindAsync(http.User, id, http.RequestAborted) is not { } export ? Problems.NotFound()
        : await desk.ResumeAsync(export, http.RequestAborted) is { State: not ExportState.Done } resumed ? TypedResults.Ok(ExportShape.Of(resumed))
        : Problems.Of(StatusCodes.Status409Conflict, "exportDone", "The export is done: there is nothing to resume.");

    private static async Task<IResult> Give(HttpContext http, string id, ExportDesk desk) =>
        await desk.FindAsync(http.User, id, http.RequestAborted) is { } export ? await desk.GiveAsync(http, export, SubjectsApi.Purpose(http)) : Problems.NotFound();
}
