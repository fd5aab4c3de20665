using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Correction.Gateway.OsmAnd;

/// <summary>Traccar Client and other apps that speak OsmAnd: <c>:5055/?id=&amp;lat=&amp;lon=…</c>.</summary>
public sealed class OsmAndGateway(FixIngress ingress, IConfiguration configuration, IClock clock, ILogger<OsmAndGateway> logger)
    : HttpGateway(ingress, configuration, logger)
{
    protected override string Name => "OsmAnd";

    protected override int StandardPort => 5055;

    protected override void MapRoutes(WebApplication listener) => listener.MapMethods("/", ["GET", "POST"], TakeAsync);

    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        Instant now = clock.GetCurrentInstant();
        if (HttpMethods.IsPost(request.Method) && request.HasJsonContentType())
        {
            using JsonDocument body = await JsonDocument.ParseAsync(request.Body);
            return await AnswerAsync(OsmAndCodec.DecodeJson(body.RootElement, now), () => Results.Ok());
        }

        IFormCollection? form = request.HasFormContentType ? await request.ReadFormAsync() : null;
        return await AnswerAsync(
            OsmAndCodec.DecodeParameters(name => First(request.Query[name]) ?? First(form?[name] ?? default), now), () => Results.Ok());
    }

    private static string? First(Microsoft.Extensions.Primitives.StringValues values) => values.Count > 0 ? values[0] : null;
}
