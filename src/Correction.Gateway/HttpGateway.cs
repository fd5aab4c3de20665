using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Correction.Grains;
using Correction.Store.Journaling;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Correction.Gateway;

/// <summary>
/// One HTTP device protocol on a port of its own, which serves devices and nothing else. A protocol gives its routes and
/// codec; this gives the listener, its bounds, and the answers.
/// </summary>
public abstract partial class HttpGateway(FixIngress ingress, IConfiguration configuration, ILogger logger) : IHostedService
{
    private const long LargestBody = 64 * 1024;
    private const int MostConnections = 20_000;

    private WebApplication? _listener;

    /// <summary>Name of the protocol in configuration: <c>Gateway:{Name}:Port</c>.</summary>
    protected abstract string Name { get; }

    protected abstract int StandardPort { get; }

    protected FixIngress Ingress => ingress;

    /// <summary>The port it listens on; null while it is off.</summary>
    public int? Port { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        int? configured = configuration.GetValue<int?>($"Gateway:{Name}:Port");
        if (configured == 0)
        {
            return;
        }

        int port = configured ?? StandardPort;
        if (!await TryListenAsync(port, cancellationToken))
        {
            if (configured is not null)
            {
                throw new InvalidOperationException($"Port {port} is taken: set Gateway__{Name}__Port to a free one, or to 0 for none.");
            }

            await TryListenAsync(0, cancellationToken);
            LogPortTaken(logger, Name, port, Port ?? 0);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_listener is not null)
        {
            await _listener.StopAsync(cancellationToken);
            await _listener.DisposeAsync();
        }
    }

    protected abstract void Map(WebApplication listener);

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

    private async Task<bool> TryListenAsync(int port, CancellationToken cancellation)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear(); // addresses of the host must not open this port a second time
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(IPAddress.Any, port);
        });
        WebApplication listener = builder.Build();
        listener.Use(GuardAsync);
        Map(listener);
        try
        {
            await listener.StartAsync(cancellation);
        }
        catch (IOException taken) when (taken.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException or SocketException)
        {
            await listener.DisposeAsync();
            return false;
        }

        _listener = listener;
        Port = new Uri(listener.Urls.First().Replace("0.0.0.0", "localhost", StringComparison.Ordinal)).Port;
        return true;
    }

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
            LogNotTaken(logger, failure, Name);
            context.Response.Headers.RetryAfter = "5";
            bool overloaded = failure is JournalOverloadedException or JournalUnavailableException or StreamMovedException or TimeoutException;
            await Problem(
                overloaded ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError,
                overloaded ? "overloaded" : "internal",
                "Nothing was acknowledged; send it again.").ExecuteAsync(context);
        }
    }

    [LoggerMessage(401, LogLevel.Warning, "{Gateway}: port {Port} is taken; listening on {Actual} instead.")]
    private static partial void LogPortTaken(ILogger logger, string gateway, int port, int actual);

    [LoggerMessage(402, LogLevel.Error, "{Gateway}: a report could not be taken.")]
    private static partial void LogNotTaken(ILogger logger, Exception failure, string gateway);
}
