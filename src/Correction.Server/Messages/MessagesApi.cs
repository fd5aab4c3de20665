using Correction.Server.Accounts;

namespace Correction.Server.Messages;

/// <summary>What families were told, and whether it arrived.</summary>
internal static class MessagesApi
{
    public static void MapMessages(this WebApplication app) =>
        app.MapGet("/api/v1/messages", async (HttpContext http, MessageList messages) => TypedResults.Ok(await messages.OwnAsync(http.User, http.RequestAborted)))
            .WithTags("Visits").RequireAuthorization(Policies.VisitAsFamily);

    /// <summary>Of the visit or relative in the route, whose parties alone come through.</summary>
    public static void MapMessagesAbout(this RouteGroupBuilder one, Func<string, string> streamKey) =>
        one.MapGet("/messages", async (HttpContext http, string id, MessageList messages) => TypedResults.Ok(await messages.AboutAsync(http.User, streamKey(id), http.RequestAborted)));
}
