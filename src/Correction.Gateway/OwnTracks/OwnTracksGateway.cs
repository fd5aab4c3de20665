using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Correction.Gateway.OwnTracks;

/// <summary>OwnTracks in HTTP mode: <c>POST :5144/pub?u=&amp;d=</c> or HTTP Basic; answers <c>[]</c>.</summary>
public sealed class OwnTracksGateway(FixIngress ingress, IConfiguration configuration, IClock clock, ILogger<OwnTracksGateway> logger)
    : HttpGateway(ingress, configuration, logger)
{
    protected override string Name => "OwnTracks";

    protected override int StandardPort => 5144;

    protected override void MapRoutes(WebApplication listener)
    {
        listener.MapPost("/pub", TakeAsync);
        listener.MapPost("/", TakeAsync);
    }

    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        using JsonDocument body = await JsonDocument.ParseAsync(request.Body);
        string?[] names = [request.Query["u"], request.Query["d"], request.Headers["X-Limit-U"], request.Headers["X-Limit-D"], BasicUser(request)];
        string? device = await Ingress.FirstBoundAsync(names.Where(DeviceValues.IsDeviceId)!);
        return await AnswerAsync(
            OwnTracksCodec.Decode(body.RootElement, device, clock.GetCurrentInstant()), () => Results.Json(Array.Empty<object>()));
    }

    private static string? BasicUser(HttpRequest request)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out AuthenticationHeaderValue? header)
            || header is not { Scheme: "Basic", Parameter: { } parameter })
        {
            return null;
        }

        Span<byte> bytes = new byte[parameter.Length];
        return Convert.TryFromBase64String(parameter, bytes, out int length)
            ? Encoding.UTF8.GetString(bytes[..length]).Split(':')[0]
            : null;
    }
}
