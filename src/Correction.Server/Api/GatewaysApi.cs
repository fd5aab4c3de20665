using Correction.Gateway;
using Correction.Gateway.Jt808;
using Correction.Server.Accounts;

namespace Correction.Server.Api;

/// <summary>This host's device gateways: ports, connections, what could not be read and from whom. For the administrator.</summary>
internal static class GatewaysApi
{
    public static void MapGateways(this WebApplication app)
    {
        RouteGroupBuilder gateways = app.MapGroup("/api/v1/gateways").WithTags("Gateways").RequireAuthorization(Policies.Administer);
        gateways.MapGet("/", (IEnumerable<DeviceListener> listeners) => TypedResults.Ok(new { items = listeners.Select(listener => listener.Status) }));
        gateways.MapGet("/jt808/terminals/{deviceId}", IResult (string deviceId, Jt808Gateway gateway) =>
            gateway.Describe(deviceId) is { } terminal ? TypedResults.Ok(terminal) : Problems.NotFound());
    }
}
