using Correction.Gateway.OsmAnd;
using Correction.Gateway.OwnTracks;
using Microsoft.Extensions.DependencyInjection;

namespace Correction.Gateway;

public static class GatewayRegistration
{
    /// <summary>Every device gateway. JT/T 808 joins here.</summary>
    public static IServiceCollection AddCorrectionGateways(this IServiceCollection services)
    {
        services.AddSingleton<FixIngress>();
        services.AddSingleton<OsmAndGateway>();
        services.AddHostedService(provider => provider.GetRequiredService<OsmAndGateway>());
        services.AddSingleton<OwnTracksGateway>();
        services.AddHostedService(provider => provider.GetRequiredService<OwnTracksGateway>());
        return services;
    }
}
