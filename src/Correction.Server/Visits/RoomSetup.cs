using Correction.Grains.Rooms;
using Correction.Grains.Visits;
using Correction.Server.Hosting;
using Correction.Store.Recordings;
using NodaTime;

namespace Correction.Server.Visits;

/// <summary>The rooms of visits: hub, relay credentials, media server.</summary>
internal static class RoomSetup
{
    public static void AddVisitRooms(this WebApplicationBuilder builder)
    {
        TurnOptions turn = TurnOptions.Read(builder.Configuration);
        builder.Services.AddSingleton(turn);
        builder.Services.AddSingleton<TurnCredentials>();
        builder.Services.AddSingleton(provider => Read(builder.Configuration, provider.GetRequiredService<RecordingOptions>()));
        builder.Services.AddSingleton(new RetentionPolicy(
            builder.Configuration.GetValue("Policy:Recordings:RetainDays", 180), builder.Configuration["Policy:Recordings:Source"] ?? "the office's own; no law sets a number"));
        builder.Services.AddSingleton<RoomFeed>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<RoomFeed>());
        builder.Services.AddSingleton<RecordingAccess>();
        builder.Services.AddSingleton<RecordingCopies>();
    }

    public static void MapVisitRooms(this WebApplication app)
    {
        app.MapHub<VisitHub>("/hubs/visit");
        app.MapRecordings();
    }

    private static RoomOptions Read(ConfigurationManager configuration, RecordingOptions recordings) => new(
        configuration["Janus:Url"] is { Length: > 0 } url
            ? new JanusOptions(
                new Uri(url), Needed(configuration, "Janus:ApiSecret"), Needed(configuration, "Janus:AdminKey"),
                configuration["Janus:RecordingDirectory"] is { Length: > 0 } seen ? seen : Path.GetFullPath(recordings.Directory), configuration.GetValue("Janus:BitrateCap", 800_000))
            : null,
        new RoomLimits(Seconds(configuration, "Rooms:ChunkSilenceSeconds", RoomLimits.Default.ChunkSilence), Seconds(configuration, "Rooms:AbsenceSeconds", RoomLimits.Default.Absence), RoomLimits.Default.Halt),
        configuration.GetValue("Turn:RelayOnly", false));

    private static string Needed(ConfigurationManager configuration, string key) => configuration[key] is { Length: > 0 } value
        ? value
        : throw new StartRefusedException($"Janus:Url is set without {key}.");

    private static Duration Seconds(ConfigurationManager configuration, string key, Duration standard) =>
        configuration.GetValue<double?>(key) is { } seconds ? Duration.FromSeconds(seconds) : standard;
}
