using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Correction.Gateway;

/// <summary>What the office sees of a gateway.</summary>
/// <param name="Port">The port it listens on; null while it is off.</param>
/// <param name="Details">What the protocol adds; null where it adds nothing.</param>
public sealed record GatewayStatus(string Protocol, int? Port, object? Details);

/// <summary>One device protocol on a port of its own, which serves devices and nothing else. Port 0 turns it off.</summary>
public abstract partial class DeviceListener(IConfiguration configuration, ILogger logger) : IHostedService
{
    private WebApplication? _listener;

    protected ILogger Logger { get; } = logger;

    /// <summary>Name of the protocol in configuration: <c>Gateway:{Name}:Port</c>.</summary>
    protected abstract string Name { get; }

    protected abstract int StandardPort { get; }

    /// <summary>The port it listens on; null while it is off.</summary>
    public int? Port { get; private set; }

    /// <summary>The protocol's name in the contract.</summary>
    protected string Protocol => Name.ToLowerInvariant();

    public virtual GatewayStatus Status => new(Protocol, Port, null);

    public virtual async Task StartAsync(CancellationToken cancellationToken)
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
            LogPortTaken(Logger, Name, port, Port ?? 0);
        }
    }

    public virtual async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_listener is not null)
        {
            await _listener.StopAsync(cancellationToken);
            await _listener.DisposeAsync();
            _listener = null;
        }
    }

    /// <summary>Bounds and transport of the protocol.</summary>
    protected abstract void Configure(WebApplicationBuilder builder);

    /// <summary>What answers on the port: HTTP where nothing else is set.</summary>
    protected virtual void Configure(ListenOptions port)
    {
    }

    protected virtual void Map(WebApplication listener)
    {
    }

    private async Task<bool> TryListenAsync(int port, CancellationToken cancellation)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear(); // addresses of the host must not open this port a second time
        builder.Logging.ClearProviders();
        Configure(builder);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Any, port, Configure));
        WebApplication listener = builder.Build();
        Map(listener);
        try
        {
            await listener.StartAsync(cancellation);
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException or SocketException)
        {
            await listener.DisposeAsync();
            return false;
        }

        _listener = listener;
        Port = new Uri(listener.Urls.First().Replace("0.0.0.0", "localhost", StringComparison.Ordinal)).Port;
        return true;
    }

    [LoggerMessage(401, LogLevel.Warning, "{Gateway}: port {Port} is taken; listening on {Actual} instead.")]
    private static partial void LogPortTaken(ILogger logger, string gateway, int port, int actual);
}
