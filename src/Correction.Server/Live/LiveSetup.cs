using Correction.Server.Access;
using Microsoft.AspNetCore.SignalR;

namespace Correction.Server.Live;

internal static class LiveSetup
{
    public static void AddLiveBoards(this WebApplicationBuilder builder)
    {
        builder.Services.AddSignalR().AddMessagePackProtocol(options => options.SerializerOptions = JsonInMessagePack.Options);
        builder.Services.AddSingleton<LiveConnections>();
        builder.Services.AddSingleton<HubLifetimeManager<LiveHub>>(provider => provider.GetRequiredService<LiveConnections>());
        builder.Services.AddSingleton<BoardFeed>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<BoardFeed>());
        builder.Services.AddSingleton<AccessRecorder>();
    }

    public static void MapLiveBoards(this WebApplication app) => app.MapHub<LiveHub>("/hubs/live");
}
