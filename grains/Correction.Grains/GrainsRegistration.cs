using Correction.Domain.Alerts;
using Correction.Domain.Subjects;
using Correction.Grains.Boards;
using Correction.Grains.Rooms;
using Correction.Grains.Visits;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NodaTime;

namespace Correction.Grains;

public static class GrainsRegistration
{
    /// <summary>What the grains need beside the store.</summary>
    public static IServiceCollection AddCorrectionGrains(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => new WatchPolicy(
            SilencePolicy.Default, AlertPolicy.Default, provider.GetRequiredService<IClock>().GetCurrentInstant()));
        services.AddSingleton<BoardPublisher>();
        services.AddSingleton<IBoardSource, BoardSource>();
        services.AddSingleton<VisitDesk>();
        services.AddSingleton<SharedZoneCache>();
        services.AddHostedService(provider => provider.GetRequiredService<SharedZoneCache>());
        services.TryAddSingleton(RoomOptions.Default);
        services.TryAddSingleton(new RetentionPolicy(null, "not decided"));
        services.AddSingleton<RoomTeller>();
        services.AddSingleton<RecordingKeeper>();
        services.AddHostedService<DeadlineWatch>();
        return services;
    }
}
