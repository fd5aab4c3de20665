using Correction.Domain.Alerts;
using Correction.Domain.Subjects;
using Correction.Grains.Boards;
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
        services.AddHostedService<DeadlineWatch>();
        return services;
    }
}
