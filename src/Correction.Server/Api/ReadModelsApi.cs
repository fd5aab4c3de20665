using Correction.Server.Accounts;
using Correction.Store.Rebuilding;

namespace Correction.Server.Api;

/// <summary>For administrators: the read models, how far behind the events each is, and rebuilding one while it is in use.</summary>
internal static class ReadModelsApi
{
    public static void MapReadModels(this WebApplication app)
    {
        RouteGroupBuilder models = app.MapGroup("/api/v1/projections").WithTags("Operations").RequireAuthorization(Policies.Administer);
        models.MapGet("/", async (RebuildRuns runs, HttpContext http) => TypedResults.Ok(new ReadModelPage([.. await runs.ReadAsync(http.RequestAborted)])));
        models.MapGet("/{name}", Read);
        models.MapPost("/{name}/rebuild", Rebuild);
    }

    private static async Task<IResult> Read(HttpContext http, string name, RebuildRuns runs) =>
        await FindAsync(http, name, runs) is { } found ? TypedResults.Ok(found) : Problems.NotFound();

    /// <summary>Begins it and answers at once; it goes on without who asked.</summary>
    private static async Task<IResult> Rebuild(HttpContext http, string name, ProjectionRebuild rebuild, RebuildRuns runs, IHostApplicationLifetime lifetime)
    {
        if (!ProjectionRebuild.Names.Contains(name))
        {
            return Problems.NotFound();
        }

        try
        {
            _ = await rebuild.BeginAsync(name, lifetime.ApplicationStopping);
            return TypedResults.Accepted($"/api/v1/projections/{name}", await FindAsync(http, name, runs));
        }
        catch (RebuildRunningException)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "rebuildRunning", "It is being rebuilt already: GET tells how far it is.");
        }
    }

    private static async Task<ReadModelState?> FindAsync(HttpContext http, string name, RebuildRuns runs) =>
        (await runs.ReadAsync(http.RequestAborted)).FirstOrDefault(model => model.Name == name);
}

internal sealed record ReadModelPage(ReadModelState[] Items);
