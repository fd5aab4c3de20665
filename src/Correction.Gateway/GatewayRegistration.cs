using Correction.Gateway.Jt808;
using Correction.Gateway.OsmAnd;
using Correction.Gateway.OwnTracks;
using Microsoft.Extensions.DependencyInjection;

namespace Correction.Gateway;

public static class GatewayRegistration
{
    /// <summary>Every device gateway.</summary>
    public static IServiceCollection AddCorrectionGateways(this IServiceCollection services)
    {
        services.AddSingleton<FixIngress>();
        AddGateway<OsmAndGateway>(services);
        AddGateway<OwnTracksGateway>(services);
        AddGateway<Jt808Gateway>(services);
        return services;
    }

    private static void AddGateway<T>(IServiceCollection services)
        where T : DeviceListener
    {
        services.AddSingleton<T>();
        services.AddSingleton<DeviceListener>(provider => provider.GetRequiredService<T>());
        services.AddHostedService(provider => provider.GetRequiredService<T>());
    }
}
