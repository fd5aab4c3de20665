using System.Text.Json;
using Correction.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Correction.Gateway;

/// <summary>
/// A device protocol over HTTP. A protocol gives its routes and codec; this gives the bounds and the answers.
/// </summary>
public abstract partial class HttpGateway(FixIngress ingress, IConfiguration configuration, ILogger logger) : DeviceListener(configuration, logger)
{
    private const long LargestBody = 64 * 1024;
    private const int MostConnections = 20_000;

    protected FixIngress Ingress => ingress;

    protected sealed override void Configure(WebApplicationBuilder builder) => builder.WebHost.ConfigureKestrel(kestrel =>
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = LargestBody;
        kestrel.Limits.MaxConcurrentConnections = MostConnections;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
    });

    protected sealed override void Map(WebApplication listener)
    {
        listener.Use(GuardAsync);
        MapRoutes(listener);
    }

    protected abstract void MapRoutes(WebApplication listener);

    /// <summary>What came of a decoded request, as an HTTP answer. 200 means durable.</summary>
    protected async Task<IResult> AnswerAsync(Decoded decoded, Func<IResult> taken)
    {
        switch (decoded)
        {
            case Decoded.Malformed malformed:
                return Results.Problem(
                    $"{malformed.Field}: send {malformed.Mend}.", statusCode: StatusCodes.Status400BadRequest,
                    extensions: new Dictionary<string, object?>
                    {
                        ["code"] = "malformed",
                        ["errors"] = new Dictionary<string, string[]> { [malformed.Field] = [$"Send {malformed.Mend}."] },
                    });
            case Decoded.Report { Fixes.IsEmpty: true }:
                return taken();
        }

        var report = (Decoded.Report)decoded;
        return await ingress.TakeAsync(report.DeviceId, report.Fixes) switch
        {
            ReportOutcome.Recorded => taken(),
            ReportOutcome.Quarantined => Problem(StatusCodes.Status404NotFound, "deviceUnknown", "This device is bound to nobody; its fixes wait in quarantine."),
            _ => Problem(StatusCodes.Status403Forbidden, "noMonitoringOrder", "No order of electronic positioning is in force: a bracelet's location may not be recorded."),
        };
    }

    protected static IResult Problem(int status, string code, string detail) =>
        Results.Problem(detail, statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code });

    /// <summary>No request ends this listener, and no failure passes for success.</summary>
    private async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception bad) when (bad is JsonException or BadHttpRequestException or InvalidDataException or InvalidOperationException { Source: "System.Text.Json" })
        {
            await Problem(StatusCodes.Status400BadRequest, "malformed", "The body cannot be read.").ExecuteAsync(context);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogNotTaken(Logger, failure, Name);
            context.Response.Headers.RetryAfter = "5";
            bool overloaded = Unacknowledged.Is(failure);
            await Problem(
                overloaded ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError,
                overloaded ? "overloaded" : "internal",
                "Nothing was acknowledged; send it again.").ExecuteAsync(context);
        }
    }

    [LoggerMessage(402, LogLevel.Error, "{Gateway}: a report could not be taken.")]
    private static partial void LogNotTaken(ILogger logger, Exception failure, string gateway);
}
