namespace Correction.Server.Live;

internal static class LiveSetup
{
    public static void AddLiveBoards(this WebApplicationBuilder builder)
    {
        builder.Services.AddSignalR().AddMessagePackProtocol();
        builder.Services.AddSingleton<BoardFeed>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<BoardFeed>());
        builder.Services.AddSingleton<AccessRecorder>();
    }

    public static void MapLiveBoards(this WebApplication app) => app.MapHub<LiveHub>("/hubs/live");
}
